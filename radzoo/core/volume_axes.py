"""The axes of a volume: their order and directions, and sizes and steps along them.

A letter names where an axis leads: `RAS` goes to the right, to the front, to the head. Volumes
of radzoo go to the head, to the back, to the left (`SPL`; see `core.orientation`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeVar

from radzoo.core.errors import UsageError

Shape: TypeAlias = tuple[int, int, int]
Triple: TypeAlias = tuple[float, float, float]
Intensity: TypeAlias = Literal["auto", "hu", "percentiles", "range"]
Value = TypeVar("Value", int, float)

CANONICAL: Final = "SPL"
DIRECTIONS: Final = ("SI", "PA", "LR")
COARSEST_MM: Final = 1000.0
LONGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class VolumeWish:
    """What the user says of the volumes that a network is fed; None = as the plan proposes.

    Attributes:
        size: slices, rows and columns.
        spacing_mm: of the voxels, along slices, rows and columns.
        intensity: which values become black and white, without a window.
    """

    size: Shape | None = None
    spacing_mm: Triple | None = None
    intensity: Intensity | None = None


def check_orientation(text: str) -> str:
    """Return letters that name all three axes, each once; raises `ValueError` for others."""
    if sorted(map(axis_of, text)) != [0, 1, 2]:
        raise ValueError("an orientation needs one letter each of SI, PA and LR")
    return text


def axis_of(letter: str) -> int:
    """Return which canonical axis a letter stands for: 0 slices, 1 rows, 2 columns."""
    return next((axis for axis, both in enumerate(DIRECTIONS) if letter in both), -1)


def to_canonical(
    values: tuple[Value, Value, Value], orientation: str
) -> tuple[Value, Value, Value]:
    """Bring values of three axes from the order of an orientation to slices, rows, columns."""
    found = dict(zip(map(axis_of, check_orientation(orientation)), values, strict=True))
    return found[0], found[1], found[2]


def read_size(text: str) -> int | Shape:
    """Read `64`, or `32x96x96` for slices, rows and columns.

    Raises:
        UsageError: if it is neither.
    """
    parts = text.lower().replace(" ", "").split("x")
    if len(parts) in (1, 3) and all(part.isascii() and part.isdecimal() for part in parts):
        numbers = [int(part[:9]) for part in parts]
        if len(numbers) == 1:
            return numbers[0]
        if all(1 <= number <= LONGEST for number in numbers):
            return numbers[0], numbers[1], numbers[2]
    raise UsageError(
        f"--image-size {text} was given; needed rows and columns as one number, or slices, rows "
        "and columns of volumes",
        id="bad-image-size",
        hint="--image-size 224 for images; --image-size 64 or 32x96x96 for volumes",
    )


def read_spacing(text: str) -> Triple:
    """Read `1.5`, or `3,1,1` for slices, rows and columns.

    Raises:
        UsageError: if it is neither.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 1:
        numbers *= 3
    if len(numbers) != 3 or not all(0 < number <= COARSEST_MM for number in numbers):
        raise UsageError(
            "--spacing-mm needs one number above 0, or three for slices, rows and columns",
            id="spacing",
            hint="for example --spacing-mm 1.5 or --spacing-mm 3,1,1",
        )
    return numbers[0], numbers[1], numbers[2]


def write_size(values: Sequence[float]) -> str:
    """Write sizes or steps as they are given: `32x96x96`."""
    return "x".join(f"{value:g}" for value in values)
