"""Preset: the data set of TotalSegmentator, `sNNNN/ct.nii.gz` with a mask per structure.

A case has one mask: `--target liver` takes `segmentations/liver.nii.gz`. Folders are taken as
persons; not verified is that nobody was examined twice. The MR data set (`mri.nii.gz`) is
read the same way; its table could not be seen.

References:
    Wasserthal J et al. TotalSegmentator. Radiology: Artificial Intelligence 2023; 5: e230024.
"""

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from radzoo.core.case import Case, Manifest
from radzoo.core.errors import InputError
from radzoo.core.plugins import Preset
from radzoo.core.segmentation import ALL
from radzoo.data.layout.facts import SEXES
from radzoo.data.options import DataOptions
from radzoo.data.presets.csv import read_splits
from radzoo.data.presets.segmented import choose, existing, finish
from radzoo.data.table import Table, read_table

IMAGES: Final = ("ct.nii.gz", "mri.nii.gz")
LOOKED_AT: Final = 20


def recognise(path: Path) -> bool:
    """Is there `meta.csv`, and beside it a folder with an image and masks?"""
    if not (path / "meta.csv").is_file():
        return False
    first = islice(path.glob("s[0-9]*"), LOOKED_AT)
    return any((folder / "segmentations").is_dir() and _image(folder) for folder in first)


def read_totalseg(path: Path, options: DataOptions) -> Manifest:
    """Take the rows of `meta.csv` whose folder is there.

    Raises:
        InputError: if the table or all folders are missing, no case has the structure that
            was asked for, or labels are needed and missing.
    """
    table = read_table(path / "meta.csv")
    names = table.column(table.require("image_id"))
    there = [row for row, name in enumerate(names) if _is_folder(path, name)]
    if not there:
        raise InputError(
            f"none of the {len(names)} folders that {path / 'meta.csv'} names is there",
            id="empty-folder",
            hint="give the folder that holds meta.csv and s0000, s0001 and so on",
        )
    structures = sorted(
        {file.name.removesuffix(".nii.gz") for row in there
         for file in (path / names[row] / "segmentations").glob("[!.]*.nii.gz")}
    )  # fmt: skip
    wanted = None
    if options.labels is None and options.target is not None:
        wanted = choose(options.target, structures, "structures")
    splits = read_splits(table)
    cases = [
        Case(
            case_id=names[row],
            path=_image(path / names[row]) or path / names[row] / IMAGES[0],
            targets={},
            patient_id=names[row],
            split=splits[row],
            groups=_groups(table, row),
            mask=existing(path / names[row] / "segmentations" / f"{wanted}.nii.gz"),
        )
        for row in there
    ]
    notes = [f"{len(there)} of {len(names)} rows of meta.csv have a folder"]
    if wanted is None:
        notes.append(f"each case has up to {len(structures)} masks, one per structure; "
                     "--target NAME takes that of one")  # fmt: skip
    kinds = {case.path.name for case in cases}
    return replace(
        finish(path, cases, options, notes),
        structures={} if wanted is None else {ALL: wanted},
        modality="CT" if kinds == {IMAGES[0]} else "MR" if kinds == {IMAGES[1]} else "",
    )


def _image(folder: Path) -> Path | None:
    return next((folder / name for name in IMAGES if (folder / name).is_file()), None)


def _is_folder(path: Path, name: str) -> bool:
    return bool(name) and "/" not in name and name != ".." and (path / name).is_dir()


def _groups(table: Table, row: int) -> dict[str, str]:
    columns = {"sex": ("gender", "sex"), "age": ("age",), "site": ("institute",),
               "scanner": ("scanner_model",)}  # fmt: skip
    groups = {}
    for group, names in columns.items():
        column = table.find(names)
        cell = table.rows[row][column] if column else ""
        groups[group] = SEXES.get(cell.casefold(), "") if group == "sex" else cell
    return {name: value for name, value in groups.items() if value and value.casefold() != "nan"}


PRESET = Preset(name="totalseg", recognises=recognise, read=read_totalseg)
