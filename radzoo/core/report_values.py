"""The smallest parts of a report: one number with its interval, one curve."""

from pydantic import BaseModel, ConfigDict


class Report(BaseModel):
    """A part of a report: immutable, no unknown fields."""

    # Deferred: most parts stand in no report, and building their checks takes a while.
    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_inf_nan="null", defer_build=True
    )


class MetricValue(Report):
    """One metric of one label.

    Attributes:
        value: null if it is undefined for these data; `note` then says why.
        low, high: interval at `level`; null if `method` is null.
        method: name of the interval: `logit-delong`, `newcombe`, `obuchowski`, `wilson` ...
        n: cases that were counted; `n_positive` of them have the finding (of a time to event:
            had the event).
        at: of a metric that is taken somewhere: the horizon of `auroc_at`, the tolerance in mm
            of `nsd`; null for all others.
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
    at: float | None = None


class Curve(Report):
    """Points of a curve, from the strictest threshold to the laxest.

    Attributes:
        thresholds: a case is positive if its score is >= it; null for the point (0, 0) of a
            ROC curve, which no threshold gives, and empty where thresholds are not known.
    """

    label: str
    x: list[float]
    y: list[float]
    thresholds: list[float | None] = []
