"""RZ005: the training data know of a later time than the test data."""

import numpy as np

from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Reference, Value


def examine(subject: Subject) -> Outcome:
    """Look for test cases of which training has a later image of the same patient."""
    train, test = subject.rows_of("train"), subject.rows_of("test")
    if not len(train) or not len(test):
        return Silent("not applicable", "the cases are not split")
    days = np.array([day_of(word) for word in subject.columns.get("date", ("",) * subject.n)])
    dated = days > 0
    if not dated[train].any() or not dated[test].any():
        return Silent("cannot judge", "the cases have no dates")
    last: dict[int, int] = {}
    for row in train[dated[train]]:
        owner = int(subject.owners[row])
        last[owner] = max(last.get(owner, 0), int(days[row]))
    asked = test[dated[test]]
    shared = [row for row in asked if int(subject.owners[row]) in last]
    later = [row for row in shared if last[int(subject.owners[row])] > days[row]]
    after = float((days[asked] > days[train].max()).mean())
    rows: list[dict[str, Value]] = [
        {"what": "test cases with a training image of the same patient", "n": len(shared)},
        {"what": "of these, with a later one", "n": len(later)},
        {"what": "test cases after all training cases", "n": round(after * len(asked))},
    ]
    evidence = Evidence(
        n=len(asked), n_patients=subject.n_patients,
        measure="test cases with a later training image", estimate=float(len(later)), rows=rows,
    )  # fmt: skip
    if later:
        message = (
            f"training has later images of the patients of {len(later)} test cases: it may show "
            "what became of them"
        )
        return [Verdict("error", message, evidence, rows=tuple(map(int, later)))]
    if after < 1:
        message = (
            f"{1 - after:.0%} of the dated test cases are not later than the last training case: a "
            "model in use will only meet later ones"
        )
        return [Verdict("info", message, evidence)]
    return [Verdict(None, "all test cases are later than all training cases", evidence)]


def day_of(word: str) -> int:
    """Return a day as a number that rises with time; 0 if it is none."""
    digits = word.replace("-", "")
    return int(digits) if len(digits) == 8 and digits.isdecimal() else 0


CHECK = Check(
    code="RZ005",
    trap="L5",
    title="training knows the future",
    family="leakage",
    action="hold the latest period out: radzoo data split DATA --hold-out 'date>=2022' -o NEW.csv",
    not_shown="labels that became known later than the image are not seen",
    references=(
        Reference(
            source="Kapoor S, Narayanan A. Patterns 2023;4:100804",
            finding="temporal leakage is one of eight kinds of leakage found in published work",
        ),
    ),
    examine=examine,
)
