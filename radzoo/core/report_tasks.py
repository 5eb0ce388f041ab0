"""Parts of an evaluation's report that one kind of task has: classes, numbers, times, masks."""

from radzoo.core.report_values import MetricValue, Report


class Confusion(Report):
    """Cases by true class (rows) and called class (columns)."""

    classes: list[str]
    counts: list[list[int]]


class Agreement(Report):
    """Predicted against true numbers (Bland and Altman 1986): differences are predicted - true.

    Attributes:
        bias, lower_limit, upper_limit: mean difference, and 95 % limits of agreement.
        slope: of the difference on the mean of both: a proportional bias if it is not 0.
        icc: ICC(2,1), absolute agreement; null where it stands among the metrics.
        relative_bias: sum of differences over sum of true numbers, a fraction; of sizes.
        mean_reference: mean of the true numbers; of sizes.
        unit: of differences and means, such as `mL`; null if that of the target.
        means, differences: the points of the figure, at most 2,000.
    """

    label: str
    n: int
    bias: MetricValue
    lower_limit: MetricValue
    upper_limit: MetricValue
    slope: MetricValue | None = None
    icc: MetricValue | None = None
    relative_bias: MetricValue | None = None
    mean_reference: float | None = None
    unit: str | None = None
    means: list[float] = []
    differences: list[float] = []
    note: str | None = None


class SurvivalCurve(Report):
    """Kaplan-Meier estimate of one risk group.

    Attributes:
        times: those of events, and the last one anybody was followed to; at most 500.
        n_at_risk: cases followed until just before each of the times.
        median: time by which half had the event; null if fewer had it.
        mean_time: mean time without the event until `mean_time_until`.
    """

    group: str
    n: int
    n_events: int
    times: list[float]
    survival: list[float]
    low: list[float]
    high: list[float]
    n_at_risk: list[int] = []
    median: float | None = None
    median_low: float | None = None
    median_high: float | None = None
    mean_time: float | None = None
    mean_time_low: float | None = None
    mean_time_high: float | None = None
    mean_time_until: float | None = None


class HorizonGroup(Report):
    """Predicted and observed risk of cases of similar predicted risk at one horizon."""

    n: int
    predicted: float
    observed: float | None
    low: float | None = None
    high: float | None = None


class HorizonCalibration(Report):
    """Calibration of the predicted risk at one horizon."""

    horizon: float
    predicted: float
    observed: float | None
    oe_ratio: float | None
    oe_low: float | None = None
    oe_high: float | None = None
    groups: list[HorizonGroup]


class SurvivalGroups(Report):
    """Risk groups of one score, and calibration at horizons.

    Attributes:
        cut: where the groups were cut, and on what.
        log_rank: chi-squared of the groups being alike, and its p.
        hazard_ratio: of one more unit of the score (Cox).
        censored: share of cases without an event.
    """

    label: str
    cut: str
    censored: float
    curves: list[SurvivalCurve]
    log_rank: float | None = None
    log_rank_p: float | None = None
    hazard_ratio: float | None = None
    hazard_ratio_low: float | None = None
    hazard_ratio_high: float | None = None
    calibration: list[HorizonCalibration] = []
    note: str | None = None


class MaskCase(Report):
    """One structure of one case."""

    case_id: str
    label: str
    values: dict[str, float | None]
    empty: str | None = None


class MaskSpread(Report):
    """How one metric of one structure is spread over cases.

    Attributes:
        worst_5: 5 % of the cases are as bad as this or worse.
    """

    label: str
    metric: str
    n: int
    q25: float
    median: float
    q75: float
    worst_5: float


class MaskCases(Report):
    """Segmentation, case by case.

    Attributes:
        tolerance_mm: of `nsd`; null for values of another program that does not say it.
        empty: structure to how many references, predictions or both are empty; such cases are
            in no mean.
        worst: the cases with the lowest Dice, worst first.
    """

    tolerance_mm: float | None
    empty: dict[str, dict[str, int]]
    worst: list[MaskCase]
    cases: list[MaskCase]
    spread: list[MaskSpread] = []
