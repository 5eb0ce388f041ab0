"""The grid of voxels that an image has, known from headers alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from radzoo.core.orientation import find_turn
from radzoo.core.volume import Affine


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the voxels of an image, or of the volume in a canonical orientation, lie.

    Attributes:
        shape: `(slices, rows, columns)`; one slice if `flat`.
        affine: as of `core.volume.Volume`; None if the file says nothing of the patient.
        flat: is it one image, read as it is stored, rather than a volume?
        frame_of_reference: hash of the UID, or empty.
        instance: hash of the SOP instance UID of one image, or empty.
        remarks: what was left out on the way.
    """

    shape: tuple[int, int, int]
    affine: Affine | None
    flat: bool = False
    frame_of_reference: str = ""
    instance: str = ""
    remarks: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def canonical_grid(
    shape: tuple[int, int, int],
    affine: Affine,
    *,
    frame_of_reference: str = "",
    remarks: Mapping[str, int] | None = None,
) -> Grid:
    """Return the grid of a stored volume after it is turned into the canonical orientation."""
    turn = find_turn(affine)
    turned = (shape[turn.order[0]], shape[turn.order[1]], shape[turn.order[2]])
    return Grid(
        turned,
        turn.apply_to_affine(affine, shape),
        frame_of_reference=frame_of_reference,
        remarks=MappingProxyType(dict(remarks or {})),
    )
