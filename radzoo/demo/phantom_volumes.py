"""Phantom glands in 3-D, some with a bulge: shapes to teach networks for volumes with.

As in AdrenalMNIST3D a volume holds nothing but a shape, and each patient has two of them. A gland
is a body with two bent limbs, turned a little; a mass is a ball on one limb. How thick limbs are
varies more than what a bulge adds, so that the size alone does not tell which gland has one.

As in `phantom`, a seed gives the same bits on every machine.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radzoo.demo.phantom_random import Stream

EXTENT_MM: Final = 44.8
"""Of the cube that is shown, whatever the number of voxels."""
THICKNESS_MM: Final = (2.2, 5.0)
LIMB_MM: Final = (11.0, 17.0)
BULGE_MM: Final = (1.2, 2.6)
"""By how much the radius of a mass is above that of the gland."""
TURN: Final = 0.3
INSIDE: Final = 255
PATIENT, GLAND = range(2)
PARTS: Final = ("train", "train", "train", "val", "test")
Point: TypeAlias = tuple[float, float, float]
Field: TypeAlias = NDArray[np.float64]
Target: TypeAlias = Literal["mass", "volume_ml"]


@dataclass(frozen=True, slots=True)
class Capsule:
    """A rod with round ends, which may taper; places in mm from the middle of the volume."""

    start: Point
    end: Point
    start_mm: float
    end_mm: float


@dataclass(frozen=True, slots=True)
class Gland:
    """A volume and the truth about it.

    Attributes:
        voxels: uint8 `(size, size, size)`, slices, rows, columns; 255 = inside, 0 = outside.
        spacing_mm: of voxels, along every axis.
        number: from 0; patient `number // 2` has two, the second one mirrored.
        mass: 1 with a bulge.
        bulge_mm: its radius; 0 without.
        volume_ml: of all that is inside.
    """

    voxels: NDArray[np.uint8]
    spacing_mm: float
    number: int
    mass: int
    bulge_mm: float
    volume_ml: float

    @property
    def patient(self) -> str:
        """The name of the patient."""
        return f"P{self.number // 2:04d}"

    @property
    def split(self) -> str:
        """`train` for three patients of five, `val` for one, `test` for one."""
        return PARTS[self.number // 2 % len(PARTS)]


def draw_glands(n: int, *, seed: int = 0, size: int = 28, share: float = 0.5) -> list[Gland]:
    """Draw `n` glands of `n / 2` patients.

    Args:
        n: number of volumes; those of a smaller `n` come first in a larger one.
        seed: another seed gives others.
        size: voxels along each side.
        share: of glands with a mass.
    """
    return [_draw_gland(seed, number, size, share) for number in range(n)]


def gland_archive(glands: Sequence[Gland]) -> dict[str, NDArray[np.uint8]]:
    """Return the arrays of a MedMNIST archive in 3-D, for `numpy.savez`; labels are masses."""
    arrays = {}
    for split in dict.fromkeys(PARTS):
        chosen = [gland for gland in glands if gland.split == split]
        arrays[f"{split}_images"] = np.stack([gland.voxels for gland in chosen])
        arrays[f"{split}_labels"] = np.array([[gland.mass] for gland in chosen], np.uint8)
    return arrays


def gland_nifti(gland: Gland) -> bytes:
    """Return a gland as a NIfTI file, not compressed; its middle is the scanner's."""
    import nibabel

    step, middle = gland.spacing_mm, gland.spacing_mm * (len(gland.voxels) - 1) / 2
    affine = np.array(
        [
            [-step, 0, 0, middle],  # columns go to the left, NIfTI counts to the right
            [0, -step, 0, middle],  # rows go to the back, NIfTI counts to the front
            [0, 0, step, -middle],
            [0, 0, 0, 1],
        ]
    )
    make: Callable[..., Any] = nibabel.Nifti1Image  # nibabel gives its images no types
    image = make(gland.voxels.transpose(2, 1, 0), affine)
    image.header.set_xyzt_units("mm")
    content: bytes = image.to_bytes()
    return content


def gland_table(glands: Sequence[Gland], target: Target) -> str:
    """Return a table of cases whose files are `PATIENT-0.nii` and `PATIENT-1.nii` beside it."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["path", "patient_id", "split", f"target:{target}"])
    for gland in glands:
        value = gland.mass if target == "mass" else gland.volume_ml
        rows.writerow([file_name(gland), gland.patient, gland.split, value])
    return text.getvalue()


def file_name(gland: Gland) -> str:
    """Return the name of a gland's file."""
    return f"{gland.patient}-{gland.number % 2}.nii"


