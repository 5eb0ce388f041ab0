"""Metric: how often of two classes the right one scores higher, over all pairs."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.auroc import auroc
from radzoo.metrics.classes.contests import Contest, MeanAuroc


def hand_till(targets: Vector, scores: Matrix, weights: Vector | None = None) -> float:
    """Hand and Till's M: mean AUROC over all ordered pairs of classes that occur.

    For the pair (a, b) only cases of a and b count, and they are ranked by the score of a. It does
    not depend on how common the classes are. The same as scikit-learn's one-versus-one macro.

    Args:
        targets: `(n_cases,)`, class numbers.
        scores: `(n_cases, n_classes)`, any real scale, higher = more likely that class.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if fewer than two classes occur.

    References:
        Hand DJ, Till RJ. A simple generalisation of the area under the ROC curve for multiple
        class classification problems. Machine Learning 2001;45:171-186. Equation 7.

    Example:
        >>> scores = np.array([[0.8, 0.2, 0], [0.3, 0.5, 0.2], [0, 0.4, 0.6]])
        >>> hand_till(np.array([0.0, 1, 2]), scores)
        1.0
    """
    each = [
        auroc(of_pair, scores[rows, at], None if weights is None else weights[rows])
        for at, rows, of_pair in pairs(targets)
    ]
    if not each:
        raise UndefinedMetricError("needs cases of two classes")
    return float(np.mean(each))


def pairs(targets: Vector) -> Iterator[tuple[int, NDArray[np.intp], Vector]]:
    """Give, for each ordered pair, the first class, the rows of both, and which are the first."""
    rows_of = {int(at): np.flatnonzero(targets == at) for at in np.unique(targets)}
    for first, second in permutations(rows_of, 2):
        rows = np.sort(np.concatenate([rows_of[first], rows_of[second]]))
        yield first, rows, (targets[rows] == first).astype(np.float64)


def many(targets: Vector, scores: Matrix) -> Many:
    """Return the metric as a function of weights `(n_draws, n_cases)`."""
    each = [Contest(rows, of_pair, scores[rows, at]) for at, rows, of_pair in pairs(targets)]
    if not each:
        raise UndefinedMetricError("needs cases of two classes")
    return MeanAuroc(each)


METRIC = Metric(
    name="hand_till",
    compute=hand_till,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=True,
    reads="classes",
    interval="bca",
    many=many,
)
