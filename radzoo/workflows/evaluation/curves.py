"""ROC and precision-recall curves of one label, for the report."""

import math
from collections.abc import Callable

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector
from radzoo.core.report import Curve
from radzoo.metrics.curves import Points, draw_precision_recall, draw_roc
from radzoo.metrics.sample import Sample

# More points than these no eye can tell apart.
MOST_POINTS = 500


def describe_roc(label: str, sample: Sample, *, every: bool = False) -> Curve | None:
    """Return the ROC curve, every point of it if wanted; None if a class is missing."""
    return describe(label, sample, draw_roc, every=every)


def describe_precision_recall(label: str, sample: Sample, *, every: bool = False) -> Curve | None:
    """Return the curve of recall (x) and precision (y); None if a class is missing."""
    return describe(label, sample, draw_precision_recall, every=every)


def describe(
    label: str, sample: Sample, draw: Callable[..., Points], *, every: bool
) -> Curve | None:
    """Put the points of a curve into the report."""
    try:
        points = draw(sample.targets, sample.scores, most=None if every else MOST_POINTS)
    except UndefinedMetricError:
        return None
    return Curve(
        label=label,
        x=points.x.tolist(),
        y=points.y.tolist(),
        thresholds=list_thresholds(points.thresholds),
    )


def list_thresholds(thresholds: Vector) -> list[float | None]:
    """Return thresholds, None where there is none."""
    return [None if math.isnan(value) else value for value in thresholds.tolist()]
