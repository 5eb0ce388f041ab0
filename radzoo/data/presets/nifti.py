"""Preset: NIfTI files, one volume each."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from radzoo.core.case import Case, Manifest
from radzoo.core.errors import InputError
from radzoo.core.plugins import Preset
from radzoo.data.door import read_head
from radzoo.data.folder import bare_name, walk
from radzoo.data.header import NO_HEADER
from radzoo.data.options import DataOptions
from radzoo.data.patients import match_patient
from radzoo.data.presets.joined import join_labels
from radzoo.data.readers.magic import is_nifti
from radzoo.data.refusal import ImageRefused

SUFFIXES: Final = (".nii", ".nii.gz")


def recognise(path: Path) -> bool:
    """Is it a NIfTI file, or is the first file of the folder one?"""
    if path.is_dir():
        first = next(walk(path), None)
        return first is not None and _is_one(first)
    return _is_one(path)


def read_nifti_folder(path: Path, options: DataOptions) -> Manifest:
    """Take every NIfTI file as a case; labels are joined by path or by the name of the file.

    In a folder of `images` and `labels`, a file of `labels` is the mask of the image that has
    its name.

    Raises:
        InputError: if there is none, or labels are needed and missing.
    """
    files = sorted(walk(path)) if path.is_dir() else [path]
    kept = [file for file in files if _is_one(file)]
    if not kept:
        raise InputError(
            f"{path} holds no NIfTI files",
            id="empty-folder",
            hint=f"files named {' or '.join(SUFFIXES)} are looked for",
        )
    masks = _pair(path, kept)
    lonely = len(kept) - len(masks) - sum(mask is not None for mask in masks.values())
    if masks:
        kept = [file for file in kept if file in masks]
    names = {file: file.relative_to(path).as_posix() if path.is_dir() else file.name
             for file in kept}  # fmt: skip
    cases = [
        Case(
            case_id=names[file],
            path=file,
            targets={},
            patient_id=match_patient(names[file], options),
            mask=masks.get(file),
        )
        for file in kept
    ]
    manifest = join_labels(path, cases, dict.fromkeys(names.values(), NO_HEADER), options)
    paired = [mask for mask in masks.values() if mask is not None]
    lonely = lonely if masks else 0
    others = len(files) - len(kept) - len(paired) - lonely
    notes = (f"{others} files are no NIfTI files and were left alone",) if others else ()
    if paired:
        notes = (*notes, f"{len(paired)} of {len(kept)} images have a mask of their name in labels")
    if lonely:
        notes = (
            *notes,
            f"{lonely} masks in labels have no image of their name and were left alone",
        )
    return replace(manifest, notes=(*manifest.notes, *notes))


def _pair(path: Path, files: Sequence[Path]) -> dict[Path, Path | None]:
    """Return each image and the mask of its name below `labels`; nothing if no two belong together.

    Once two do, whatever is below `labels` is a mask and never a case.
    """
    images, labels = path / "images", path / "labels"
    masks = {_name_below(labels, file): file for file in files if file.is_relative_to(labels)}
    pairs = {
        file: masks.get(_name_below(images, file)) if file.is_relative_to(images) else None
        for file in files
        if not file.is_relative_to(labels)
    }
    return pairs if any(pairs.values()) else {}


def _name_below(folder: Path, file: Path) -> Path:
    """Return the place of a file in a folder, without its suffix."""
    return file.relative_to(folder).with_name(bare_name(file.name))


def _is_one(path: Path) -> bool:
    """Does it begin like a NIfTI file, or claim to be one by its name?"""
    try:
        if is_nifti(read_head(path)):
            return True
    except ImageRefused:
        pass  # by its name it is one all the same, and is refused with its reason
    return path.is_file() and bare_name(path.name) != path.name and _suffix(path) in SUFFIXES


def _suffix(path: Path) -> str:
    return path.name[len(bare_name(path.name)) :].lower()


PRESET = Preset(name="nifti", recognises=recognise, read=read_nifti_folder)
