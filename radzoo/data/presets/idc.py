"""Preset: series from the Imaging Data Commons, in the folders that `idc-index` makes.

`COLLECTION/PATIENT/STUDY/MODALITY_SERIES/*.dcm`, from any of the upper three folders on. A
manifest of addresses (`.s5cmd`) and the index itself are not read: fetch the series first.
Segmentations (SEG, RTSTRUCT) are left out: which image they belong to stands in their headers
only, and these are not read for that here.

References:
    idc-index, documentation of `download_from_selection`, `dirTemplate`.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from radzoo.core.case import Case, Manifest
from radzoo.core.plugins import Preset
from radzoo.data.options import DataOptions
from radzoo.data.presets.dicom_series import read_dicom_series

SERIES: Final = re.compile(r"([A-Z]{2,16})_\d+(\.\d+)+")
STUDY: Final = re.compile(r"\d+(\.\d+)+")
NO_IMAGES: Final = frozenset(
    {"SEG", "RTSTRUCT", "RTPLAN", "RTDOSE", "SR", "KO", "PR", "ANN", "M3D", "REG"}
)
DEEPEST: Final = 3


def recognise(path: Path) -> bool:
    """Are the first folders named study and modality_series?"""
    place: Path | None = path
    for _ in range(DEEPEST + 1):
        place = _first_folder(place) if place is not None and place.is_dir() else None
        if place is not None and SERIES.fullmatch(place.name):
            return STUDY.fullmatch(place.resolve().parent.name) is not None
    return False


def read_idc(path: Path, options: DataOptions) -> Manifest:
    """Take every series of images as a case; patients are read from the headers and hashed.

    Raises:
        InputError: if there is no image, or labels are needed and missing.
    """
    manifest = read_dicom_series(path, options)
    kept = tuple(case for case in manifest.cases if _modality(case) not in NO_IMAGES)
    left = len(manifest.cases) - len(kept)
    note = (
        f"{left} series are segmentations or other results and were left out; masks are not "
        "joined, since only their headers say which image they belong to"
    )
    notes = (*manifest.notes, note) if left else manifest.notes
    return replace(manifest, cases=kept, notes=notes)


def _modality(case: Case) -> str:
    """Return the modality that the folder of the series names; empty if it names none."""
    folder = case.path if case.parts else case.path.parent
    found = SERIES.fullmatch(folder.name)
    return found[1] if found else ""


def _first_folder(path: Path) -> Path | None:
    try:
        folders = (
            folder
            for folder in path.iterdir()
            if not folder.name.startswith(".") and folder.is_dir() and not folder.is_symlink()
        )
        return min(folders, default=None)
    except PermissionError:
        return None


PRESET = Preset(name="idc", recognises=recognise, read=read_idc)
