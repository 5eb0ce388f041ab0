"""Agreement beyond chance: how far calls lie from the truth, against the same calls shuffled."""

from collections.abc import Callable

import numpy as np

from radzoo.core.plugins import Many, Matrix, Vector
from radzoo.metrics.classes.counting import (
    ClassCounts,
    count_classes,
    defined,
    mark_classes,
    sum_splitter,
)
from radzoo.metrics.confusion import divide
from radzoo.metrics.moments import many_of_sums, sum_features

Distance = Callable[[Matrix], Matrix]


def compare_with_chance(
    targets: Vector, decisions: Vector, weights: Vector | None, distance: Distance
) -> float:
    """Return 1 - observed distance / distance expected by chance.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, the class numbers that the cases are called.
        weights: `(n_cases,)`, how often each case counts; None = once.
        distance: difference of class numbers to how grave it is; 0 for no difference.

    Raises:
        UndefinedMetricError: if targets and calls are all of one class.
    """
    counts = count_classes(targets, decisions, weights)
    counted = np.ones(len(targets)) if weights is None else weights
    observed = sum_features(distance(targets - decisions)[:, None])(counted[None])[:, 0]
    return defined(combine(counts, observed, distance), "cases of two classes")


def many_against_chance(distance: Distance) -> Callable[[Vector, Matrix], Many]:
    """Return what `Metric.many` wants, for one such distance."""

    def features(targets: Vector, decisions: Matrix) -> Matrix:
        return np.column_stack([mark_classes(targets, decisions), distance(targets - decisions)])

    def prepare(targets: Vector, decisions: Matrix) -> Many:
        split = sum_splitter(targets, decisions)
        return many_of_sums(
            features, lambda sums: combine(split(sums[:, :-1]), sums[:, -1], distance)
        )(targets, decisions)

    return prepare


def combine(counts: ClassCounts, observed: Vector, distance: Distance) -> Vector:
    """Return 1 - observed / expected, NaN where nothing is expected."""
    between = distance(counts.numbers[:, None] - counts.numbers)
    expected = np.einsum("di,ij,dj->d", counts.true, between, counts.called)
    return np.asarray(1.0 - divide(observed * counts.total, expected))
