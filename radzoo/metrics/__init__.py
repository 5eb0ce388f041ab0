"""Numbers that say how good scores are, and their intervals. Needs numpy only."""

from radzoo.core.plugins import Metric
from radzoo.core.registry import Registry

METRICS: Registry[Metric] = Registry("metric", {"auroc": "radzoo.metrics.auroc:METRIC"})
