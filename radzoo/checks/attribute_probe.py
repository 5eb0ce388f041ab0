"""RZ016: what the network sees tells view, sex, age or scanner, whatever the finding."""

from typing import Any, Final

import numpy as np

from radzoo.checks.area import area, enough
from radzoo.checks.asking import MOST_ASKED, Difference, asked_rows, asking_s, gap_of
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.probe import probe
from radzoo.checks.subject import Question, Rows, Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Matrix, Vector

ATTRIBUTES: Final = (
    "sex", "age", "race", "ethnicity", "view", "position", "portable", "scanner", "site",
)  # fmt: skip
TOLD: Final = 0.70
ODDS: Final = 2.0


def examine(subject: Subject) -> Outcome:
    """Tell attributes from the network's features, within each answer, and weigh what it means.

    That features tell an attribute is common; with an attribute that goes with the finding it is
    a way to a shortcut, and with a gap between the groups it does harm.
    """
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    attributes = attributes_of(subject)
    if not attributes:
        return Silent("cannot judge", f"no column says {', '.join(ATTRIBUTES[:5])} or the like")
    if network.features is None:
        return Silent("not applicable", "the network has no one row of features")
    rows = asked_rows(subject, "val", "test")
    if not len(rows):
        return Silent("cannot judge", "neither validation nor test has an image")
    seen = network.features(rows, network.take(rows))
    features = np.zeros((subject.n, seen.shape[1]))
    features[rows] = (seen - seen.mean(axis=0)) / np.maximum(seen.std(axis=0), 1e-9)
    tests = len(subject.questions) * len(attributes)
    found = [
        verdict
        for at in range(len(subject.questions))
        for attribute in attributes
        if (verdict := judge(subject, at, attribute, features, rows, tests)) is not None
    ]
    return found or Silent("cannot judge", "too few patients of each answer and attribute")


def attributes_of(subject: Subject) -> list[Question]:
    """Return attributes as questions: the commonest word against the rest, or above the median."""
    found = []
    for name in ATTRIBUTES:
        words = subject.columns.get(name)
        if words is None or len(set(words) - {""}) < 2:
            continue
        numbers = np.array([as_number(word) for word in words])
        distinct = len(np.unique(numbers[np.isfinite(numbers)]))
        if distinct > 2 and np.isfinite(numbers).sum() > 0.5 * sum(word != "" for word in words):
            above = np.where(np.isnan(numbers), np.nan, numbers > np.nanmedian(numbers))
            found.append(Question(f"{name} above {np.nanmedian(numbers):g}", above))
            continue
        filled = [word for word in words if word]
        common = max(sorted(set(filled)), key=filled.count)
        has = np.array([np.nan if not word else float(word == common) for word in words])
        found.append(Question(f"{name} {common}", has))
    return found


def as_number(word: str) -> float:
    """Return a number, or NaN."""
    try:
        return float(word)
    except ValueError:
        return float("nan")


def judge(
    subject: Subject, at: int, attribute: Question, features: Matrix, rows: Rows, tests: int
) -> Verdict | None:
    """Say of one attribute and question, among so many tests; None = too few to judge."""
    assert subject.model is not None
    question = subject.questions[at]
    within: dict[str, Evidence] = {}
    for answer, name in enumerate(("negative", "positive")):
        inside = rows[question.positive[rows] == answer]
        told = probe(subject, attribute.positive, features, make, inside)
        if told is not None:
            within[name] = told
    if not within:
        return None
    over_all = probe(subject, attribute.positive, features, make, rows)
    best = max(within.values(), key=lambda one: one.low or 0.0)
    odds = odds_ratio(question.positive, attribute.positive)
    gap = gap_between(subject, question, attribute, subject.model.scores[:, at], tests)
    severity = severity_of(best, odds, gap)
    shown: list[dict[str, Value]] = [
        {"within": name, "auroc": one.estimate, "low": one.low, "high": one.high, "n": one.n}
        for name, one in {**within, "all": over_all}.items()
        if one is not None
    ]
    facts: dict[str, Value] = {"attribute": attribute.name, "odds_ratio": odds}
    message = (
        f"features tell {attribute.name} with AUROC {best.estimate:.2f} ({best.low:.2f} to "
        f"{best.high:.2f}) among cases of the same answer; its odds ratio with {question.name} is "
        f"{odds:.1f}"
    )
    if gap is not None:
        facts |= {"auroc_gap": gap.estimate, "gap_low": gap.low, "gap_high": gap.high}
        message += f", the gap of AUROC {gap.estimate:+.2f} ({gap.low:+.2f} to {gap.high:+.2f})"
    evidence = best.model_copy(update={"facts": facts, "rows": shown})
    return Verdict(severity, message, evidence, label=question.name, claim="model")


def make() -> Any:
    """Make a linear probe."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=0.01, max_iter=500)


def odds_ratio(positive: Vector, attribute: Vector) -> float:
    """Return the odds ratio, at least 1, with half a case added to every cell."""
    known = ~np.isnan(positive) & ~np.isnan(attribute)
    cells = np.full((2, 2), 0.5)
    np.add.at(cells, (positive[known].astype(int), attribute[known].astype(int)), 1)
    ratio = cells[0, 0] * cells[1, 1] / (cells[0, 1] * cells[1, 0])
    return float(max(ratio, 1 / ratio))


def gap_between(
    subject: Subject, question: Question, attribute: Question, scores: Vector, tests: int
) -> Difference | None:
    """Return the AUROC with minus without the attribute on test cases; None = too few."""
    test = subject.rows_of("test")
    test = test[~np.isnan(scores[test])]
    parts = [test[attribute.positive[test] == value] for value in (1.0, 0.0)]
    if not all(enough(subject, question.positive, part) for part in parts):
        return None
    one, other = (area(subject, question.positive, scores, part) for part in parts)
    return None if one is None or other is None else gap_of(one, other, tests)


def severity_of(told: Evidence, odds: float, gap: Difference | None) -> Severity | None:
    """Weigh that an attribute is told, goes with the finding, and does harm."""
    if (told.low or 0.0) <= TOLD:
        return None
    if gap is not None and (gap.low > 0 or gap.high < 0):
        return "error"
    return "warning" if odds > ODDS else "info"


CHECK = Check(
    code="RZ016",
    trap="S4",
    title="the network sees who the patient is",
    family="shortcut",
    action="report every metric for the groups (radzoo evaluate --by sex,view), and balance them "
    "within each class while training",
    not_shown="that features tell an attribute does not mean that the score uses it",
    references=(
        Reference(
            source="Gichoya JW et al. Lancet Digital Health 2022;4:e406-e414",
            finding="networks tell race from chest radiographs with an AUROC of 0.91 to 0.99",
        ),
        Reference(
            source="Jabbour S et al. MLHC 2020",
            finding="sex was told with 0.96 and age with 0.90 or more; heart failure fell to an "
            "AUROC of 0.66 where the confounding was turned round",
        ),
        Reference(
            source="Brown A et al. Nature Communications 2023;14:4314",
            finding="only where unfairness changes with how strongly an attribute is encoded is "
            "the encoding a shortcut",
        ),
    ),
    needs=frozenset({"network", "questions"}),
    examine=examine,
    expected_s=lambda subject: asking_s(subject, MOST_ASKED),
)
