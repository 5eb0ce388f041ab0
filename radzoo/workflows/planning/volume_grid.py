"""On which grid volumes are fed: how many voxels, how far apart, and how they come to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, prod
from statistics import median
from typing import Final, Literal

from radzoo.core.entry import ZooEntry
from radzoo.core.volume_axes import Intensity, Shape, Triple, VolumeWish
from radzoo.workflows.planning.image_size import propose_size
from radzoo.workflows.planning.proposals import Choice
from radzoo.workflows.planning.volume_facts import VolumeFacts

CPU_VOXELS: Final = 64**3
GPU_VOXELS: Final = 128**3
SHORTEST: Final = 16
COARSER: Final = 1.05
MOST_SLICES: Final = 32
Fit = Literal["pad", "crop", "squash"]


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid, and one sentence that says why.

    Attributes:
        spacing_mm: None = each volume's own, as `fit` needs it.
    """

    size: Shape
    spacing_mm: Triple | None
    fit: Fit
    intensity: Intensity
    reason: str
    spacing_reason: str


def propose_grid(
    entry: ZooEntry, facts: VolumeFacts, wish: VolumeWish, *, gpu: bool, scratch: bool
) -> Grid:
    """Choose the grid of a network for volumes.

    Where every volume says how far its voxels are apart, all come to one spacing, so that a mm
    is as long in every case and nothing seen is cut off. What a network was trained with counts
    first, unless it forgets all of it.

    Args:
        entry: the model.
        facts: of the data.
        wish: what the user wants.
        gpu: is there one? Then more voxels are affordable.
        scratch: does it learn from random weights?
    """
    intensity: Intensity = wish.intensity or "auto"
    if facts.prepared is not None:
        return _as_prepared(facts, wish)
    most = GPU_VOXELS if gpu else CPU_VOXELS
    own_size = None if scratch else entry.input.canonical_size
    own_spacing = None if scratch else entry.input.canonical_spacing
    spacing = wish.spacing_mm or own_spacing
    if facts.extents_mm is None and wish.spacing_mm is None:
        return _without_spacing(facts, wish.size or own_size, most, intensity)
    size = wish.size or own_size
    extents = facts.extents_mm or (1.0, 1.0, 1.0)
    if spacing is None and size is None:
        spacing = _coarsen(_middle(facts.spacings_mm), extents, most)
        size = _covering(extents, spacing)
        return Grid(size, spacing, "pad", intensity, *_say_both(facts, spacing))
    if spacing is None:
        assert size is not None
        steps = [_rounded(length / n) for length, n in zip(extents, size, strict=True)]
        reason = "so that the largest volume seen fits; a mm is as long in every case"
        return Grid(size, (steps[0], steps[1], steps[2]), "pad", intensity, _whose(wish), reason)
    whose = "you asked for it" if wish.spacing_mm else "what the model was trained with"
    if size is None:
        size = _within(_covering(extents, spacing), most)
        cut = size != _covering(extents, spacing)
        reason = "the middle; all of it would be too much" if cut else "all of the largest seen"
        return Grid(size, spacing, "pad", intensity, reason, whose)
    return Grid(size, spacing, "pad", intensity, _whose(wish), whose)


def propose_slices(entry: ZooEntry, facts: VolumeFacts, wish: VolumeWish) -> Grid:
    """Choose slices, rows and columns for a network that looks at slices.

    Slices are spread evenly over each volume, however many it has.
    """
    if facts.prepared is not None:
        return _as_prepared(facts, wish)
    intensity: Intensity = wish.intensity or "auto"
    if wish.size is not None:
        fit: Fit = "pad" if wish.spacing_mm else "squash"
        return Grid(wish.size, wish.spacing_mm, fit, intensity, "you asked for it", _own(wish))
    seen = facts.counted.slices
    n = min(MOST_SLICES, seen.median if seen else MOST_SLICES)
    choice = propose_size(entry, facts.counted)
    side = choice.value
    assert isinstance(side, int)
    return Grid(
        (n, side, side), wish.spacing_mm, "pad" if wish.spacing_mm else "squash", intensity,
        f"{n} slices, evenly spread; {choice.reason}", _own(wish),
    )  # fmt: skip


def propose_volume_batch(size: Shape, *, gpu: bool) -> Choice:
    """As many as keep a step's voxels near those of 8 volumes of 64 cubed."""
    share = (GPU_VOXELS if gpu else CPU_VOXELS) / prod(size)
    n = int(min(16, max(2, 8 * share)))
    return Choice(n, f"volumes of {prod(size):,} voxels: {n} at a time are no burden")


def _own(wish: VolumeWish) -> str:
    return "you asked for it" if wish.spacing_mm else "each volume fills the size"


def _as_prepared(facts: VolumeFacts, wish: VolumeWish) -> Grid:
    kept = facts.prepared
    assert kept is not None
    # Wishes are kept: where they differ from what was prepared, that is said when it is opened.
    fit: Fit = "crop" if kept.fit == "crop" else "squash" if kept.fit == "squash" else "pad"
    return Grid(
        wish.size or kept.size, wish.spacing_mm or kept.spacing_mm, fit,
        wish.intensity or kept.intensity, "the volumes were prepared so", "they were prepared so",
    )  # fmt: skip


def _without_spacing(
    facts: VolumeFacts, wanted: Shape | None, most: int, intensity: Intensity
) -> Grid:
    """Choose by voxels alone; each volume is shown whole."""
    spacing_reason = "the files do not say how far voxels are apart: each fills the size"
    if wanted is not None:
        return Grid(wanted, None, "pad", intensity, "asked for, or the model's", spacing_reason)
    shapes = facts.shapes or ((64, 64, 64),)
    slices, rows, columns = (max(axis) for axis in zip(*shapes, strict=True))
    size = _within((slices, rows, columns), most)
    alike = len(set(shapes)) == 1
    reason = "as the volumes are" if alike and size == shapes[0] else "what is affordable of them"
    return Grid(size, None, "pad", intensity, reason, spacing_reason)


def _within(size: Shape, most: int) -> Shape:
    """Shrink all axes alike until there are no more voxels than that; none gets too short."""
    factor = min(1.0, (most / prod(size)) ** (1 / 3))
    slices, rows, columns = (max(SHORTEST, int(length * factor)) for length in size)
    return slices, rows, columns


def _middle(spacings: Sequence[Triple]) -> Triple:
    slices, rows, columns = (_rounded(median(axis)) for axis in zip(*spacings, strict=True))
    return slices, rows, columns


def _coarsen(spacing: Triple, extents: Triple, most: int) -> Triple:
    """Make the finest axis coarser until no more voxels cover the extents than that."""
    steps = list(spacing)
    while prod(_covering(extents, steps)) > most:
        finest = min(steps)
        steps = [step * COARSER if step == finest else step for step in steps]
    slices, rows, columns = map(_rounded, steps)
    return slices, rows, columns


def _covering(extents: Triple, spacing: Sequence[float]) -> Shape:
    slices, rows, columns = (
        max(SHORTEST, ceil(length / step - 0.01))
        for length, step in zip(extents, spacing, strict=True)
    )
    return slices, rows, columns


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def _whose(wish: VolumeWish) -> str:
    return "you asked for it" if wish.size else "what the model was made for"


def _say_both(facts: VolumeFacts, spacing: Triple) -> tuple[str, str]:
    own = _middle(facts.spacings_mm)
    fine = "that of the files" if spacing == own else "coarser than the files, to be affordable"
    return "all of the largest volume seen", f"{fine}; a mm is as long in every case"
