"""A whole image as a network of segmentation sees it, and the way back to its own grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.volume import Affine, Volume
from radzoo.data.guard import Answer
from radzoo.data.prepared.working import Working
from radzoo.data.refusal import ImageRefused
from radzoo.data.resize import Target
from radzoo.data.volume.axis import Axis, resample
from radzoo.data.volume.intensity import Range, find_range, to_grey
from radzoo.data.volume.target import DIGITS, Triple, VolumeTarget

Values = NDArray[np.float32]
Classes = NDArray[np.uint8]
Grey = NDArray[np.uint16]
GREY: Final = np.dtype("<u2")


@dataclass(frozen=True, slots=True)
class Sight:
    """A volume on the grid that a network was taught on.

    Attributes:
        grey: uint16 `(slices, rows, columns)`, as prepared volumes have it.
        limits: the values of which 0 and the highest grey value were made.
        axes: how that grid lies on the stored one.
        affine: of the stored grid.
    """

    grey: Grey
    limits: Range
    axes: tuple[Axis, ...]
    affine: Affine | None

    @property
    def back(self) -> tuple[Axis, ...]:
        """The axes that bring that grid to the stored one."""
        return tuple(turn_back(axis) for axis in self.axes)

    def on_grid(self, probabilities: Values) -> Values:
        """Return them as they are: nothing was added."""
        return probabilities


@dataclass(frozen=True, slots=True)
class PictureSight:
    """A picture in the square that a network was taught on.

    Attributes:
        grey: uint16 `(size, size)`.
        limits: as of pictures in [0, 1].
        target: how the picture came to fit it.
        shape: rows and columns of the picture itself.
    """

    grey: Grey
    limits: Range
    target: Target
    shape: tuple[int, int]

    @property
    def back(self) -> tuple[Axis, ...]:
        """The axes that bring the scaled picture to its own rows and columns."""
        scaled = self.target.scaled(*self.shape)
        return tuple(
            turn_back(cover(own, own / new, new))
            for own, new in zip(self.shape, scaled, strict=True)
        )

    def on_grid(self, probabilities: Values) -> Values:
        """Cut off the border that was added, or take what was cut off for background."""
        scaled, size = self.target.scaled(*self.shape), self.target.size
        whole = np.zeros((len(probabilities), *scaled), np.float32)
        whole[0] = 1
        places = [overlap_of(new, size) for new in scaled]
        into, taken = zip(*places, strict=True)
        whole[:, into[0], into[1]] = probabilities[:, taken[0], taken[1]]
        return whole


def overlap_of(scaled: int, size: int) -> tuple[slice, slice]:
    """Return what of a scaled length the square holds, and where; see `resize.Target.place`."""
    if scaled <= size:
        start = (size - scaled) // 2
        return slice(0, scaled), slice(start, start + scaled)
    start = (scaled - size) // 2
    return slice(start, start + size), slice(0, size)


def see_volume(volume: Volume, spacing_mm: Triple | None, intensity: str) -> Sight:
    """Bring a whole volume to a spacing, with the grey values that prepared volumes have.

    Args:
        volume: as it was read.
        spacing_mm: of the network; None = the volume's own.
        intensity: which values are cut; see `data.volume.target.VolumeTarget`.

    Raises:
        ImageRefused: `no-geometry` if a spacing is wanted and the volume has none.
    """
    shape = volume.values.shape
    target = VolumeTarget((1, 1, 1), spacing_mm, intensity=intensity)
    steps = [1.0, 1.0, 1.0]
    if spacing_mm is not None:
        steps = [axis.step for axis in target.plan(shape, volume.spacing_mm)]
    axes = tuple(cover(stored, step) for stored, step in zip(shape, steps, strict=True))
    limits = find_range(volume, target)
    grey = to_grey(resample(volume.values, axes), limits, GREY)
    return Sight(grey, limits, axes, volume.affine)


def open_picture(answer: Answer, working: Working) -> PictureSight:
    """Return the picture that was read into a square, without margins.

    Raises:
        ImageRefused: if it was refused.
    """
    if answer.refused is not None:
        raise ImageRefused(answer.refused)
    size = working.size
    grey = np.frombuffer(answer.body, GREY).reshape(size, size)
    target = Target(size, working.fit, working.interpolation, working.edge)
    shape = int(answer.fields["rows"]), int(answer.fields["columns"])
    return PictureSight(grey, (0.0, 1.0), target, shape)


def cover(stored: int, step: float, whole: int | None = None) -> Axis:
    """Return the axis whose new voxels cover all the stored ones, and no more."""
    length = whole or max(1, round(stored / step))
    return Axis(stored, step, length, 0, length)


def turn_back(axis: Axis) -> Axis:
    """Return the axis that brings the new voxels back to the stored ones."""
    step = max(10**-DIGITS, 1 / axis.step)
    return Axis(axis.length, step, axis.stored, 0, axis.stored)


def most_probable(found: Sequence[tuple[Values, tuple[Axis, ...]]]) -> Classes:
    """Return the class of the highest mean probability at every voxel; of equals the lower.

    Probabilities are brought to the image's grid by linear interpolation, one class after the
    other, so that no more than a few of them are held there.

    Args:
        found: of every network the probabilities `(classes, ...)`, and the axes that bring
            them to the image's grid.
    """
    best = resample_sum(found, 0)
    classes = np.zeros(best.shape, np.uint8)
    for number in range(1, len(found[0][0])):
        one = resample_sum(found, number)
        classes[one > best] = number
        np.maximum(best, one, out=best)
    return classes


def resample_sum(found: Sequence[tuple[Values, tuple[Axis, ...]]], number: int) -> Values:
    """Return the summed probability of one class on the image's grid."""
    total, *others = (resample(values[number], axes) for values, axes in found)
    for one in others:
        total = total + one
    return np.array(total)
