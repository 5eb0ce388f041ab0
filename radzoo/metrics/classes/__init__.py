"""Metrics of cases that have one of several classes, ordered or not.

Targets are class numbers 0, 1, ... `(n_cases,)`; scores are `(n_cases, n_classes)`. The class
that a case is called is that of its highest score, and of equal ones the first.
"""

from radzoo.core.plugins import Metric
from radzoo.core.registry import Registry

CLASS_METRICS: Registry[Metric] = Registry(
    "metric of classes",
    {
        "auroc_macro": "radzoo.metrics.classes.auroc_macro:METRIC",
        "hand_till": "radzoo.metrics.classes.hand_till:METRIC",
        "brier": "radzoo.metrics.classes.brier:METRIC",
        "log_loss": "radzoo.metrics.classes.log_loss:METRIC",
        "ece": "radzoo.metrics.classes.ece:METRIC",
        "ece_classwise": "radzoo.metrics.classes.ece_classwise:METRIC",
        "accuracy": "radzoo.metrics.classes.accuracy:METRIC",
        "majority_accuracy": "radzoo.metrics.classes.majority_accuracy:METRIC",
        "balanced_accuracy": "radzoo.metrics.classes.balanced_accuracy:METRIC",
        "f1_macro": "radzoo.metrics.classes.f1_macro:METRIC",
        "mcc": "radzoo.metrics.classes.mcc:METRIC",
        "kappa": "radzoo.metrics.classes.kappa:METRIC",
        "kappa_linear": "radzoo.metrics.classes.kappa_linear:METRIC",
        "kappa_quadratic": "radzoo.metrics.classes.kappa_quadratic:METRIC",
        "within_one": "radzoo.metrics.classes.within_one:METRIC",
        "mae": "radzoo.metrics.classes.mae:METRIC",
    },
)
