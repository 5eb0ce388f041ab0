"""What stands in a folder of images."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from radzoo.core.errors import InputError
from radzoo.data.door import read_head
from radzoo.data.readers.magic import is_dicom, is_image
from radzoo.data.refusal import ImageRefused

IMAGE_SUFFIXES: Final = frozenset(
    {".png", ".jpg", ".jpeg", ".dcm", ".dicom", ".tif", ".tiff", ".nii"}
)
CLOSED: Final = frozenset(
    {"special-file", "no-permission", "empty-file", "missing-file", "file-too-big"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is, or claims to be, an image.

    Attributes:
        name: path below the folder, with forward slashes: the case's name for the user.
        dicom: does it begin like a DICOM file?
    """

    name: str
    path: Path
    dicom: bool


def find_images(folder: Path) -> tuple[list[Found], int]:
    """Return the images below a folder in the order of their names, and how many others.

    A file counts if its first bytes are an image's, or its suffix is: then the reader will
    say what is wrong with it. Files that cannot be opened count too. Hidden files do not.

    Raises:
        InputError: if the folder holds no image.
    """
    found, others = [], 0
    for path in walk(folder):
        kind = judge(path)
        if kind is None:
            others += 1
        else:
            found.append(Found(path.relative_to(folder).as_posix(), path, kind == "dicom"))
    if not found:
        raise InputError(
            f"{folder} holds no images",
            id="empty-folder",
            hint="PNG, JPEG, TIFF, DICOM and NIfTI files are looked for, by their first bytes",
        )
    return found, others


def walk(folder: Path) -> Iterator[Path]:
    """Give every file below a folder, sorted; hidden ones and linked folders are left out.

    A folder that may not be read is given as if it were a file, so that it is refused by name.
    """
    closed: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(place, name)
    yield from (Path(error.filename) for error in closed)


def judge(path: Path) -> str | None:
    """Return `dicom`, `image`, or None for a file that does not claim to be an image."""
    try:
        head = read_head(path)
    except ImageRefused as refused:
        return "image" if refused.code in CLOSED else None
    if is_dicom(head):
        return "dicom"
    named = path.suffix.lower() in IMAGE_SUFFIXES or path.name.lower().endswith(".nii.gz")
    return "image" if named or is_image(head) else None


def bare_name(name: str) -> str:
    """Return the name of a file without its suffix; `.nii.gz` is one."""
    return PurePosixPath(name.removesuffix(".gz") if name.endswith(".nii.gz") else name).stem


def says_others(others: int) -> tuple[str, ...]:
    """Note how many files were left alone, if any."""
    if others < 2:
        return ("1 file is not an image and was left alone",) if others else ()
    return (f"{others:,} files are not images and were left alone",)
