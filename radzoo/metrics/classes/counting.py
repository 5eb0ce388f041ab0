"""Counts of cases by true and by called class: what most metrics of calls are made of."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Vector
from radzoo.metrics.moments import many_of_sums, sum_features


@dataclass(frozen=True, slots=True)
class ClassCounts:
    """Cases of each class, for one or several draws; classes that no case knows are left out.

    Attributes:
        numbers: `(n_classes,)`, the class numbers.
        occurs: `(n_classes,)`, whether any case of the whole sample is of the class.
        found: `(n_draws, n_classes)`, cases of the class that are called so.
        true: `(n_draws, n_classes)`, cases of the class.
        called: `(n_draws, n_classes)`, cases that are called so.
    """

    numbers: Vector
    occurs: NDArray[np.bool_]
    found: Matrix
    true: Matrix
    called: Matrix

    @property
    def total(self) -> Vector:
        """`(n_draws,)`, all cases."""
        return np.asarray(self.true.sum(axis=1))


def call_classes(scores: Matrix) -> Vector:
    """Return the class number of the highest score of each case, of equal ones the first."""
    return np.asarray(scores.argmax(axis=1), dtype=np.float64)


def count_confusion(targets: Vector, decisions: Vector, n_classes: int) -> NDArray[np.intp]:
    """Count cases by true class (rows) and called class (columns)."""
    cells = (targets * n_classes + decisions).astype(np.intp)
    counts = np.bincount(cells, minlength=n_classes**2)
    return np.asarray(counts.reshape(n_classes, n_classes))


def count_classes(targets: Vector, decisions: Vector, weights: Vector | None = None) -> ClassCounts:
    """Count the cases once.

    Args:
        targets: `(n_cases,)`, class numbers.
        decisions: `(n_cases,)`, the class numbers that the cases are called.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Raises:
        UndefinedMetricError: if there is no case.
    """
    if not targets.size:
        raise UndefinedMetricError("needs a case")
    counted = np.ones(len(targets)) if weights is None else weights
    sums = sum_features(mark_classes(targets, decisions))(counted[None])
    return split_sums(targets, decisions, sums)


def many_of_class_counts(
    combine: Callable[[ClassCounts], Vector],
) -> Callable[[Vector, Matrix], Many]:
    """Return what `Metric.many` wants, for a metric of these counts alone.

    Args:
        combine: counts to values `(n_draws,)`, NaN where undefined.
    """

    def prepare(targets: Vector, decisions: Matrix) -> Many:
        split = sum_splitter(targets, decisions)
        return many_of_sums(mark_classes, lambda sums: combine(split(sums)))(targets, decisions)

    return prepare


def mark_classes(targets: Vector, decisions: Vector) -> Matrix:
    """Return `(n_cases, 3 * n_classes)`: found, true and called, one hot."""
    numbers = np.unique([targets, decisions])
    true = targets[:, None] == numbers
    called = decisions[:, None] == numbers
    return np.concatenate([true & called, true, called], axis=1).astype(np.float64)


def split_sums(targets: Vector, decisions: Vector, sums: Matrix) -> ClassCounts:
    """Name the sums of `mark_classes`."""
    return sum_splitter(targets, decisions)(sums)


def sum_splitter(targets: Vector, decisions: Vector) -> Callable[[Matrix], ClassCounts]:
    """Return `split_sums` for these cases: their classes are looked up once for all draws."""
    numbers = np.unique([targets, decisions])
    occurs = np.isin(numbers, targets)

    def split(sums: Matrix) -> ClassCounts:
        found, true, called = np.split(sums, 3, axis=1)
        return ClassCounts(numbers, occurs, found, true, called)

    return split


def defined(values: Vector, needs: str) -> float:
    """Return the only value.

    Raises:
        UndefinedMetricError: if it is NaN.
    """
    if np.isnan(values[0]):
        raise UndefinedMetricError(f"needs {needs}")
    return float(values[0])
