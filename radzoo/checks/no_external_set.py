"""RZ042: the test cases come from the same places and years as the training cases."""

from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.columns import PLACES
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Reference, Value


def examine(subject: Subject) -> Outcome:
    """See whether a site, or a time, of test is absent from training."""
    train, test = subject.rows_of("train"), subject.rows_of("test")
    if not len(train) or not len(test):
        return Silent("not applicable", "the cases are not split")
    names = [name for name in PLACES if name in subject.columns]
    dated = subject.columns.get("date")
    if not names and dated is None:
        return Silent("cannot judge", "no column says site, scanner or date of the cases")
    rows: list[dict[str, Value]] = []
    external = False
    for name in names:
        words = subject.columns[name]
        known = {words[row] for row in train} - {""}
        asked = [words[row] for row in test if words[row]]
        new = sum(word not in known for word in asked)
        rows.append({"column": name, "test_cases": len(asked), "from_elsewhere": new})
        external |= bool(asked) and new == len(asked)
    if dated is not None:
        last = max((dated[row].replace("-", "") for row in train if dated[row]), default="")
        later = [dated[row].replace("-", "") > last for row in test if dated[row]]
        rows.append({"column": "date", "test_cases": len(later), "from_elsewhere": sum(later)})
        external |= bool(later) and all(later)
    evidence = Evidence(n=len(test), n_patients=subject.n_patients, rows=rows)
    if external:
        return [Verdict(None, "the test cases come from elsewhere, or later", evidence)]
    message = (
        "the test cases come from the same places as the training cases: of 86 published models "
        "81 % were worse elsewhere, 24 % of all by 0.10 or more"
    )
    return [Verdict("info", message, evidence)]


CHECK = Check(
    code="RZ042",
    trap="T3",
    title="no external test set",
    family="testing",
    action="hold a site or the latest period out: radzoo data split DATA --hold-out site=NAME -o "
    "split.csv",
    not_shown="a new site is no guarantee either: it may be much like the old ones",
    references=(
        Reference(
            source="Yu AC et al. Radiology: Artificial Intelligence 2022;4:e210064",
            finding="70 of 86 algorithms (81 %) were worse on external data, 49 % by at least "
            "0.05, 24 % by at least 0.10",
        ),
    ),
    examine=examine,
)
