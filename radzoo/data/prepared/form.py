"""Either form in which decoded cases are kept: images or volumes."""

from typing import TypeAlias

from radzoo.data.prepared.working import Working
from radzoo.data.prepared.working_volume import WorkingVolume

Form: TypeAlias = Working | WorkingVolume


def row_bytes(form: Form) -> int:
    """Return how many bytes one case takes in all arrays."""
    return sum(array.row_bytes for array in form.arrays)
