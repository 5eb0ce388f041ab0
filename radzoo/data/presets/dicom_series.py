"""Preset: a folder of DICOM series, each of which is one volume."""

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from radzoo.core.case import Case, Manifest
from radzoo.core.plugins import Preset
from radzoo.data.folder import Found, find_images, says_others
from radzoo.data.header import Header, read_headers
from radzoo.data.options import DataOptions
from radzoo.data.patients import match_patient
from radzoo.data.presets.joined import join_labels
from radzoo.data.volume.members import SERIES


def recognise(path: Path) -> bool:
    """Only by its name: whether slices or series are the cases is the user's to say."""
    return False


def read_dicom_series(path: Path, options: DataOptions) -> Manifest:
    """Take every series of a folder as a case, and every object of many frames as one too.

    A case is named by the folder of its files; if that holds several series, by the hash of
    its UID as well. Labels are joined by path, UID, accession or patient.

    Raises:
        InputError: if there is no image, or labels are needed and missing.
    """
    found, others = find_images(path)
    headers, refused = read_headers([file for file in found if file.dicom], options)
    images = [file for file in found if file.name in headers and headers[file.name].has_pixels]
    series: dict[str, list[Found]] = defaultdict(list)
    for file in images:
        series[_key(file, headers[file.name])].append(file)
    cases, of_case = _make_cases(path, list(series.values()), headers, options)
    manifest = join_labels(path, cases, of_case, options)
    left = others + sum(not file.dicom for file in found)
    notes = [*manifest.notes, *says_others(left)]
    if without := len(headers) - len(images):
        notes.append(f"{without} DICOM objects hold no image and were left alone")
    return replace(manifest, refused=(*manifest.refused, *refused), notes=tuple(notes))


def _key(file: Found, header: Header) -> str:
    """Return what files of one case have in common."""
    uid = header.series_id
    return uid if uid and int(header.facts.get("frames", 1)) == 1 else file.name


def _make_cases(
    path: Path, series: Sequence[Sequence[Found]], headers: Mapping[str, Header],
    options: DataOptions,
) -> tuple[list[Case], dict[str, Header]]:  # fmt: skip
    homes = [Path(os.path.commonpath([file.path.parent for file in files])) for files in series]
    shared = Counter(homes)
    cases, of_case = [], {}
    for files, home in zip(series, homes, strict=True):
        header = headers[files[0].name]
        name = home.relative_to(path).as_posix() if home != path else path.resolve().name
        if len(files) == 1:
            name = files[0].name
        elif shared[home] > 1:
            name = f"{name}/{header.series_id}"
        case = Case(
            case_id=name,
            path=home if len(files) > 1 else files[0].path,
            targets={},
            patient_id=header.patient_id or match_patient(name, options),
            study_id=header.study_id,
            series_id=header.series_id,
            groups=header.groups,
            date=header.date,
        )
        if len(files) > 1:
            parts = tuple(file.path.relative_to(home).as_posix() for file in files)
            case = replace(case, parts=parts, member=f"{SERIES}{header.series_id}")
        cases.append(case)
        of_case[name] = header
    return cases, of_case


PRESET = Preset(name="dicom-series", recognises=recognise, read=read_dicom_series)
