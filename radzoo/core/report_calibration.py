"""The part of an evaluation's report on the probabilities of one label."""

from radzoo.core.report_values import MetricValue, Report


class ReliabilityBin(Report):
    """One bin of a reliability diagram."""

    n: int
    mean_score: float
    observed: float


class CalibrationTest(Report):
    """A test of calibration.

    Attributes:
        name: `spiegelhalter`, `hosmer_lemeshow`, `likelihood_ratio`.
        degrees_of_freedom: null for a normal statistic.
    """

    name: str
    statistic: float | None
    degrees_of_freedom: int | None = None
    p: float | None
    note: str | None = None


class BrierParts(Report):
    """Brier score = miscalibration - discrimination + uncertainty, exactly (CORP)."""

    brier: float
    miscalibration: float
    discrimination: float
    uncertainty: float


class ErrorOfChance(Report):
    """What the calibration error would be if every probability were true, for this n.

    Attributes:
        expected: mean error of as many cases with these scores whose probabilities are true;
            `p` is the share of such errors that are at least as large.
        debiased: root mean square error over the bins without what chance adds; 0 where chance
            adds more than there is.
    """

    ece: float
    expected: float
    p: float
    debiased: float | None = None
    note: str | None = None


class Recalibrated(Report):
    """The same cases before and after recalibration that was fitted on others.

    Attributes:
        method: `temperature`, `platt`, `isotonic` or `beta`.
        parameters: what was fitted.
        fitted_on_sha256: hash of the predictions file that it was fitted on.
        n, n_positive: cases of that file.
    """

    method: str
    parameters: dict[str, float | list[float]]
    fitted_on_sha256: str
    n: int
    n_positive: int
    before: list[MetricValue]
    after: list[MetricValue]
    differences: list[MetricValue]
    bins: list[ReliabilityBin]


class Calibration(Report):
    """Reliability of the probabilities of one label.

    Attributes:
        bins: of equal count.
        curve_x, curve_y: smooth reliability curve: probability, observed fraction.
        curve_low, curve_high: pointwise 95 % band (or the wanted level), by resampling patients.
        smoother: how the curve was made; null without one.
    """

    label: str
    bins: list[ReliabilityBin]
    curve_x: list[float] = []
    curve_y: list[float] = []
    curve_low: list[float] = []
    curve_high: list[float] = []
    smoother: str | None = None
    parts: BrierParts | None = None
    chance: ErrorOfChance | None = None
    tests: list[CalibrationTest] = []
    recalibrated: Recalibrated | None = None
