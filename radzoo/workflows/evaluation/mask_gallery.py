"""The structures that a model got most wrong, and how they look: never whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radzoo.core.mask_pairs import MaskPair, Structures
from radzoo.core.overlay import Overlay
from radzoo.core.report_tasks import MaskCase, MaskCases
from radzoo.core.volume import Mask
from radzoo.data.refusal import ImageRefused, describe_reason
from radzoo.workflows.evaluation.gallery import BURNED_IN, UNKNOWN
from radzoo.workflows.evaluation.mask_files import ask_pair, find_boxes, name_numbers, select
from radzoo.workflows.evaluation.outlines import draw_outlines, pick_slice

if TYPE_CHECKING:
    from pathlib import Path

    from radzoo.data.guard import Guard

MOST = 6
LONGEST = 1024
NO_IMAGE = "no picture: the table does not say which image the masks belong to (column image)"


@dataclass(frozen=True, slots=True)
class Scene:
    """A slice or a picture, with the masks on it.

    Attributes:
        values: `(rows, columns)`.
        steps: lengths of a row's and a column's step.
        number: of the slice, from 1; None of a picture.
    """

    values: NDArray[np.float32]
    reference: NDArray[np.bool_]
    prediction: NDArray[np.bool_]
    steps: tuple[float, float]
    number: int | None


def make_overlays(
    masks: MaskCases,
    pairs: Sequence[MaskPair],
    structures: Structures = (),
    *,
    pictured: bool = False,
    with_ids: bool = False,
    most: int = MOST,
) -> list[Overlay]:
    """Return the worst structures of the report, the worst first, with outlines if wanted.

    Args:
        masks: what the report says of them.
        pairs: where the masks and their images are.
        structures: numbers and names for pairs that name none of their own.
        pictured: may pictures be shown?
        with_ids: may cases be called by their case id? Else by their place among the worst.
        most: how many.
    """
    if not pictured:
        return []
    from radzoo.data.guard import Guard

    overlays = []
    with Guard(1) as guard:
        for place, case in enumerate(masks.worst[:most], start=1):
            blank = Overlay(
                case.case_id if with_ids else f"worst {place}", case.label,
                case.values.get("dice"),
            )  # fmt: skip
            overlays.append(show_case(guard, blank, case, find_pair(case, pairs), structures))
    return overlays


def find_pair(case: MaskCase, pairs: Sequence[MaskPair]) -> MaskPair | None:
    """Return the pair that a case was measured on."""
    own = [pair for pair in pairs if pair.case_id == case.case_id]
    named = [pair for pair in own if case.label in {name for _, name in pair.structures}]
    return next(iter([*named, *own]), None)


def show_case(
    guard: "Guard", blank: Overlay, case: MaskCase, pair: MaskPair | None, structures: Structures
) -> Overlay:
    """Add the picture of a case, or why there is none."""
    if pair is None or pair.image is None:
        return replace(blank, note=NO_IMAGE)
    said = say_burned_in(guard, pair.image)
    if said == BURNED_IN:
        return replace(blank, note=said)
    try:
        scene = find_scene(guard, pair, case.label, pair.structures or structures)
    except ImageRefused as refused:
        return replace(blank, note=f"no picture: {describe_reason(refused.code)}")
    png = draw_outlines(scene.values, scene.reference, scene.prediction, scene.steps)
    return replace(blank, png=png, note=said, slice=scene.number)


def say_burned_in(guard: "Guard", image: "Path") -> str | None:
    """Return what must be said of text in an image, by its header; of a series its first file."""
    from radzoo.data.guard import Request

    files = sorted(path for path in image.iterdir() if path.is_file()) if image.is_dir() else []
    header = guard.ask(Request("header", (files or [image])[0])).fields.get("header", {})
    notes = {"NO": None, "YES": BURNED_IN}
    return notes.get(header.get("burned_in", ""), UNKNOWN)


def find_scene(guard: "Guard", pair: MaskPair, label: str, structures: Structures) -> Scene:
    """Read both masks and the image, and choose the slice where they differ most.

    Raises:
        ImageRefused: if one of them cannot be read.
    """
    from radzoo.data.volume.message import open_mask

    masks = [open_mask(guard.ask(request)) for request in ask_pair(pair)]
    reference, prediction = (choose_label(mask, label, structures, masks[0]) for mask in masks)
    if reference.shape != prediction.shape:
        raise ImageRefused("mask-size")
    spacing = masks[0].spacing_mm or pair.spacing_mm
    if reference.ndim == 2:
        values = read_picture(guard, pair)
        flat = spacing if spacing and len(spacing) == 2 else (1.0, 1.0)
        shape = values.shape
        return Scene(values, fit(reference, shape), fit(prediction, shape),
                     (flat[0] * reference.shape[0] / shape[0],
                      flat[1] * reference.shape[1] / shape[1]), None)  # fmt: skip
    place = pick_slice(reference, prediction)
    values = read_slice(guard, pair, place)
    steps = (spacing[1], spacing[2]) if spacing and len(spacing) == 3 else (1.0, 1.0)
    return Scene(values, reference[place], prediction[place], steps, place + 1)


def choose_label(
    mask: Mask, label: str, structures: Structures, reference: Mask
) -> NDArray[np.bool_]:
    """Return where a mask has a structure."""
    seen = frozenset(find_boxes(mask.labels))
    numbers = name_numbers(seen, structures, mask.names or reference.names)
    return select(mask.labels, numbers.get(label, []))


def read_picture(guard: "Guard", pair: MaskPair) -> NDArray[np.float32]:
    """Return one image as grey values.

    Raises:
        ImageRefused: if it cannot be read.
    """
    from radzoo.data.guard import Request

    assert pair.image is not None
    answer = guard.ask(Request("preview", pair.image, pair.image_member, size=LONGEST))
    high, wide = answer.fields.get("high", 0), answer.fields.get("wide", 0)
    if answer.refused or not 0 < len(answer.body) == high * wide:
        raise ImageRefused(answer.refused or "undecodable")
    return np.frombuffer(answer.body, np.uint8).reshape(high, wide).astype(np.float32)


def read_slice(guard: "Guard", pair: MaskPair, place: int) -> NDArray[np.float32]:
    """Return one slice of a volume.

    Raises:
        ImageRefused: if it cannot be read, or has fewer slices.
    """
    from radzoo.data.guard import Request
    from radzoo.data.volume.message import open_volume

    assert pair.image is not None
    volume = open_volume(guard.ask(Request("volume", pair.image, pair.image_member)))
    if place >= len(volume.values):
        raise ImageRefused("mask-size")
    plane: NDArray[np.float32] = volume.values[place]
    return plane


def fit(mask: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Bring a mask to the shape of a smaller picture, by the nearest pixel."""
    rows, columns = (
        (np.arange(new) + 0.5) * old // new for old, new in zip(mask.shape, shape, strict=True)
    )
    return mask[np.ix_(rows.astype(np.intp), columns.astype(np.intp))]
