"""Difference of any metric by drawing patients, both models on the same draws."""

from collections.abc import Iterable

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics import INTERVALS
from radzoo.metrics.comparisons.confidence import Tail, two_sided
from radzoo.metrics.comparisons.pair import Difference, Pair
from radzoo.metrics.drawing import draw_weights, leave_out_weights
from radzoo.metrics.intervals.bca import accelerate
from radzoo.metrics.intervals.normal import STANDARD
from radzoo.metrics.neighbours import Cells
from radzoo.metrics.resampling import Draws, prepare
from radzoo.metrics.sample import Sample


def resample_difference(
    metric: Metric, pair: Pair, *, level: float, n_boot: int, seed: int
) -> Difference:
    """Compare two models in any metric by the paired bootstrap over patients.

    The interval is bias-corrected and accelerated, the percentile interval where that is not
    estimable; p is that of the widest such interval that leaves 0 out.

    Raises:
        UndefinedMetricError: if the metric does not exist for one of the models.

    References:
        Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall, 1993.
        Chapters 14 and 15.
    """
    values = [metric.compute(pair.targets, scores) for scores in pair.read(metric)]
    draws = draw_differences(metric, pair, n_boot=n_boot, seed=seed)
    why = None
    for name in ("bca", "percentile"):
        try:
            bounds = INTERVALS[name].compute(draws, level)
        except UndefinedMetricError as reason:
            why = why or f"no interval: {reason}"
            continue
        tail = tail_of_draws(draws, corrected=name == "bca")
        return Difference(
            values[0],
            values[1],
            bounds.low,
            bounds.high,
            two_sided(tail),
            "bootstrap",
            name,
            note=bounds.note,
            tail=tail,
        )
    return Difference(values[0], values[1], None, None, None, "bootstrap", None, note=why)


def draw_differences(
    metric: Metric, pair: Pair, *, n_boot: int, seed: int, stratified: bool = False
) -> Draws:
    """Return the difference of both models' metric on each draw of patients.

    Args:
        metric: the metric.
        pair: the cases.
        n_boot: number of draws.
        seed: where they start.
        stratified: draw within classes: as many patients with the finding as there are.
    """
    functions = [prepare(metric, pair.sample(which)) for which in (0, 1)]
    # Rows of the pair; each model's own order is restored when the weights are used.
    rows = Sample(pair.targets, pair.targets, patients=pair.patients, kind=pair.kind)
    cells = Cells(rows)

    def compute(blocks: Iterable[Matrix]) -> Vector:
        values = [
            functions[0](weights[:, pair.orders[0]]) - functions[1](weights[:, pair.orders[1]])
            for weights in blocks
        ]
        return np.concatenate(values) if values else np.empty(0)

    # First: some metrics look at the whole sample once, and take its first weights for it.
    estimate = compute([np.ones((1, len(pair.targets)))])[0]
    drawn = compute(draw_weights(rows, cells, n_boot=n_boot, seed=seed, stratified=stratified))
    left = compute(leave_out_weights(rows, cells))
    defined = np.sort(drawn[~np.isnan(drawn)])
    return Draws(float(estimate), defined, left[~np.isnan(left)], len(drawn) - len(defined))


def tail_of_draws(draws: Draws, *, corrected: bool) -> Tail:
    """Return the one-sided p-values that agree with the bootstrap interval.

    References:
        Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall, 1993.
        Equation 15.34.
    """
    n_draws = len(draws.values)
    bias = STANDARD.inv_cdf(share_below(draws.values, draws.estimate)) if corrected else 0.0
    acceleration = accelerate(draws.left_out) if corrected else 0.0

    def tail(value: float) -> float:
        # No draw beyond the value says less than one in so many draws.
        smallest = 1 / (n_draws + 1)
        share = min(max(share_below(draws.values, value), smallest), 1 - smallest)
        away = STANDARD.inv_cdf(share) - bias
        stretch = 1 + acceleration * away
        if stretch <= 0:
            return share
        return min(max(STANDARD.cdf(away / stretch - bias), smallest), 1 - smallest)

    return tail


def share_below(values: Vector, value: float) -> float:
    """Return which share of sorted values lies below one, equal ones half."""
    below = np.searchsorted(values, value, "left") + np.searchsorted(values, value, "right")
    return float(below / 2 / len(values))
