"""Preset: class folders of images, if wanted below folders named train, val and test."""

from pathlib import Path, PurePosixPath

from radzoo.core.case import Case, Manifest, Split
from radzoo.core.errors import InputError
from radzoo.core.plugins import Preset
from radzoo.data.folder import find_images, judge, says_others, walk
from radzoo.data.header import read_headers
from radzoo.data.options import DataOptions
from radzoo.data.patients import match_patient
from radzoo.data.presets.csv import SPLIT_NAMES
from radzoo.data.presets.paired import PAIRS
from radzoo.data.targets import NEGATIVES, name_targets


def recognise(path: Path) -> bool:
    """Are there class folders? Decided by folder names and one file, reading no pixels.

    `images` and `masks` are no classes. Folders that hold no image at all are none, though
    images may stand beside them. Folders of DICOM files are patients and series as often as
    classes: they count only if one of two folders has a name for the negative class.
    """
    if not path.is_dir():
        return False
    folders = _class_folders(path)
    classes = {folder.name.casefold() for folder in folders}
    if len(classes) < 2 or classes in PAIRS:
        return False
    files = (file for folder in folders for file in walk(folder))
    first = next((kind for file in files if (kind := judge(file))), None)
    if first is None:
        return False
    return first != "dicom" or (len(classes) == 2 and bool(classes & NEGATIVES))


def read_imagefolder(path: Path, options: DataOptions) -> Manifest:
    """Read class folders; the class is the name of the folder that holds the image.

    Raises:
        InputError: if there is no image, or only one class though targets are needed.
    """
    found, others = find_images(path)
    placed = [(file, *_place(file.name)) for file in found]
    sorted_in = [(file, split, name) for file, split, name in placed if name]
    loose = len(placed) - len(sorted_in)
    targets = name_targets(
        [name for _, _, name in sorted_in], options.positive, what="class folders",
        classes=options.classes,
    )  # fmt: skip
    if options.needs_targets and len({name for _, _, name in sorted_in}) < 2:
        raise InputError(
            f"{path} has fewer than two class folders with images",
            id="no-labels",
            hint="make one folder per class, or give the labels with --labels FILE.csv",
        )
    headers, refused = read_headers([file for file, _, _ in sorted_in], options)
    cases = tuple(
        Case(
            case_id=file.name,
            path=file.path,
            targets=values,
            patient_id=headers[file.name].patient_id or match_patient(file.name, options),
            study_id=headers[file.name].study_id,
            series_id=headers[file.name].series_id,
            split=split,
            groups=headers[file.name].groups,
            date=headers[file.name].date,
        )
        for (file, split, _), values in zip(sorted_in, targets.rows, strict=True)
        if file.name in headers
    )
    notes = (*targets.notes, *says_others(others), *_says_loose(loose))
    return Manifest(cases, targets.labels, tuple(refused), notes, targets.classes)


def _place(name: str) -> tuple[Split | None, str]:
    """Return the split and the class that the folders above a file name."""
    folders = list(PurePosixPath(name).parts[:-1])
    split = SPLIT_NAMES.get(folders[0].casefold()) if folders else None
    if split is not None:
        folders = folders[1:]
    return split, folders[0] if folders else ""


def _class_folders(path: Path) -> list[Path]:
    """Return the folders whose names may be classes, in the order of their paths."""
    below = [folder for folder in path.iterdir() if _is_open_folder(folder)]
    splits = [folder for folder in below if folder.name.casefold() in SPLIT_NAMES]
    if splits:
        below = [inner for folder in splits for inner in folder.iterdir() if _is_open_folder(inner)]
    return sorted(below)


def _is_open_folder(path: Path) -> bool:
    """Is it one that `walk` enters? Linked folders may lead round in circles."""
    return path.is_dir() and not path.is_symlink() and not path.name.startswith(".")


def _says_loose(loose: int) -> tuple[str, ...]:
    return (f"{loose} images stand in no class folder and were left out",) if loose else ()


PRESET = Preset(name="imagefolder", recognises=recognise, read=read_imagefolder)
