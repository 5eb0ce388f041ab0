"""Metrics of predicted numbers: targets and scores `(n_cases,)` in the target's unit."""

from radzoo.core.plugins import Metric
from radzoo.core.registry import Registry

VALUE_METRICS: Registry[Metric] = Registry(
    "metric of values",
    {
        "mae": "radzoo.metrics.values.mae:METRIC",
        "rmse": "radzoo.metrics.values.rmse:METRIC",
        "r2": "radzoo.metrics.values.r2:METRIC",
        "ccc": "radzoo.metrics.values.ccc:METRIC",
        "icc": "radzoo.metrics.values.icc:METRIC",
        "pearson": "radzoo.metrics.values.pearson:METRIC",
        "spearman": "radzoo.metrics.values.spearman:METRIC",
        "calibration_slope": "radzoo.metrics.values.calibration_slope:METRIC",
        "bias": "radzoo.metrics.values.bias:METRIC",
        "lower_limit": "radzoo.metrics.values.lower_limit:METRIC",
        "upper_limit": "radzoo.metrics.values.upper_limit:METRIC",
        "proportional_bias": "radzoo.metrics.values.proportional_bias:METRIC",
    },
)
