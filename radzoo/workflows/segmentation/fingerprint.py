"""What a plan of segmentation follows from: every header, and a look at some volumes and masks."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case, Manifest
from radzoo.core.errors import InputError
from radzoo.core.segmentation import Structure
from radzoo.core.volume_axes import Shape, Triple
from radzoo.data.guard import Answer, Guard, Request
from radzoo.data.prepared.folder import find_folder
from radzoo.data.refusal import describe_reason
from radzoo.data.volume.target import VolumeTarget
from radzoo.workflows.planning.volume_facts import not_volumes
from radzoo.workflows.segmentation.checks import Seen, check_seen

LOOKS: Final = 24
PERCENTS: Final = (0.5, 99.5)
Log = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Foreground:
    """Values of the voxels that belong to any structure, in the unit of the files.

    Attributes:
        low, high: percentiles 0.5 and 99.5.
    """

    low: float
    high: float
    mean: float
    std: float


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is known of volumes and masks before they are decoded.

    Attributes:
        shapes: slices, rows and columns of every volume whose header was read.
        spacings_mm: of the same; empty unless some say so, and then of those alone.
        n_cases: whose headers were asked for.
        seen: of each training case that was opened, the numbers in its mask and their voxels.
        hounsfield: are all that were opened in Hounsfield units?
        foreground: of the same.
    """

    shapes: tuple[Shape, ...]
    spacings_mm: tuple[Triple, ...]
    n_cases: int
    seen: Mapping[str, Mapping[int, int]]
    hounsfield: bool
    foreground: Foreground

    def shapes_at(self, spacing_mm: Triple | None) -> list[Shape]:
        """Return the shapes after all volumes are brought to a spacing; None = as they are."""
        if spacing_mm is None or not self.spacings_mm:
            return list(self.shapes)
        target = VolumeTarget((1, 1, 1), spacing_mm)
        both = zip(self.shapes, self.spacings_mm, strict=True)
        found = []
        for shape, steps in both:
            slices, rows, columns = (axis.whole for axis in target.plan(shape, steps))
            found.append((slices, rows, columns))
        return found


def find_fingerprint(
    manifest: Manifest,
    structures: Sequence[Structure],
    model: str,
    *,
    workers: int = 2,
    log: Log = lambda message: None,
) -> Fingerprint:
    """Read the header of every case, and open some training volumes with their masks.

    Args:
        manifest: cases with their splits.
        structures: as declared; other numbers in the masks that are opened are refused.
        model: that is to learn, for messages.
        workers: decoding children.
        log: told how much will be read.

    Raises:
        InputError: if there is no volume to learn from, volumes have one slice, or masks hold
            numbers that were not declared.
    """
    if find_folder(manifest.cases) is not None:
        raise InputError(
            "these volumes are prepared already, and a segmentation chooses their grid by itself",
            id="prepared-for-segmentation",
            hint="give the data set itself; what is decoded is kept for the next run anyway",
        )
    training = manifest.of("train").cases
    opened = training[:: max(1, len(training) // LOOKS)][:LOOKS]
    log(f"reading {len(manifest.cases)} headers, and {len(opened)} training volumes with masks")
    with Guard(workers) as guard:
        places = list(guard.map(ask_place(case) for case in manifest.cases))
        portraits = list(guard.map(ask_portrait(case) for case in opened))
    shapes, spacings = read_places(places, model)
    usable = {case.case_id: answer for case, answer in zip(opened, portraits, strict=True)
              if answer.refused is None}  # fmt: skip
    if not usable:
        raise InputError(
            f"none of the {len(opened)} training volumes that were opened can be used with its "
            f"mask; the first: {describe_reason(portraits[0].refused or 'undecodable')}",
            id="no-usable-mask",
            hint="image and mask have to lie on the same voxels; radzoo data describe says more",
        )
    seen = {name: _numbers(answer.fields) for name, answer in usable.items()}
    check_seen(Seen(seen, "training cases that were opened"), structures)
    values = [np.frombuffer(answer.body, np.float32) for answer in usable.values()]
    return Fingerprint(
        shapes, spacings, len(manifest.cases), seen,
        hounsfield=all(answer.fields["unit"] == "HU" for answer in usable.values()),
        foreground=measure(np.concatenate(values)),
    )  # fmt: skip


def ask_place(case: Case) -> Request:
    """Return the request for the grid of an image."""
    return Request("grid", case.path, case.member, parts=case.parts)


def ask_portrait(case: Case) -> Request:
    """Return the request for what a plan has to know of a volume and its mask."""
    return Request(
        "portrait", case.path, case.member, parts=case.parts, mask=case.mask,
        mask_member=case.mask_member,
    )  # fmt: skip


def read_places(
    answers: Sequence[Answer], model: str
) -> tuple[tuple[Shape, ...], tuple[Triple, ...]]:
    """Return shapes and spacings; volumes without a spacing count only where none has one.

    Raises:
        InputError: if none can be used, all are images, or some have one slice only.
    """
    known = [answer.fields for answer in answers if answer.refused is None]
    if not known:
        raise InputError(
            f"none of the {len(answers)} volumes can be used; the first: "
            f"{describe_reason(answers[0].refused or 'undecodable')}",
            id="no-usable-volume",
            hint="radzoo data describe says what is wrong with each",
        )
    if all(one["flat"] for one in known):
        raise not_volumes(model, len(known))
    volumes = [one for one in known if not one["flat"]]
    thin = sum(min(one["shape"]) < 2 for one in volumes)
    if thin:
        raise InputError(
            f"{thin} of {len(volumes)} volumes have one slice only, and {model} takes several",
            id="one-slice-volumes",
            hint="leave them out, or choose a model for images: radzoo list --task segmentation",
        )
    placed = [one for one in volumes if one["spacing_mm"] is not None]
    kept = placed or volumes
    shapes = tuple((s, r, c) for s, r, c in (one["shape"] for one in kept))
    return shapes, tuple((s, r, c) for s, r, c in (one["spacing_mm"] for one in placed))


def measure(values: NDArray[np.float32]) -> Foreground:
    """Measure values of foreground voxels; of none at all, nothing is changed by them."""
    if not values.size:
        return Foreground(0.0, 0.0, 0.0, 1.0)
    low, high = np.percentile(values, PERCENTS)
    mean, std = values.mean(dtype=np.float64), values.std(dtype=np.float64)
    return Foreground(float(low), float(high), float(mean), float(std) or 1.0)


def count_structures(
    seen: Mapping[str, Mapping[int, int]], structures: Sequence[Structure]
) -> Counter[str]:
    """Return in how many of the cases that were opened each structure is."""
    found: Counter[str] = Counter()
    for numbers in seen.values():
        found.update({one.name for one in structures
                      if one.number in numbers or (one.number == 0 and numbers)})  # fmt: skip
    return found


def _numbers(fields: Mapping[str, Any]) -> dict[int, int]:
    return {int(number): int(n) for number, n in fields["numbers"].items() if int(number)}
