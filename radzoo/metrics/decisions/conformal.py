"""Conformal sets: as many classes as it takes to hold the true one with a wanted probability."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Vector

Sets = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What sets do on other cases than they were fitted on.

    Attributes:
        held: `(n_cases,)`, whether the set holds the true class.
        sizes: `(n_cases,)`, classes in the set.
        by_class: `(n_classes,)`, share of sets that hold it; NaN for a class without a case.
    """

    held: NDArray[np.bool_]
    sizes: NDArray[np.intp]
    by_class: Vector


def lac_scores(classes: NDArray[np.intp], probabilities: Matrix) -> Vector:
    """Return how strange the true class is: 1 - its probability.

    References:
        Sadinle M, Lei J, Wasserman L. Least ambiguous set-valued classifiers with bounded error
        levels. Journal of the American Statistical Association 2019;114:223-234.
    """
    return np.asarray(1 - probabilities[np.arange(len(classes)), classes])


def aps_scores(classes: NDArray[np.intp], probabilities: Matrix) -> Vector:
    """Return how strange the true class is: the probability of it and all likelier classes.

    References:
        Romano Y, Sesia M, Candes EJ. Classification with valid and adaptive coverage. NeurIPS
        2020. Equation 4 without randomisation.
    """
    return heap_up(probabilities)[np.arange(len(classes)), classes]


def heap_up(probabilities: Matrix) -> Matrix:
    """Return, for each class, the probability of it and all likelier classes."""
    order = np.argsort(-probabilities, axis=1, kind="stable")
    sums = np.cumsum(np.take_along_axis(probabilities, order, axis=1), axis=1)
    heaped = np.empty_like(sums)
    np.put_along_axis(heaped, order, sums, axis=1)
    return heaped


def conformal_quantile(strangeness: Vector, alpha: float) -> float:
    """Return the bound below which a share of 1 - `alpha` of new cases lies at least.

    It is the ceil((n + 1)(1 - alpha))-th smallest value; infinite if there are too few cases
    (every set then holds every class).

    Args:
        strangeness: `(n_cases,)`, of cases that the model has not learnt from.
        alpha: wanted share of misses, in (0, 1).

    References:
        Vovk V, Gammerman A, Shafer G. Algorithmic learning in a random world. Springer, 2005.
        Section 4.1 (inductive conformal predictors).

    Example:
        >>> conformal_quantile(np.array([0.1, 0.2, 0.3, 0.4]), 0.25)
        0.4
        >>> conformal_quantile(np.array([0.1, 0.2]), 0.1)
        inf
    """
    rank = math.ceil((len(strangeness) + 1) * (1 - alpha) - 1e-12)
    if rank > len(strangeness):
        return math.inf
    return float(np.sort(strangeness)[rank - 1])


def lac_sets(probabilities: Matrix, quantile: float | Vector) -> Sets:
    """Return the sets `(n_cases, n_classes)`; a quantile for each class makes them Mondrian."""
    return np.asarray(1 - probabilities <= np.asarray(quantile) + 1e-12)


def aps_sets(probabilities: Matrix, quantile: float) -> Sets:
    """Return the sets `(n_cases, n_classes)`: likely classes until the bound is reached."""
    return np.asarray(heap_up(probabilities) <= quantile + 1e-12)


def cover(sets: Sets, classes: NDArray[np.intp]) -> Coverage:
    """Count how often sets hold the true class.

    Raises:
        UndefinedMetricError: if there is no case.
    """
    if not len(classes):
        raise UndefinedMetricError("needs a case")
    held = sets[np.arange(len(classes)), classes]
    counts = np.bincount(classes, minlength=sets.shape[1])
    hits = np.bincount(classes, held, minlength=sets.shape[1])
    by_class = np.divide(hits, counts, out=np.full(sets.shape[1], np.nan), where=counts > 0)
    return Coverage(held, sets.sum(axis=1), by_class)
