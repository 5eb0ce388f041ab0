"""Which metrics a task has."""

from collections.abc import Mapping

from radzoo.core.plugins import Metric
from radzoo.metrics import METRICS
from radzoo.metrics.classes import CLASS_METRICS
from radzoo.metrics.times import TIME_METRICS
from radzoo.metrics.values import VALUE_METRICS

REGISTRIES = {
    "multiclass": CLASS_METRICS,
    "ordinal": CLASS_METRICS,
    "regression": VALUE_METRICS,
    "survival": TIME_METRICS,
}


def metrics_of(task: str) -> Mapping[str, Metric]:
    """Return the metrics of a task by name, in the order to show them."""
    registry = REGISTRIES.get(task, METRICS)
    return {name: metric for name, metric in registry.items() if task in metric.tasks}
