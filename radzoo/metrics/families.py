"""Where the metrics of each task are registered: tasks share names such as `accuracy`."""

from radzoo.core.plugins import Metric
from radzoo.core.registry import Registry
from radzoo.metrics import METRICS
from radzoo.metrics.classes import CLASS_METRICS
from radzoo.metrics.times import TIME_METRICS
from radzoo.metrics.values import VALUE_METRICS

FAMILIES: tuple[Registry[Metric], ...] = (METRICS, CLASS_METRICS, VALUE_METRICS, TIME_METRICS)
OF_TASK: dict[str, Registry[Metric]] = {
    "multiclass": CLASS_METRICS,
    "ordinal": CLASS_METRICS,
    "regression": VALUE_METRICS,
    "survival": TIME_METRICS,
}


def find_metric(name: str, task: str | None = None) -> Metric | None:
    """Return the metric that a task calls so; else the first of any task; None if unknown."""
    own = OF_TASK.get(task or "", METRICS)
    return next((family[name] for family in (own, *FAMILIES) if name in family), None)
