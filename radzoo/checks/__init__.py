"""The traps, one file each: from arrays to a verdict with its evidence.

Checks may use `metrics`, and know neither files nor networks.
"""

from radzoo.checks.check import Check
from radzoo.core.registry import Registry

CHECKS: Registry[Check] = Registry(
    "check",
    {
        "RZ001": "radzoo.checks.patient_overlap:CHECK",
    },
)
