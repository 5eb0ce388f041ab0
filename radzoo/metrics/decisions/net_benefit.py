"""Net benefit: what acting on a probability is worth, for each threshold probability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.moments import many_of_sums

# A threshold of 0 means acting on everybody; a hair above it leaves out certain negatives.
HAIR = 1e-10


@dataclass(frozen=True, slots=True)
class NetBenefit:
    """Net benefit at one threshold probability.

    Attributes:
        threshold: a case is acted on if its probability is >= this.
        found, alarms: share of all cases that is diseased (healthy) and acted on.
        model: net benefit of acting on the score; `treat_all` of acting on every case.
        standardized: `model` over the prevalence; None where nobody is diseased.
        avoided: interventions avoided per case, against acting on all.
    """

    threshold: float
    found: float
    alarms: float
    model: float
    treat_all: float
    standardized: float | None
    avoided: float


def net_benefit(
    targets: Vector,
    scores: Vector,
    threshold: float,
    *,
    prevalence: float | None = None,
    harm: float = 0.0,
) -> NetBenefit:
    """Weigh cases found against false alarms by the odds of the threshold probability.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities.
        threshold: probability in [0, 1) at which acting and not acting are worth the same.
        prevalence: of a case-control study, the share of diseased in the population; None =
            that of these cases.
        harm: of the test itself, in true positives per case.

    Raises:
        UndefinedMetricError: if there is no case, or `prevalence` is given and a class missing.

    References:
        Vickers AJ, Elkin EB. Decision curve analysis: a novel method for evaluating
        prediction models. Medical Decision Making 2006;26:565-574. The formula on page 567.

    Example:
        >>> targets, scores = np.array([1.0, 0, 0, 0]), np.array([0.8, 0.6, 0.1, 0.1])
        >>> round(net_benefit(targets, scores, 0.2).model, 4)
        0.1875
    """
    acted = scores >= max(threshold, HAIR)
    return weigh(
        np.array([len(targets), targets.sum(), acted @ targets, acted.sum()]),
        threshold,
        prevalence,
        harm,
    )


def weigh(sums: Vector, threshold: float, prevalence: float | None, harm: float) -> NetBenefit:
    """Turn counts (cases, diseased, diseased acted on, acted on) into net benefit."""
    n_cases, diseased, found, acted = (float(one) for one in sums)
    if not n_cases:
        raise UndefinedMetricError("needs a case")
    share = diseased / n_cases
    found_share, alarm_share = found / n_cases, (acted - found) / n_cases
    if prevalence is not None:
        if not 0 < share < 1:
            raise UndefinedMetricError("needs both diseased and healthy cases")
        found_share *= prevalence / share
        alarm_share *= (1 - prevalence) / (1 - share)
        share = prevalence
    odds = max(threshold, HAIR) / (1 - threshold)
    model = found_share - odds * alarm_share - harm
    treat_all = share - odds * (1 - share)
    return NetBenefit(
        threshold,
        found_share,
        alarm_share,
        model,
        treat_all,
        model / share if share else None,
        (model - treat_all) / odds,
    )


def metric_of_net_benefit(
    threshold: float, *, prevalence: float | None = None, over_simple: bool = False
) -> Metric:
    """Return net benefit at a threshold as a metric, so that it can be resampled.

    Args:
        threshold: the threshold probability.
        prevalence: as in `net_benefit`.
        over_simple: whether what is better of acting on all and on none is taken off.
    """

    def value(found: NetBenefit) -> float:
        return found.model - max(found.treat_all, 0.0) if over_simple else found.model

    def compute(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
        times = np.ones_like(targets) if weights is None else weights
        sums = times @ add_up(targets, scores)
        return value(weigh(sums, threshold, prevalence, 0.0))

    def add_up(targets: Vector, scores: Matrix) -> Matrix:
        acted = (scores >= max(threshold, HAIR)).astype(np.float64)
        return np.stack([np.ones_like(targets), targets, acted * targets, acted], axis=1)

    def combine(sums: Matrix) -> Vector:
        return np.array([value_or_nan(row) for row in sums])

    def value_or_nan(row: Vector) -> float:
        try:
            return value(weigh(row, threshold, prevalence, 0.0))
        except UndefinedMetricError:
            return np.nan

    return Metric(
        name=f"{'advantage' if over_simple else 'net_benefit'}_{threshold!r}",
        compute=compute,
        tasks=frozenset(),
        higher_is_better=True,
        reads="probabilities",
        limits=(-np.inf, 1.0),
        many=many_of_sums(add_up, combine),
    )


def spread_thresholds(text: str) -> tuple[float, ...]:
    """Read `from:to:step` or `a,b,c` as threshold probabilities, both ends included.

    Raises:
        ValueError: if it is neither, or one lies outside [0, 1).
    """
    parts = text.split(":")
    if len(parts) == 3:
        first, last, step = (float(part) for part in parts)
        if not step > 0 or not last >= first:
            raise ValueError(text)
        count = int((last - first) / step + 1e-9) + 1
        found: Sequence[float] = [round(first + at * step, 12) for at in range(count)]
    else:
        found = [float(part) for part in text.split(",")]
    if not found or not all(0 <= one < 1 for one in found):
        raise ValueError(text)
    return tuple(dict.fromkeys(found))
