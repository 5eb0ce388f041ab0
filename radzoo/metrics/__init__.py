"""Numbers that say how good scores are, and their intervals. Needs numpy only."""

from radzoo.core.plugins import Interval, Metric
from radzoo.core.registry import Registry

METRICS: Registry[Metric] = Registry(
    "metric",
    {
        "auroc": "radzoo.metrics.auroc:METRIC",
        "average_precision": "radzoo.metrics.average_precision:METRIC",
        "brier": "radzoo.metrics.brier:METRIC",
        "scaled_brier": "radzoo.metrics.scaled_brier:METRIC",
        "log_loss": "radzoo.metrics.log_loss:METRIC",
        "ece": "radzoo.metrics.ece:METRIC",
        "calibration_slope": "radzoo.metrics.calibration_slope:METRIC",
        "calibration_intercept": "radzoo.metrics.calibration_intercept:METRIC",
        "calibration_in_the_large": "radzoo.metrics.calibration_in_the_large:METRIC",
        "sensitivity": "radzoo.metrics.sensitivity:METRIC",
        "specificity": "radzoo.metrics.specificity:METRIC",
        "ppv": "radzoo.metrics.ppv:METRIC",
        "npv": "radzoo.metrics.npv:METRIC",
        "accuracy": "radzoo.metrics.accuracy:METRIC",
        "balanced_accuracy": "radzoo.metrics.balanced_accuracy:METRIC",
        "f1": "radzoo.metrics.f1:METRIC",
    },
)

INTERVALS: Registry[Interval] = Registry(
    "interval",
    {
        "delong": "radzoo.metrics.intervals.delong:INTERVAL",
        "logit-delong": "radzoo.metrics.intervals.logit_delong:INTERVAL",
        "newcombe": "radzoo.metrics.intervals.newcombe:INTERVAL",
        "obuchowski": "radzoo.metrics.intervals.obuchowski:INTERVAL",
        "wilson": "radzoo.metrics.intervals.wilson:INTERVAL",
        "rao-scott": "radzoo.metrics.intervals.rao_scott:INTERVAL",
        "wald": "radzoo.metrics.intervals.wald:INTERVAL",
        "bca": "radzoo.metrics.intervals.bca:INTERVAL",
        "percentile": "radzoo.metrics.intervals.percentile:INTERVAL",
        "basic": "radzoo.metrics.intervals.basic:INTERVAL",
    },
)
