"""Folders `images` and `masks` (or `labels`) beside each other: pairs, and no classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from radzoo.data.folder import Found, bare_name

IMAGES: Final = "images"
MASKS: Final = ("masks", "labels")
PAIRS: Final = tuple(frozenset({IMAGES, name}) for name in MASKS)


@dataclass(frozen=True, slots=True)
class Paired:
    """Images, and the masks that have their names.

    Attributes:
        images: all files that are no mask.
        masks: name of an image to the file of its mask.
        notes: what was paired, and which masks have no image.
    """

    images: tuple[Found, ...]
    masks: Mapping[str, Path]
    notes: tuple[str, ...] = ()


def pair_masks(found: Sequence[Found]) -> Paired:
    """Tell masks from images: `masks/p1/a.png` is the mask of `images/p1/a.jpg`.

    Once two files are such a pair, whatever is below that folder is a mask and never a case.
    """
    images = {bare: file for file in found if (bare := _below(file, IMAGES))}
    for folder in MASKS:
        masks = {bare: file for file in found if (bare := _below(file, folder))}
        pairs = {images[bare].name: masks[bare].path for bare in images.keys() & masks.keys()}
        if not pairs:
            continue
        kept = tuple(file for file in found if not _below(file, folder))
        notes = [f"{len(pairs)} of {len(kept)} images have a mask of their name in {folder}"]
        lonely = len(found) - len(kept) - len(pairs)
        if lonely:
            notes.append(
                f"{lonely} masks in {folder} have no image of their name and were left alone"
            )
        return Paired(kept, pairs, tuple(notes))
    return Paired(tuple(found), {})


def _below(file: Found, folder: str) -> str:
    """Return the place of a file in a folder, without its suffix; empty if it is not there."""
    first, *rest = PurePosixPath(file.name).parts
    return "/".join([*rest[:-1], bare_name(rest[-1])]) if rest and first == folder else ""
