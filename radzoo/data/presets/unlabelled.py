"""Preset: one image, or a folder of images in any order, without labels."""

from pathlib import Path

from radzoo.core.case import Case, Manifest
from radzoo.core.errors import InputError
from radzoo.core.plugins import Preset
from radzoo.data.folder import Found, find_images, judge, says_others
from radzoo.data.header import read_headers
from radzoo.data.options import DataOptions
from radzoo.data.patients import match_patient
from radzoo.data.presets.paired import pair_masks


def read_unlabelled(path: Path, options: DataOptions) -> Manifest:
    """Read images without labels, as `predict` and `describe` take them.

    Raises:
        InputError: if targets are needed, or there is no image.
    """
    if options.needs_targets:
        raise InputError(
            f"{path} has no labels: neither two class folders nor a table was found",
            id="no-labels",
            hint="give the labels with --labels FILE.csv, or sort the images by class",
        )
    if path.is_dir():
        found, others = find_images(path)
    else:
        found, others = [Found(path.name, path, judge(path) == "dicom")], 0
    paired = pair_masks(found)
    headers, refused = read_headers(paired.images, options)
    cases = tuple(
        Case(
            case_id=file.name,
            path=file.path,
            targets={},
            patient_id=headers[file.name].patient_id or match_patient(file.name, options),
            study_id=headers[file.name].study_id,
            series_id=headers[file.name].series_id,
            groups=headers[file.name].groups,
            date=headers[file.name].date,
            mask=paired.masks.get(file.name),
        )
        for file in paired.images
        if file.name in headers
    )
    return Manifest(cases, (), tuple(refused), (*paired.notes, *says_others(others)))


PRESET = Preset(name="unlabelled", recognises=Path.exists, read=read_unlabelled)
