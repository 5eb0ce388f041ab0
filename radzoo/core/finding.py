"""What an audit says: one finding per trap, with its evidence."""

from typing import Literal

from radzoo.core.report_values import Report

Severity = Literal["info", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")
Family = Literal["leakage", "shortcut", "data", "testing", "pixels", "model", "subgroup"]
FAMILIES: tuple[Family, ...] = (
    "leakage", "shortcut", "data", "testing", "pixels", "model", "subgroup",
)  # fmt: skip
Claim = Literal["", "data", "model"]
Value = float | int | str | None


class Evidence(Report):
    """The numbers that a finding rests on.

    Attributes:
        n: cases that were looked at.
        n_patients: whose; null if patients are not known.
        measure: what `estimate` is: `auroc`, `share`, `patients`, `difference` ...
        low, high: interval of the estimate at `level`, between patients where they repeat.
        method: how the interval was made.
        p: of the test of no effect, adjusted for all that this check tested by itself.
        p_adjusted: Holm's, over all tests of the audit.
        facts: further numbers by name.
        rows: a table to be drawn, each row with the same keys.
        picture: `(rows, columns)`, from 0 to 1, to be drawn as a heat map; never an image of a
            patient.
    """

    n: int
    n_patients: int | None = None
    measure: str = ""
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str | None = None
    p: float | None = None
    p_adjusted: float | None = None
    facts: dict[str, Value] = {}
    rows: list[dict[str, Value]] = []
    picture: list[list[float]] = []


class Reference(Report):
    """Who found it, and what.

    Attributes:
        source: authors and year, with the address by DOI where one is known.
        finding: what they found, in one sentence.
    """

    source: str
    finding: str


class Finding(Report):
    """One trap that was found.

    Attributes:
        code: of the check, `RZ001`.
        trap: its id in the catalogue, `L1`.
        claim: `data`: the data allow a network to use it; `model`: this model uses it; empty
            where the difference has no meaning.
        label: the finding or class that it is about; empty for all.
        message: one sentence: what was seen.
        action: one sentence: what to do.
        not_shown: what the evidence does not show.
        case_ids: cases that it is about, at most `MOST_CASES`.
        n_case_ids: how many there are.
        docs: page of the documentation.
        accepted: the user's reason to live with it; null if it is not accepted.
    """

    code: str
    trap: str
    severity: Severity
    family: Family
    title: str
    claim: Claim = ""
    label: str = ""
    message: str
    action: str
    evidence: Evidence
    not_shown: str
    case_ids: list[str] = []
    n_case_ids: int = 0
    docs: str
    references: list[Reference] = []
    accepted: str | None = None


MOST_CASES = 200


class NotApplicable(Report):
    """A check that has nothing to say.

    Attributes:
        kind: `cannot judge`: the trap may be there, what would show it is missing;
            `not applicable`: it cannot be there; `left out`: by `--quick`, `--only` or `--skip`.
    """

    code: str
    trap: str
    title: str
    kind: Literal["cannot judge", "not applicable", "left out"]
    why: str


class Passed(Report):
    """A check that found nothing; its evidence says how much it could have seen."""

    code: str
    trap: str
    title: str
    claim: Claim = ""
    label: str = ""
    message: str
    evidence: Evidence


class AuditReport(Report):
    """All that was examined of a data set, or of a run with its model.

    Attributes:
        run: null for data alone.
        quick: were the slow checks left out?
        seconds: how long each check took.
        refused: files that could not be read, by reason.
    """

    schema_version: Literal[1] = 1
    data: str
    run: str | None = None
    task: str
    labels: list[str]
    n_cases: int
    n_patients: int | None
    n_refused: int
    refused: dict[str, int] = {}
    quick: bool
    seed: int
    findings: list[Finding]
    not_applicable: list[NotApplicable]
    passed: list[Passed]
    warnings: list[str] = []
    seconds: dict[str, float] = {}
    radzoo_version: str
