"""Preset: BIDS, `sub-XX/[ses-YY/]anat/*_T1w.nii.gz` with `participants.tsv`.

Of the data types only `anat` is read: each image there is a case. Masks are those below
`derivatives` that are called like the image but for `desc-`, `label-` and the suffix `mask`.

References:
    Brain Imaging Data Structure, version 1.10; derivatives: section Imaging, masks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from radzoo.core.case import Case, Manifest
from radzoo.core.plugins import Preset
from radzoo.data.folder import bare_name, walk
from radzoo.data.layout.facts import SEXES
from radzoo.data.options import DataOptions
from radzoo.data.presets.segmented import choose, finish, read_description
from radzoo.data.table import read_table
from radzoo.data.targets import BLANK

SUFFIXES: Final = (".nii", ".nii.gz")
COLUMNS: Final = {"sex": ("sex", "gender"), "age": ("age",), "site": ("site",)}
Masks = Mapping[str, Sequence[tuple[frozenset[str], Path]]]


def recognise(path: Path) -> bool:
    """Does `dataset_description.json` give a version of BIDS, and is there a subject?"""
    if "BIDSVersion" not in read_description(path / "dataset_description.json"):
        return False
    return any(folder.is_dir() for folder in path.glob("sub-*"))


def read_bids(path: Path, options: DataOptions) -> Manifest:
    """Take every anatomical image as a case; the subject is its patient.

    Raises:
        InputError: if there is no such image, no mask has the name that was asked for, or
            labels are needed and missing.
    """
    subjects = sorted(folder for folder in path.glob("sub-*") if folder.is_dir())
    volumes = [
        file
        for folder in subjects
        for file in walk(folder)
        if file.name[len(bare_name(file.name)) :] in SUFFIXES
    ]
    images = [file for file in volumes if file.parent.name == "anat"]
    wanted = options.target if options.labels is None else None
    masks = _find_masks(path, wanted)
    people = _read_people(path / "participants.tsv")
    shared = Counter((file.parent, _key(file)) for file in images)
    found = {file: _belonging(file, shared[file.parent, _key(file)], masks) for file in images}
    cases = []
    for file in images:
        subject = file.relative_to(path).parts[0]
        cases.append(
            Case(
                case_id=file.relative_to(path).as_posix(),
                path=file,
                targets={},
                patient_id=subject,
                groups={**people.get(subject, {}), "view": _suffix(file)},
                mask=found[file][0] if len(found[file]) == 1 else None,
            )
        )
    return finish(path, cases, options, _notes(images, len(volumes), found.values()))


def _find_masks(path: Path, wanted: str | None) -> Masks:
    """Return the masks of each subject: what their names say, and the files.

    Raises:
        InputError: if none has the description or label that is wanted.
    """
    files = [
        file
        for file in walk(path / "derivatives")
        if file.parent.name == "anat"
        and _suffix(file) == "mask"
        and file.name[len(bare_name(file.name)) :] in SUFFIXES
    ]
    if wanted is not None:
        named = {file: _values(file, "desc", "label") for file in files}
        choose(wanted, (name for names in named.values() for name in names), "masks")
        files = [file for file in files if wanted in named[file]]
    masks = defaultdict(list)
    for file in files:
        masks[file.name.partition("_")[0]].append((_key(file), file))
    return masks


def _belonging(image: Path, alike: int, masks: Masks) -> list[Path]:
    """Return the masks on the grid of an image.

    A mask names its grid with `space-`, as `T1w` or `orig`; one that does not belongs to the
    image of its name, if there is only one.
    """
    own = masks.get(image.name.partition("_")[0], ())
    on_grid: list[Path] = []
    for key, file in own:
        spaces = _values(file, "space") - {"orig"}
        if key == _key(image) and (spaces == {_suffix(image)} or (not spaces and alike == 1)):
            on_grid.append(file)
    return on_grid


def _read_people(path: Path) -> dict[str, dict[str, str]]:
    """Return sex, age and site of each subject, as far as the table says."""
    if not path.is_file():
        return {}
    table = read_table(path)
    subjects = table.column(table.require("participant_id"))
    people: dict[str, dict[str, str]] = {subject: {} for subject in subjects}
    for group, names in COLUMNS.items():
        column = table.find(names)
        for subject, cell in zip(subjects, table.column(column) if column else (), strict=False):
            value = SEXES.get(cell.casefold(), "") if group == "sex" else cell
            if value.casefold() not in BLANK:
                people[subject][group] = value
    return people


def _notes(
    images: Sequence[Path], volumes: int, found: Iterable[Sequence[Path]]
) -> list[str]:  # fmt: skip
    kinds = Counter(_suffix(file) for file in images)
    notes = ["images: " + ", ".join(f"{name} {count}" for name, count in sorted(kinds.items()))]
    if others := volumes - len(images):
        notes.append(f"{others} volumes are not anatomical (func, dwi ...) and were left alone")
    if several := sum(len(masks) > 1 for masks in found):
        notes.append(f"{several} images have several masks and were given none; "
                     "--target NAME takes that of desc-NAME or label-NAME")  # fmt: skip
    return notes


def _key(file: Path) -> frozenset[str]:
    """Return what names of an image and its masks have in common."""
    parts = bare_name(file.name).split("_")[:-1]
    return frozenset(
        part for part in parts if part.partition("-")[0] not in {"desc", "label", "space", "res"}
    )


def _values(file: Path, *keys: str) -> set[str]:
    pairs = (part.partition("-") for part in bare_name(file.name).split("_")[:-1])
    return {value for key, _, value in pairs if key in keys}


def _suffix(file: Path) -> str:
    return bare_name(file.name).rpartition("_")[2]


PRESET = Preset(name="bids", recognises=recognise, read=read_bids)
