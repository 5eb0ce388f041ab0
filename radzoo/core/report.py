"""What an evaluation or a training run says: plain values that every renderer reads."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION: Literal[1] = 1


class Report(BaseModel):
    """A part of a report: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


class MetricValue(Report):
    """One metric of one label.

    Attributes:
        value: null if it is undefined for these data; `note` then says why.
        low, high: interval at `level`; null if `method` is null.
        method: name of the interval: `delong`, `newcombe`, `obuchowski`, `wilson` ...
        n: cases that were counted; `n_positive` of them have the finding.
    """

    name: str
    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str | None = None
    n: int
    n_positive: int | None = None
    note: str | None = None


class OperatingPoint(Report):
    """What happens at one threshold; a case is positive if its score is >= `threshold`.

    Attributes:
        rule: how it was chosen: `youden`, `0.5` ...
        chosen_on: `validation` (frozen), `fixed` (a number given beforehand), or `test`:
            chosen on the cases it is judged on, therefore optimistic.
        note: where it comes from.
    """

    label: str
    threshold: float
    rule: str
    chosen_on: Literal["validation", "fixed", "test"]
    note: str | None = None
    true_positive: int
    false_positive: int
    true_negative: int
    false_negative: int
    metrics: list[MetricValue]


class ReliabilityBin(Report):
    """One bin of a reliability diagram."""

    n: int
    mean_score: float
    observed: float


class Calibration(Report):
    """Reliability of the probabilities of one label, in bins of equal count."""

    label: str
    bins: list[ReliabilityBin]


class Curve(Report):
    """Points of a curve, from the strictest threshold to the laxest."""

    label: str
    x: list[float]
    y: list[float]


class RefusedCase(Report):
    """A case that was left out, and why."""

    case_id: str
    reason: str


class Provenance(Report):
    """Where the numbers come from.

    Attributes:
        data: what a run or a model was let score for this report; null for a predictions file.
    """

    radzoo_version: str
    predictions: str | None = None
    predictions_sha256: str | None = None
    model: str | None = None
    run: str | None = None
    data: str | None = None
    seed: int = 0
    n_boot: int | None = None


class EvalReport(Report):
    """How good a model is on one set of cases."""

    schema_version: Literal[1] = SCHEMA_VERSION
    task: str
    n_cases: int
    n_patients: int | None
    n_refused: int
    labels: list[str]
    metrics: list[MetricValue]
    operating_points: list[OperatingPoint] = []
    calibration: dict[str, Calibration] = {}
    subgroups: list[MetricValue] = []
    gates: list[dict[str, str | bool | float | None]] = []
    roc: list[Curve] = []
    warnings: list[str] = []
    refused: list[RefusedCase] = []
    provenance: Provenance


class RunReport(Report):
    """What a fine-tuning run ended with; metrics are those on the test split."""

    schema_version: Literal[1] = SCHEMA_VERSION
    run: str
    model: str
    task: str
    best_epoch: int
    metrics: list[MetricValue]
    warnings: list[str] = []
