"""Preset: BraTS, a folder per subject with four sequences and a segmentation.

Both namings: `BraTS2021_00000_t1ce.nii.gz` (up to 2021) and `BraTS-GLI-00000-000-t1c.nii.gz`
(from 2023), whose last number is the time point of a patient. Not verified: the namings of the
years before 2018, and that the number before the time point names one person in every task.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

from radzoo.core.case import Case, Manifest
from radzoo.core.plugins import Preset
from radzoo.data.folder import walk
from radzoo.data.options import DataOptions
from radzoo.data.patients import match_patient
from radzoo.data.presets.segmented import existing, finish

SEQUENCE: Final = re.compile(
    r"(?P<subject>.+)(_(t1|t1ce|t2|flair|seg)|-(t1n|t1c|t2w|t2f|seg))\.nii(\.gz)?"
)
TIME_POINT: Final = re.compile(r"(BraTS-.+)-\d{3}")
IMAGES: Final = ("_t1ce", "-t1c")
LOOKED_AT: Final = 3
PARTS: Final = {1: "necrosis", 2: "oedema"}
ENHANCING: Final = "enhancing tumour"


def recognise(path: Path) -> bool:
    """Has one of the first subjects a contrast-enhanced image with the name of its folder?"""
    if not path.is_dir():
        return False
    below = _first_folders(path)
    inner = chain.from_iterable(_first_folders(folder) for folder in below)
    return any(_image(folder) is not None for folder in (*below, *inner))


def read_brats(path: Path, options: DataOptions) -> Manifest:
    """Take each subject (from 2023 on: each time point) as a case, with its enhanced T1 image.

    Raises:
        InputError: if there is no case, or labels are needed and missing.
    """
    folders = {
        file.parent
        for file in walk(path)
        if (found := SEQUENCE.fullmatch(file.name)) and found["subject"] == file.parent.name
    }
    cases = [_case(path, folder, options) for folder in sorted(folders)]
    newer = sum(case.path.name.partition(".")[0].endswith("-t1c") for case in cases)
    notes = ["of the four sequences only the T1 image with contrast is the image of a case"]
    if newer < len(cases):
        notes.append("the masks hold 1 = necrosis, 2 = oedema, 4 = enhancing tumour")
    if newer:
        notes.append("masks from 2023 on call enhancing tumour 3; later ones may hold more")
    older, new = ({4: ENHANCING} if newer < len(cases) else {}), ({3: ENHANCING} if newer else {})
    return replace(
        finish(path, cases, options, notes), structures={**PARTS, **new, **older}, modality="MR"
    )


def _case(path: Path, folder: Path, options: DataOptions) -> Case:
    name = folder.relative_to(path).as_posix()
    point = TIME_POINT.fullmatch(folder.name)
    masks = (
        folder / f"{folder.name}{mark}seg{end}" for mark in "_-" for end in (".nii.gz", ".nii")
    )
    return Case(
        case_id=name,
        path=_image(folder) or folder / f"{folder.name}{IMAGES[bool(point)]}.nii.gz",
        targets={},
        patient_id=match_patient(name, options) or (point[1] if point else folder.name),
        mask=next((mask for mask in masks if existing(mask)), None),
    )


def _image(folder: Path) -> Path | None:
    files = (folder / f"{folder.name}{mark}{end}" for mark in IMAGES for end in (".nii.gz", ".nii"))
    return next((file for file in files if file.is_file()), None)


def _first_folders(path: Path) -> list[Path]:
    return sorted(_open_folders(path))[:LOOKED_AT]


def _open_folders(path: Path) -> Iterator[Path]:
    try:
        yield from (
            folder
            for folder in path.iterdir()
            if folder.is_dir() and not folder.is_symlink() and not folder.name.startswith(".")
        )
    except PermissionError:
        return


PRESET = Preset(name="brats", recognises=recognise, read=read_brats)
