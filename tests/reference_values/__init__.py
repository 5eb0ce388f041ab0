"""What radzoo says of each case of `shared/data/reference`, by the family of the method.

A family is a file: `METHODS` maps a case's `method` to a function that computes the same keys
as the case's `result` (a key that radzoo does not compute is left out, and must stand with its
reason in `LEFT_OUT` of the family); `NOT_APPLICABLE` maps the id of a case to the reason why
its values do not apply.
"""

from types import ModuleType

from reference_values import (
    binary,
    calibration,
    comparison,
    curves,
    decisions,
    masks,
    multiclass,
    survival,
)

FAMILIES: tuple[ModuleType, ...] = (
    binary, curves, calibration, comparison, decisions, masks, multiclass, survival
)  # fmt: skip
METHODS = {name: check for family in FAMILIES for name, check in family.METHODS.items()}
NOT_APPLICABLE = {name: why for family in FAMILIES for name, why in family.NOT_APPLICABLE.items()}
LEFT_OUT = {name: why for family in FAMILIES for name, why in family.LEFT_OUT.items()}
