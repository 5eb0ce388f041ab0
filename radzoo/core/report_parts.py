"""The larger parts of an evaluation's report, each of one label."""

from radzoo.core.report_values import MetricValue, Report


class LabelCases(Report):
    """Who is in the numbers of a label, and who is not.

    Attributes:
        n: cases with target and score, `n_positive` + `n_negative`.
        n_without_score: cases that have a target and no score.
    """

    label: str
    n: int
    n_positive: int
    n_negative: int
    n_without_target: int
    n_without_score: int


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


class ScoreDistribution(Report):
    """How the scores of both classes of a label are spread.

    Attributes:
        edges: of the bins, rising, one more than there are bins; a score on an edge lies in the
            bin above it, and the highest edge belongs to the last bin.
        positives, negatives: cases in each bin.
    """

    label: str
    edges: list[float]
    positives: list[int]
    negatives: list[int]


class DecisionPoint(Report):
    """Net benefit of acting on a score at one threshold probability (Vickers 2006).

    Attributes:
        net_benefit: of acting where the score is >= `threshold`; in true positives per case.
        treat_all: of acting on every case; acting on none has 0.
        low, high: interval of `net_benefit`.
        standardized: `net_benefit` over the prevalence.
        interventions_avoided: per 100 cases, against acting on all.
    """

    label: str
    threshold: float
    net_benefit: float | None
    treat_all: float | None
    low: float | None = None
    high: float | None = None
    standardized: float | None = None
    interventions_avoided: float | None = None
    advantage_low: float | None = None
    advantage_high: float | None = None


class PrevalencePoint(Report):
    """Predictive values where another share of cases is diseased, at the threshold used."""

    label: str
    prevalence: float
    ppv: MetricValue
    npv: MetricValue


class Subgroup(Report):
    """The metrics of the cases that share a value of a column.

    Attributes:
        by: the column; `group` its value.
        judged: false where there are too few cases to say anything; `note` says what is missing.
    """

    by: str
    group: str
    label: str
    n: int
    n_positive: int | None
    judged: bool
    note: str | None = None
    metrics: list[MetricValue]


class SubgroupGap(Report):
    """How far apart the groups of a column are in one metric.

    Attributes:
        best, worst: the groups at both ends; null if fewer than two could be judged.
        gap: best minus worst, with its interval, and p of the two being equal.
        q, q_p: Cochran's Q over all judged groups, and its p.
    """

    by: str
    label: str
    metric: str
    best: str | None
    worst: str | None
    gap: float | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str | None = None
    p: float | None = None
    p_adjusted: float | None = None
    q: float | None = None
    q_p: float | None = None
    n_groups: int = 0
    note: str | None = None


class SelectivePrediction(Report):
    """What is gained where the least certain cases are left to a human.

    Attributes:
        coverage, risk: points of the risk-coverage curve: share of cases kept, errors among them.
        metrics: `aurc`, `augrc`, `risk_at_coverage_80` ..., with intervals.
    """

    label: str
    coverage: list[float]
    risk: list[float]
    metrics: list[MetricValue]


class ClassCoverage(Report):
    """How often the set of a case of one class holds that class."""

    name: str
    n: int
    coverage: float | None
    low: float | None = None
    high: float | None = None


class ConformalSets(Report):
    """Sets of classes that hold the true one with a wanted probability (split conformal).

    Attributes:
        score: `lac` or `aps`.
        alpha: wanted share of misses.
        quantile: what was found on validation; null if too few cases make every set whole.
    """

    label: str
    score: str
    alpha: float
    quantile: float | None
    n_fitted: int
    fitted_on_sha256: str
    n: int
    coverage: float | None
    low: float | None = None
    high: float | None = None
    mean_size: float | None = None
    n_empty: int = 0
    n_single: int = 0
    classes: list[ClassCoverage] = []
    note: str | None = None


class SampleSize(Report):
    """How wide the interval is, and how many cases a narrower one takes.

    Attributes:
        half_width: of the interval now.
        wanted_half_width: what is asked for; `n_needed` cases give it at this prevalence.
        method: formula that the number comes from.
    """

    label: str
    metric: str
    half_width: float | None
    wanted_half_width: float
    n_needed: int | None
    n_positive_needed: int | None = None
    method: str
    note: str | None = None


class Confusion(Report):
    """Cases by true class (rows) and called class (columns)."""

    classes: list[str]
    counts: list[list[int]]


class Agreement(Report):
    """Predicted against true numbers (Bland and Altman 1986): differences are predicted - true.

    Attributes:
        bias, lower_limit, upper_limit: mean difference, and 95 % limits of agreement.
        slope: of the difference on the mean of both: a proportional bias if it is not 0.
        means, differences: the points of the figure, at most 2,000.
    """

    label: str
    n: int
    bias: MetricValue
    lower_limit: MetricValue
    upper_limit: MetricValue
    slope: MetricValue | None = None
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
