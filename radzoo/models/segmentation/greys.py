"""From grey values as they are kept to what a network is fed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radzoo.core.entry import PlaneInput
from radzoo.core.segmentation import SegmentationPlan

Box: TypeAlias = tuple[slice, ...]


@dataclass(frozen=True, slots=True)
class Greys:
    """How the values of one case are normalised.

    Attributes:
        plan: says how.
        limits: values of the file that 0 and the highest stored value stand for; of pictures
            0 and 1.
        mean, std: of the case, inside its box, in the unit of the file.
        contract: of an entry for pictures that has one.
        channels: of the network; the image is repeated.
    """

    plan: SegmentationPlan
    limits: tuple[float, float] = (0.0, 1.0)
    mean: float = 0.0
    std: float = 1.0
    contract: PlaneInput | None = None
    channels: int = 1

    def normalise(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        """Return what the network is fed, `(channels, *space)`, of stored values `(*space)`."""
        values = self._in_units(stored)
        if self.plan.normalisation == "none" and self.contract is not None:
            return self._by_contract(values, self.contract)
        fed = self.plan.normalise(values, self.mean, self.std)
        repeated: NDArray[np.float32] = np.broadcast_to(fed, (self.channels, *fed.shape))
        return repeated

    def _in_units(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        low, high = self.limits
        step = np.float32((high - low) / np.iinfo(stored.dtype).max)
        return stored.astype(np.float32) * step + np.float32(low)

    def _by_contract(
        self, values: NDArray[np.float32], contract: PlaneInput
    ) -> NDArray[np.float32]:
        low, high = contract.value_range
        scaled = values * np.float32(high - low) + np.float32(low)
        channels = [
            (scaled - np.float32(mean)) / np.float32(std)
            for mean, std in zip(contract.mean, contract.std, strict=True)
        ]
        return np.stack(channels)


def find_greys(
    stored: NDArray[Any],
    plan: SegmentationPlan,
    *,
    limits: tuple[float, float] = (0.0, 1.0),
    contract: PlaneInput | None = None,
    channels: int = 1,
) -> Greys:
    """Measure a case, inside its box: what was put around it to give all one size says nothing.

    Args:
        stored: uint16 or uint8 `(*space)`.
        plan: says what has to be known.
        limits: see `Greys`.
        contract: see `Greys`.
        channels: see `Greys`.
    """
    greys = Greys(plan, limits, contract=contract, channels=channels)
    if plan.normalisation != "z-score":
        return greys
    inside = stored[find_box(stored)]
    low, high = limits
    step = (high - low) / np.iinfo(stored.dtype).max
    mean, std = float(inside.mean(dtype=np.float64)), float(inside.std(dtype=np.float64))
    return Greys(plan, limits, mean * step + low, std * step, contract, channels)


def find_box(stored: NDArray[Any]) -> Box:
    """Return the smallest box with everything that is not black; all of it if all is black."""
    there = stored > 0
    axes = range(stored.ndim)
    box = []
    for axis in axes:
        line = np.flatnonzero(there.any(axis=tuple(other for other in axes if other != axis)))
        if not line.size:
            return tuple(slice(0, length) for length in stored.shape)
        box.append(slice(int(line[0]), int(line[-1]) + 1))
    return tuple(box)


def join_boxes(boxes: Sequence[Box]) -> Box:
    """Return the smallest box around several."""
    return tuple(
        slice(min(one.start for one in axis), max(one.stop for one in axis))
        for axis in zip(*boxes, strict=True)
    )
