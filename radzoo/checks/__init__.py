"""The traps, one file each: from arrays to a verdict with its evidence.

Checks may use `metrics`, and know neither files nor networks.
"""

from radzoo.checks.check import Check
from radzoo.core.registry import Registry

CHECKS: Registry[Check] = Registry(
    "check",
    {
        "RZ001": "radzoo.checks.patient_overlap:CHECK",
        "RZ011": "radzoo.checks.within_site:CHECK",
        "RZ013": "radzoo.checks.border_use:CHECK",
        "RZ016": "radzoo.checks.attribute_probe:CHECK",
        "RZ020": "radzoo.checks.hidden_strata:CHECK",
        "RZ030": "radzoo.checks.overfitting:CHECK",
        "RZ043": "radzoo.checks.seeds:CHECK",
        "RZ051": "radzoo.checks.altered_images:CHECK",
        "RZ053": "radzoo.checks.serving_skew:CHECK",
        "RZ060": "radzoo.checks.saliency_sanity:CHECK",
        "RZ061": "radzoo.checks.batch_effects:CHECK",
    },
)
