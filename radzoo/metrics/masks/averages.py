"""Averages over cases as metrics that are resampled by patient.

Each metric reads its own column of a matrix `(n_cases, n_columns)`, so that the draws of all
averages of a structure are made once.
"""

from collections.abc import Callable

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.moments import many_of_sums

Limits = tuple[float, float]
ANY: Limits = (-np.inf, np.inf)


def mean_of(name: str, column: int, limits: Limits, *, higher_is_better: bool | None) -> Metric:
    """Return the mean over cases of one column."""

    def features(targets: Vector, values: Matrix) -> Matrix:
        return np.stack([np.ones(len(values)), values[:, column]], axis=1)

    return make_metric(
        name, many_of_sums(features, lambda sums: divide(sums[:, 1], sums[:, 0])), limits,
        higher_is_better=higher_is_better,
    )  # fmt: skip


def ratio_of(
    name: str, columns: tuple[int, int], limits: Limits, *, higher_is_better: bool | None
) -> Metric:
    """Return the sum over cases of one column over that of another, such as found over all."""

    def features(targets: Vector, values: Matrix) -> Matrix:
        return np.asarray(values[:, list(columns)])

    return make_metric(
        name, many_of_sums(features, lambda sums: divide(sums[:, 0], sums[:, 1])), limits,
        higher_is_better=higher_is_better,
    )  # fmt: skip


def median_of(name: str, column: int, limits: Limits, *, higher_is_better: bool | None) -> Metric:
    """Return the median over cases of one column; of an even number the mean of the middle two."""

    def prepare(targets: Vector, values: Matrix) -> Many:
        order = np.argsort(values[:, column], kind="stable")
        ordered = values[order, column]
        return lambda weights: weighted_medians(ordered, weights[:, order])

    return make_metric(name, prepare, limits, higher_is_better=higher_is_better)


def weighted_medians(ordered: Vector, weights: Matrix) -> Vector:
    """Return the median of values that each count a whole number of times, for many weights."""
    reached = np.cumsum(weights, axis=1)
    total = reached[:, -1]
    last = len(ordered) - 1
    middle = [
        ordered[np.minimum((reached <= np.floor(place)[:, None]).sum(axis=1), last)]
        for place in ((total - 1) / 2, total / 2)
    ]
    return np.where(total > 0, (middle[0] + middle[1]) / 2, np.nan)


def make_metric(
    name: str,
    prepare: Callable[[Vector, Matrix], Many],
    limits: Limits,
    *,
    higher_is_better: bool | None,
) -> Metric:
    """Return a metric that is computed for one weight as for many."""

    def compute(targets: Vector, values: Matrix, weights: Vector | None = None) -> float:
        counts = np.ones(len(values)) if weights is None else weights
        if not len(values):
            raise UndefinedMetricError("needs a case")
        value = float(prepare(targets, values)(counts[None, :])[0])
        if np.isnan(value):
            raise UndefinedMetricError("needs more cases, or cases that differ")
        return value

    return Metric(
        name=name,
        compute=compute,
        many=prepare,
        tasks=frozenset({"segmentation"}),
        higher_is_better=higher_is_better,
        reads="values",
        limits=limits,
    )


def divide(over: Vector, under: Vector) -> Vector:
    """Divide, NaN where there is nothing to divide by."""
    safe = np.where(under > 0, under, 1.0)
    return np.where(under > 0, over / safe, np.nan)
