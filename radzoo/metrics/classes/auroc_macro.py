"""Metric: the AUROC of each class against the rest, on average."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.auroc import auroc
from radzoo.metrics.classes.contests import Contest, MeanAuroc


def auroc_macro(targets: Vector, scores: Matrix, weights: Vector | None = None) -> float:
    """The plain mean over classes of the AUROC of each class against the rest.

    Only over classes that occur: that of an absent class does not exist. It depends on how common
    the classes are among the rest; `hand_till` does not.

    Args:
        targets: `(n_cases,)`, class numbers.
        scores: `(n_cases, n_classes)`, any real scale, higher = more likely that class.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if fewer than two classes occur.

    References:
        Provost F, Domingos P. Tree induction for probability-based ranking. Machine Learning
        2003;52:199-215. Section 3.2, here without weights.

    Example:
        >>> scores = np.array([[0.8, 0.2, 0], [0.3, 0.5, 0.2], [0, 0.4, 0.6]])
        >>> auroc_macro(np.array([0.0, 1, 2]), scores)
        1.0
    """
    classes = np.unique(targets).astype(np.intp)
    if len(classes) < 2:
        raise UndefinedMetricError("needs cases of two classes")
    each = [auroc(is_class(targets, at), scores[:, at], weights) for at in classes]
    return float(np.mean(each))


def is_class(targets: Vector, number: int) -> Vector:
    """Return 1 for the cases of a class, else 0."""
    return np.asarray(targets == number, dtype=np.float64)


def many(targets: Vector, scores: Matrix) -> Many:
    """Return the metric as a function of weights `(n_draws, n_cases)`."""
    return MeanAuroc(
        [
            Contest(slice(None), is_class(targets, at), scores[:, at])
            for at in np.unique(targets).astype(np.intp)
        ]
    )


METRIC = Metric(
    name="auroc_macro",
    compute=auroc_macro,
    tasks=frozenset({"multiclass", "ordinal"}),
    higher_is_better=True,
    reads="classes",
    interval="bca",
    many=many,
)
