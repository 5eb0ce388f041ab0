"""Maps that turn scores into better probabilities, one per file; `RECALIBRATIONS` lists them."""

from radzoo.core.registry import Registry
from radzoo.metrics.recalibration.recalibrator import Recalibrator

RECALIBRATIONS: Registry[Recalibrator] = Registry(
    "recalibration",
    {
        "temperature": "radzoo.metrics.recalibration.temperature:RECALIBRATOR",
        "platt": "radzoo.metrics.recalibration.platt:RECALIBRATOR",
        "isotonic": "radzoo.metrics.recalibration.isotonic:RECALIBRATOR",
        "beta": "radzoo.metrics.recalibration.beta:RECALIBRATOR",
    },
)
