"""Difference of two AUROCs on the same cases, by the method that the cases allow."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds
from radzoo.metrics.auroc import METRIC, auroc
from radzoo.metrics.comparisons.area_covariance import AreaDifference, compare_areas
from radzoo.metrics.comparisons.area_swap import rank, swap_areas
from radzoo.metrics.comparisons.confidence import tail_of
from radzoo.metrics.comparisons.mover import recover
from radzoo.metrics.comparisons.pair import Difference, Pair
from radzoo.metrics.intervals.newcombe import newcombe

# With fewer cases of a class DeLong's p is too small: .0069 where exact exchange gives .033.
FEWEST_CASES = 25
# Between patients who repeat: fewer than this of either kind tell little of how they vary.
FEWEST_PATIENTS = 10


def compare_auroc(pair: Pair, *, level: float, seed: int) -> Difference:
    """Compare two AUROCs.

    With 25 cases of each class DeLong's covariance is used; Obuchowski's between patients
    where they repeat and 10 of them have a diseased and 10 a healthy case. With fewer, or
    where the difference has no variance, p is that of exchanging the scores of whole
    patients, and the interval is recovered from Newcombe's for each model.

    Raises:
        UndefinedMetricError: if either class is missing.
    """
    first, second = (auroc(pair.targets, scores) for scores in (pair.first, pair.second))
    if np.array_equal(rank(pair.first), rank(pair.second)):
        return say_identical(first, second, "both rank all cases alike")
    areas, why = estimate(pair)
    if areas is None or why:
        return exchange(pair, (first, second), areas, level, seed, why)
    bounds = areas.bounds(level)
    return Difference(
        first,
        second,
        bounds.low,
        bounds.high,
        areas.p_two_sided(),
        "delong" if pair.patients is None else "obuchowski",
        "delong" if pair.patients is None else "obuchowski",
        note=None,
        tail=lambda value: areas.p_greater(-value),
    )


def say_identical(first: float, second: float, note: str) -> Difference:
    """Say that two models cannot be told apart."""
    return Difference(
        first,
        second,
        0.0,
        0.0,
        1.0,
        "identical",
        "identical",
        note,
        lambda value: float(value >= 0),
    )


def estimate(pair: Pair) -> tuple[AreaDifference | None, str | None]:
    """Return the areas with their covariance, and why that does not carry a test."""
    try:
        areas = compare_areas(pair)
    except UndefinedMetricError as reason:
        return None, f"not estimable by DeLong: {reason}"
    if not areas.variance:
        return areas, "not estimable by DeLong: the difference has no variance"
    if pair.patients is not None:
        units = [len(np.unique(pair.patients[pair.targets == target])) for target in (1, 0)]
        if min(units) < FEWEST_PATIENTS:
            return areas, f"only {min(units)} patients have a case of the rarer class"
        return areas, None
    fewer = min(pair.targets.sum(), (1 - pair.targets).sum())
    if fewer < FEWEST_CASES:
        return areas, f"only {fewer:.0f} cases of the rarer class: too few for DeLong"
    return areas, None


def exchange(
    pair: Pair,
    values: tuple[float, float],
    areas: AreaDifference | None,
    level: float,
    seed: int,
    why: str | None,
) -> Difference:
    """Compare by exchanging scores."""
    test = swap_areas(pair, seed=seed)
    correlation = 0.0 if areas is None or not all(areas.variances) else areas.correlation

    def bounds(at: float) -> Bounds:
        parts = [newcombe(METRIC, pair.sample(which), at) for which in (0, 1)]
        return recover(values, (parts[0], parts[1]), correlation)

    ends = bounds(level)
    how = "all exchanges" if test.n_draws is None else f"{test.n_draws:,} exchanges"
    return Difference(
        *values,
        ends.low,
        ends.high,
        test.p,
        "permutation",
        "newcombe",
        f"{why}; p from {how} of scores between the models",
        tail_of(bounds, values[0] - values[1]),
    )
