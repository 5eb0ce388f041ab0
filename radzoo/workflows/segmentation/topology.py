"""Depth and patch of a U-Net from spacing and shape, as nnU-Net derives them.

References:
    Isensee F et al. nnU-Net: a self-configuring method for deep learning-based biomedical image
    segmentation. Nature Methods 2021;18:203-211, and Supplementary Note 2. The rules are those
    of version 2 of its code (`ExperimentPlanner`, `get_pool_and_conv_props`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, prod
from typing import Final

import numpy as np

SHORTEST: Final = 4
"""No side of a feature map is shorter."""
ANISOTROPIC: Final = 3
"""An axis whose steps and length differ so many times from the others' is another kind of axis."""
ISOTROPIC_VOXELS: Final = {2: 2048**2, 3: 256**3}
"""Where a patch begins before it is cut to the data and the budget."""
SELDOM: Final = 10
"""Percentile of the spacings along an axis that is far coarser than the others."""

Axes = tuple[int, ...]
Steps = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Topology:
    """The stages of a U-Net that takes a patch.

    Attributes:
        patch: a multiple of what the strides make along each axis.
        strides: of every stage, the first all ones.
        kernels: of every stage.
    """

    patch: Axes
    strides: tuple[Axes, ...]
    kernels: tuple[Axes, ...]

    @property
    def halvings(self) -> Axes:
        """How often each axis is halved."""
        return tuple(sum(step == 2 for step in axis) for axis in zip(*self.strides, strict=True))

    def features(self, first: int, most: int) -> list[int]:
        """Channels of every stage: twice as many each time, but no more than `most`."""
        return [min(most, first * 2**stage) for stage in range(len(self.strides))]


def choose_spacing(spacings: Sequence[Steps], shapes: Sequence[Axes]) -> tuple[Steps, bool]:
    """Return the spacing to which all cases are brought, and whether one axis is far coarser.

    The median of each axis; along an axis that is more than three times as coarse as the others
    and has less than a third of their voxels, the 10th percentile, but not finer than the others.
    """
    target, size = np.median(spacings, axis=0), np.median(shapes, axis=0)
    worst = int(np.argmax(target))
    others = [axis for axis in range(len(target)) if axis != worst]
    coarse = target[worst] > ANISOTROPIC * max(target[others])
    short = size[worst] * ANISOTROPIC < min(size[others])
    if coarse and short:
        finer = np.percentile([steps[worst] for steps in spacings], SELDOM)
        target[worst] = max(finer, max(target[others]))
    return tuple(round(float(step), 6) for step in target), bool(coarse and short)


def plan_stages(spacing: Steps, patch: Sequence[int]) -> Topology:
    """Halve axes until a side would be shorter than `SHORTEST`; the patch is padded to fit.

    Only axes are halved whose steps are less than twice the finest of those that still can be;
    a kernel spans an axis from the stage on where its steps are less than twice the finest of
    all. A single axis that is left is halved only while it is three times `SHORTEST`.
    """
    steps, size = list(spacing), [float(side) for side in patch]
    axes = range(len(steps))
    wide = [False] * len(steps)
    strides, kernels = [(1,) * len(steps)], list[Axes]()
    while True:
        long = [axis for axis in axes if size[axis] >= 2 * SHORTEST]
        finest = min((steps[axis] for axis in long), default=0.0)
        halved = [axis for axis in long if steps[axis] / finest < 2]
        if not halved or (len(halved) == 1 and size[halved[0]] < 3 * SHORTEST):
            break
        wide = [wide[axis] or steps[axis] / min(steps) < 2 for axis in axes]
        kernels.append(tuple(3 if one else 1 for one in wide))
        strides.append(tuple(2 if axis in halved else 1 for axis in axes))
        for axis in halved:
            steps[axis], size[axis] = steps[axis] * 2, ceil(size[axis] / 2)
    kernels.append((3,) * len(steps))
    multiples = [prod(axis) for axis in zip(*strides, strict=True)]
    padded = tuple(-(-side // step) * step for side, step in zip(patch, multiples, strict=True))
    return Topology(padded, tuple(strides), tuple(kernels))


def first_patch(spacing: Steps, shape: Sequence[int]) -> Axes:
    """Return the patch before any budget: as long in mm along every axis, within the shape."""
    dimensions = len(spacing)
    edge = (ISOTROPIC_VOXELS[dimensions] * prod(spacing)) ** (1 / dimensions)
    return tuple(
        min(max(1, round(edge / step)), side) for step, side in zip(spacing, shape, strict=True)
    )


def fit_patch(
    spacing: Steps, shape: Sequence[int], *, first: int, most: int, budget: float
) -> tuple[Topology, bool]:
    """Return the largest patch whose activations fit a budget, and whether it had to be cut.

    Args:
        spacing: of the voxels.
        shape: of a case in the middle, to which a patch is no longer than it has to be.
        first: channels of the first stage.
        most: channels of any stage.
        budget: values that a patch may make.
    """
    whole = plan_stages(spacing, first_patch(spacing, shape))
    found = whole
    while count_values(found, first, most) > budget:
        # The axis of which the patch shows the most goes first.
        order = np.argsort([a / b for a, b in zip(found.patch, shape, strict=True)])
        shorter = next(
            (one for axis in reversed(order) if (one := _shorten(spacing, found, int(axis)))), None
        )
        if shorter is None:
            break
        found = shorter
    return found, found != whole


def _shorten(spacing: Steps, found: Topology, axis: int) -> Topology | None:
    """Return the topology of the next shorter patch along an axis; None if there is none."""
    step = prod(stride[axis] for stride in found.strides)
    less = list(found.patch)
    less[axis] -= step
    if less[axis] < 1:
        return None
    # A shorter axis may be halved less often, and then has more lengths to choose from.
    finer = plan_stages(spacing, less)
    less[axis] = found.patch[axis] - prod(stride[axis] for stride in finer.strides)
    shorter = plan_stages(spacing, less)
    return shorter if prod(shorter.patch) < prod(found.patch) else None


def count_values(topology: Topology, first: int, most: int) -> int:
    """Return how many values the convolutions of a U-Net make of one patch.

    Two convolutions a stage on the way down and up, one that enlarges, one that names classes.
    """
    features, size = topology.features(first, most), [float(side) for side in topology.patch]
    total = 0.0
    last = len(features) - 1
    for stage, (channels, strides) in enumerate(zip(features, topology.strides, strict=True)):
        size = [ceil(side / step) for side, step in zip(size, strides, strict=True)]
        # Down: 2. Up, where there is a way up from here: 1 enlarged, 2 after joining.
        total += prod(size) * channels * (2 if stage == last else 5)
    return int(total)
