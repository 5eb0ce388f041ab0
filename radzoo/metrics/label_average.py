"""Averages over labels: of many labels, of which a case may have any number."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector


def average_over_labels(metric: Metric) -> Metric:
    """Return the metric that averages another over the columns of targets and scores.

    Every label counts alike. Its `compute` takes targets and scores `(n_cases, n_labels)`, NaN
    where not labelled or not scored, and is undefined where it is for any label: leave labels
    out before.

    Args:
        metric: of one label; it reads scores.
    """

    def compute(targets: Matrix, scores: Matrix, weights: Vector | None = None) -> float:
        values = []
        for target, score in zip(targets.T, scores.T, strict=True):
            rows = find_known(target, score)
            known = None if weights is None else weights[rows]
            values.append(metric.compute(target[rows], score[rows], known))
        if not values:
            raise UndefinedMetricError("needs a label with both diseased and healthy cases")
        return float(np.mean(values))

    return Metric(
        name=f"{metric.name}_macro",
        compute=compute,
        tasks=frozenset({"multilabel"}),
        higher_is_better=metric.higher_is_better,
        limits=metric.limits,
        many=lambda targets, scores: many(metric, targets, scores),
    )


def find_known(target: Vector, score: Vector) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the rows with target and score, by rising score, so that nothing is sorted again."""
    rows = np.flatnonzero(~np.isnan(target) & ~np.isnan(score))
    return rows[np.argsort(score[rows], kind="stable")]


def many(metric: Metric, targets: Matrix, scores: Matrix) -> Many:
    """Prepare the average for many weights: the same draws of cases for all labels."""
    if metric.many is None:
        raise ValueError(f"{metric.name} has no many")
    known = [find_known(*label) for label in zip(targets.T, scores.T, strict=True)]
    prepared = [
        metric.many(target[rows], score[rows])
        for rows, target, score in zip(known, targets.T, scores.T, strict=True)
    ]

    def values(weights: Matrix) -> Vector:
        by_label = [of(weights[:, rows]) for of, rows in zip(prepared, known, strict=True)]
        return np.asarray(np.mean(by_label, axis=0))

    return values
