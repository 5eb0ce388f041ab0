"""Parts of an evaluation's report on what scores are worth, and for whom, each of one label."""

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
