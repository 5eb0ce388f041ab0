"""What the numbers in masks mean, as a data set or its user declares it: nothing is guessed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from radzoo.core.case import Manifest
from radzoo.core.errors import InputError
from radzoo.core.mask_pairs import parse_structures
from radzoo.core.segmentation import ALL, HIGHEST, Structure
from radzoo.data.mask.labels import shown_name

BACKGROUND: Final = "background"
IGNORED: Final = "ignore"
"""nnU-Net's name for voxels that nobody judged."""
MODALITIES: Final[Mapping[str, str]] = {
    "ct": "CT", "mri": "MR", "mr": "MR", "t1": "MR", "t1w": "MR", "t2": "MR", "t2w": "MR",
    "flair": "MR", "t1ce": "MR", "t1gd": "MR", "adc": "MR", "dwi": "MR", "pet": "PT",
}  # fmt: skip


def declare(manifest: Manifest, text: str | None) -> Manifest:
    """Return the manifest with the structures that the user declares, if there are any.

    Args:
        manifest: with the structures that its data set declares.
        text: `1=liver,2=spleen`, or one name (or `0=lung`) for all that is not 0.

    Raises:
        UsageError: if it is neither.
    """
    if text is None:
        return manifest
    number, _, name = text.partition("=")
    alone = number.strip() == str(ALL) and "," not in name
    return replace(manifest, structures=dict(parse_structures(name if alone else text)))


def structures_of(manifest: Manifest) -> list[Structure]:
    """Return what was declared, in its order.

    Raises:
        InputError: if nothing was.
    """
    if not manifest.structures:
        raise InputError(
            "nobody has said what the numbers in the masks mean, and they are not guessed",
            id="no-structures",
            hint="declare them, such as --structures 1=liver,2=spleen, or, with one name, all that "
            "is not 0: --structures lung",
        )
    return [Structure(number=number, name=name) for number, name in manifest.structures.items()]


def read_structures(labels: Mapping[str, object]) -> dict[int, str]:
    """Return number to name from the `labels` of a `dataset.json`, written either way round.

    The Medical Segmentation Decathlon writes `{"1": "liver"}`, nnU-Net `{"liver": 1}`, or
    `{"tumour": [1, 2]}` for a region of several numbers. Regions that overlap are no classes of
    which a voxel has one: then nothing is returned.
    """
    found: dict[int, str] = {}
    for number, name in _pairs(labels):
        if not 1 <= number <= HIGHEST or name.casefold() in (BACKGROUND, IGNORED):
            continue
        if number in found:
            return {}
        found[number] = shown_name(name, number)
    return found


def _pairs(labels: Mapping[str, object]) -> Iterable[tuple[int, str]]:
    for key, value in labels.items():
        if isinstance(value, str):
            if key.strip().isdecimal():
                yield int(key.strip()[:9]), value
            elif value.strip().isdecimal():
                yield int(value.strip()[:9]), key
            continue
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, int) and not isinstance(number, bool):
                yield number, key


def read_modality(names: Iterable[str]) -> str:
    """Return `CT`, `MR` or `PT` by the names of channels; empty if they say something else."""
    found = {MODALITIES.get(name.strip().casefold(), "") for name in names}
    return found.pop() if len(found) == 1 else ""
