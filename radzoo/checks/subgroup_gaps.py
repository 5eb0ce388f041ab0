"""RZ070: the model is worse for one group of patients."""

from typing import Final

import numpy as np

from radzoo.checks.area import area, enough
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Question, Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.metrics.comparisons.multiplicity import adjust
from radzoo.metrics.intervals.normal import lower_tail

GROUPS: Final = (
    "sex", "age", "race", "ethnicity", "view", "position", "portable", "scanner", "site",
)  # fmt: skip
WARNING, ERROR = 0.05, 0.10
MOST_GROUPS: Final = 20
Z: Final = 1.959963984540054
CUTS: Final = (18.0, 40.0, 65.0)


def examine(subject: Subject) -> Outcome:
    """Compare the AUROC of every group with that of all other test cases."""
    assert subject.model is not None
    names = [name for name in GROUPS if len(set(subject.columns.get(name, ())) - {""}) > 1]
    if not names:
        return Silent("cannot judge", f"no column says {', '.join(GROUPS[:5])} or the like")
    found = [
        verdict
        for at, question in enumerate(subject.questions)
        if (verdict := judge(subject, at, question, names)) is not None
    ]
    return found or Silent("cannot judge", "no group has 10 test patients of each class")


def judge(subject: Subject, at: int, question: Question, names: list[str]) -> Verdict | None:
    """Say of one question which group is worst off; None = too few to judge."""
    assert subject.model is not None
    test, scores = subject.rows_of("test"), subject.model.scores[:, at]
    shown: list[dict[str, Value]] = []
    tests: list[float | None] = []
    for name in names:
        words = np.array(grouped(subject.columns[name], name))
        for group in sorted(set(words[test]) - {""})[:MOST_GROUPS]:
            inside, rest = test[words[test] == group], test[words[test] != group]
            if not all(enough(subject, question.positive, part) for part in (inside, rest)):
                continue
            one, other = (area(subject, question.positive, scores, part) for part in (inside, rest))
            if one is None or other is None:
                continue
            gap = (other.estimate or 0.0) - (one.estimate or 0.0)
            error = np.hypot(error_of(one), error_of(other))
            tests.append(2 * lower_tail(-abs(gap) / max(error, 1e-12)))
            shown.append({"column": name, "group": group, "auroc": one.estimate, "low": one.low,
                          "high": one.high, "n": one.n, "gap": gap, "gap_low": gap - Z * error,
                          "gap_high": gap + Z * error})  # fmt: skip
    if not shown:
        return None
    worst = max(range(len(shown)), key=lambda row: float(shown[row]["gap"] or 0))
    row, p = shown[worst], adjust(tests, "holm")[worst]
    gap, low, high = (float(row[key] or 0) for key in ("gap", "gap_low", "gap_high"))
    severity: Severity | None = None
    if low > 0 and gap > WARNING:
        severity = "error" if gap > ERROR else "warning"
    evidence = Evidence(
        n=len(test), n_patients=subject.n_patients, measure="AUROC of the others minus the group's",
        estimate=gap, low=low, high=high, level=0.95, method="wald", p=p, rows=shown,
        facts={"column": row["column"], "group": row["group"]},
    )  # fmt: skip
    message = (
        f"for {row['column']} {row['group']} AUROC is {float(row['auroc'] or 0):.2f}, {gap:.2f} "
        f"({low:+.2f} to {high:+.2f}) below that of the others"
    )
    if severity is None:
        message = f"no group is clearly worse off; the lowest is {row['column']} {row['group']}, {gap:+.2f} below the others"  # noqa: E501  one sentence
    return Verdict(severity, message, evidence, label=question.name, claim="model")


def grouped(words: tuple[str, ...], name: str) -> list[str]:
    """Return groups; ages by decades of life that textbooks part."""
    if name != "age":
        return list(words)
    groups = []
    for word in words:
        try:
            age = float(word)
        except ValueError:
            groups.append("")
            continue
        below = next((cut for cut in CUTS if age < cut), None)
        groups.append(f"under {below:.0f}" if below else f"{CUTS[-1]:.0f} and over")
    return groups


def error_of(one: Evidence) -> float:
    """Return the standard error that an interval speaks of."""
    return ((one.high or 0.0) - (one.low or 0.0)) / (2 * Z)


CHECK = Check(
    code="RZ070",
    trap="F1",
    title="worse for some patients",
    family="subgroup",
    action="report the group by itself (radzoo evaluate RUN --by sex,age), and collect more of it",
    not_shown="a group of fewer than 10 patients of a class is not judged; another case mix may "
    "explain a gap",
    references=(
        Reference(
            source="Seyyed-Kalantari L et al. Nature Medicine 2021;27:2176-2182",
            finding="networks for chest radiographs missed disease more often in under-served "
            "groups",
        ),
    ),
    needs=frozenset({"scores", "questions"}),
    examine=examine,
)