def _draw_gland(seed: int, number: int, size: int, share: float) -> Gland:
    patient, own = Stream(seed, PATIENT, number // 2), Stream(seed, GLAND, number)
    thickness = patient.uniform(*THICKNESS_MM)
    limbs = [_draw_limb(patient, thickness, side) for side in (-1.0, 1.0)]
    body = Capsule((0.0, -9.0, 0.0), (0.0, -4.0, 0.0), 0.8 * thickness, 1.2 * thickness)
    mass, limb = own.chance(share), limbs[own.integer(2)]
    ball = _draw_ball(own, limb, thickness)
    capsules = [body, *limbs[0], *limbs[1], *([ball] if mass else [])]
    inside = _fill(capsules, size, _draw_turn(own), mirrored=number % 2 == 1)
    step = EXTENT_MM / size
    return Gland(
        voxels=np.where(inside, INSIDE, 0).astype(np.uint8),
        spacing_mm=step,
        number=number,
        mass=int(mass),
        bulge_mm=round(ball.start_mm, 3) if mass else 0.0,
        volume_ml=round(int(inside.sum()) * step * step * step / 1000, 4),
    )


def _draw_limb(stream: Stream, thickness: float, side: float) -> list[Capsule]:
    """Draw two rods from the body to the back, the second one bent off the first."""
    length = stream.uniform(*LIMB_MM) / 2
    place, rods = (0.0, -4.0, 0.0), []
    radii = (thickness, 0.85 * thickness, 0.6 * thickness)
    aside = side * stream.uniform(0.3, 0.7)
    for start_mm, end_mm in pairwise(radii):
        way = _unit((stream.uniform(-0.4, 0.4), 1.0, aside))
        end = _add(place, way, length)
        rods.append(Capsule(place, end, start_mm, end_mm))
        place, aside = end, aside + side * stream.uniform(-0.5, 0.5)
    return rods


def _draw_ball(stream: Stream, limb: Sequence[Capsule], thickness: float) -> Capsule:
    """Draw a ball on the far rod of a limb, a little off its middle line."""
    rod, along = limb[1], stream.uniform(0.0, 0.8)
    radius = thickness + stream.uniform(*BULGE_MM)
    off = _unit((stream.uniform(-1, 1), stream.uniform(-1, 1), stream.uniform(-1, 1)))
    way = (rod.end[0] - rod.start[0], rod.end[1] - rod.start[1], rod.end[2] - rod.start[2])
    place = _add(_add(rod.start, way, along), off, 0.4 * radius)
    return Capsule(place, place, radius, radius)


def _draw_turn(stream: Stream) -> tuple[Point, Point, Point]:
    """Draw the rows of a turn by a moderate angle about any axis, from a unit quaternion."""
    x, y, z = (stream.uniform(-TURN, TURN) for _ in range(3))
    norm = float(np.sqrt(1.0 + x * x + y * y + z * z))
    w, x, y, z = 1.0 / norm, x / norm, y / norm, z / norm
    return (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )


def _fill(
    capsules: Sequence[Capsule], size: int, turn: tuple[Point, Point, Point], *, mirrored: bool
) -> NDArray[np.bool_]:
    """Say of each voxel whether its centre lies in a capsule; `(size, size, size)`."""
    at = (np.arange(size, dtype=np.float64) + 0.5) * (EXTENT_MM / size) - EXTENT_MM / 2
    columns = -at if mirrored else at
    slices, rows = at[:, None, None], at[None, :, None]
    turned = [a * slices + b * rows + c * columns for a, b, c in turn]
    inside = np.zeros((size, size, size), dtype=np.bool_)
    for capsule in capsules:
        inside |= _is_in(turned, capsule)
    return inside


def _is_in(at: Sequence[Field], capsule: Capsule) -> NDArray[np.bool_]:
    way = [end - start for start, end in zip(capsule.start, capsule.end, strict=True)]
    rest = [place - start for place, start in zip(at, capsule.start, strict=True)]
    length = way[0] * way[0] + way[1] * way[1] + way[2] * way[2]
    along = (rest[0] * way[0] + rest[1] * way[1] + rest[2] * way[2]) / (length or 1.0)
    along = np.minimum(np.maximum(along, 0.0), 1.0)
    radius = capsule.start_mm + along * (capsule.end_mm - capsule.start_mm)
    away = [place - along * step for place, step in zip(rest, way, strict=True)]
    inside: NDArray[np.bool_] = (
        away[0] * away[0] + away[1] * away[1] + away[2] * away[2] <= radius * radius
    )
    return inside


def _unit(way: Point) -> Point:
    norm = float(np.sqrt(way[0] * way[0] + way[1] * way[1] + way[2] * way[2])) or 1.0
    return way[0] / norm, way[1] / norm, way[2] / norm


def _add(place: Point, way: Point, times: float) -> Point:
    return place[0] + times * way[0], place[1] + times * way[1], place[2] + times * way[2]
