"""The traps, one file each: from arrays to a verdict with its evidence.

Checks may use `metrics`, and know neither files nor networks.
"""

from radzoo.checks.check import Check
from radzoo.core.registry import Registry

CHECKS: Registry[Check] = Registry(
    "check",
    {
        "RZ001": "radzoo.checks.patient_overlap:CHECK",
        "RZ002": "radzoo.checks.duplicates:CHECK",
        "RZ003": "radzoo.checks.augmented_copies:CHECK",
        "RZ004": "radzoo.checks.fitted_on_all:CHECK",
        "RZ005": "radzoo.checks.time_travel:CHECK",
        "RZ006": "radzoo.checks.telling_columns:CHECK",
        "RZ010": "radzoo.checks.site_shortcut:CHECK",
        "RZ011": "radzoo.checks.within_site:CHECK",
        "RZ012": "radzoo.checks.border_shortcut:CHECK",
        "RZ013": "radzoo.checks.border_use:CHECK",
        "RZ014": "radzoo.checks.devices:CHECK",
        "RZ015": "radzoo.checks.attribute_association:CHECK",
        "RZ016": "radzoo.checks.attribute_probe:CHECK",
        "RZ017": "radzoo.checks.source_is_class:CHECK",
        "RZ020": "radzoo.checks.hidden_strata:CHECK",
        "RZ021": "radzoo.checks.label_noise:CHECK",
        "RZ022": "radzoo.checks.prevalence_shift:CHECK",
        "RZ023": "radzoo.checks.imbalance_correction:CHECK",
        "RZ030": "radzoo.checks.overfitting:CHECK",
        "RZ031": "radzoo.checks.too_few:CHECK",
        "RZ032": "radzoo.checks.memorised_noise:CHECK",
        "RZ040": "radzoo.checks.test_reuse:CHECK",
        "RZ041": "radzoo.checks.threshold_from_test:CHECK",
        "RZ042": "radzoo.checks.no_external_set:CHECK",
        "RZ043": "radzoo.checks.seeds:CHECK",
        "RZ044": "radzoo.checks.drift:CHECK",
        "RZ050": "radzoo.checks.pixel_semantics:CHECK",
        "RZ051": "radzoo.checks.altered_images:CHECK",
        "RZ052": "radzoo.checks.geometry:CHECK",
        "RZ053": "radzoo.checks.serving_skew:CHECK",
        "RZ054": "radzoo.checks.score_range:CHECK",
        "RZ060": "radzoo.checks.saliency_sanity:CHECK",
        "RZ061": "radzoo.checks.batch_effects:CHECK",
        "RZ062": "radzoo.checks.calibration_drift:CHECK",
        "RZ070": "radzoo.checks.subgroup_gaps:CHECK",
        "RZ071": "radzoo.checks.clustered:CHECK",
        "RZ072": "radzoo.checks.unreproducible:CHECK",
    },
)
