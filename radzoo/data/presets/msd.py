"""Preset: a task of the Medical Segmentation Decathlon, as its `dataset.json` lists it.

The layout does not say which cases are of one person. Not verified: whether every task lists
its test images as plain texts; `{"image": ...}` is taken as well.

References:
    Antonelli M et al. The Medical Segmentation Decathlon. Nature Communications 2022; 13: 4128.
"""

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from radzoo.core.case import Case, Manifest, Split
from radzoo.core.plugins import Preset
from radzoo.data.options import DataOptions
from radzoo.data.patients import match_patient
from radzoo.data.presets.segmented import (
    as_mapping,
    as_rows,
    existing,
    find_inside,
    finish,
    read_description,
)
from radzoo.data.structures import read_modality, read_structures

KEYS: Final = frozenset({"training", "labels", "modality"})


def recognise(path: Path) -> bool:
    """Does `dataset.json` list the training images?"""
    description = read_description(path / "dataset.json")
    return set(description) >= KEYS and isinstance(description["training"], list)


def read_msd(path: Path, options: DataOptions) -> Manifest:
    """Take the images of `training` with their masks, and those of `test` for testing.

    Names that lead out of the folder, and leftovers of macOS (`._NAME`), are left out.

    Raises:
        InputError: if there is no case, or labels are needed and missing.
    """
    description = read_description(path / "dataset.json")
    modalities = [str(name) for name in as_mapping(description.get("modality")).values()]
    member = "frame/1" if len(modalities) > 1 else ""
    listed: list[tuple[Split, object]] = [
        *(("train", row) for row in as_rows(description.get("training"))),
        *(("test", row) for row in as_rows(description.get("test"))),
    ]
    found = [_case(path, row, split, member, options) for split, row in listed]
    cases = [case for case in found if case is not None]
    labels = as_mapping(description.get("labels"))
    notes = ["the masks hold " + ", ".join(f"{value} = {name}" for value, name in labels.items())]
    if member:
        notes.append(f"each file holds {len(modalities)} volumes ({', '.join(modalities)}); "
                     "only the first is the image of the case")  # fmt: skip
    if left := len(found) - len(cases):
        notes.append(f"{left} entries of dataset.json name no file of the data set")
    return replace(
        finish(path, cases, options, notes),
        structures=read_structures(labels),
        modality=read_modality(modalities[:1]),
    )


def _case(
    path: Path, row: object, split: Split, member: str, options: DataOptions
) -> Case | None:  # fmt: skip
    image = as_mapping(row).get("image", row)
    file = find_inside(path, image)
    if file is None or file.name.startswith("._"):
        return None
    name = PurePosixPath(str(image)).as_posix()
    return Case(
        case_id=name,
        path=file,
        member=member,
        targets={},
        patient_id=match_patient(name, options),
        split=split,
        mask=existing(find_inside(path, as_mapping(row).get("label"))),
    )


PRESET = Preset(name="msd", recognises=recognise, read=read_msd)
