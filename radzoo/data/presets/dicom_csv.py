"""Preset: a folder of DICOM (or other) images, and a table of labels beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from radzoo.core.case import Case, Manifest, Refused, Split
from radzoo.core.errors import InputError
from radzoo.core.plugins import Preset
from radzoo.data.covariates import read_covariates
from radzoo.data.folder import Found, find_images, says_others
from radzoo.data.header import Header, read_headers
from radzoo.data.options import DataOptions
from radzoo.data.other_columns import other_columns, read_others
from radzoo.data.patients import find_patient_column, hash_identifier, match_patient
from radzoo.data.presets.csv import read_groups, read_splits
from radzoo.data.presets.matching import match_rows
from radzoo.data.presets.paired import pair_masks
from radzoo.data.refusal import describe_reason
from radzoo.data.table import Table, read_table
from radzoo.data.targets import Targets
from radzoo.data.times import differ, read_times, targets_beside


def read_dicom_csv(path: Path, options: DataOptions) -> Manifest:
    """Join the images of a folder with a table on a path, a UID, an accession or a patient.

    Every image needs a row; those without one are left out and counted in the notes.
    Identifiers from headers, and those of the table that belong to them, are hashed.

    Raises:
        InputError: if there is no table, no image, or nothing matches.
    """
    if options.labels is None:
        raise InputError(
            f"the images in {path} need a table of labels",
            id="no-labels",
            hint="give it with --labels FILE.csv",
        )
    table = read_table(options.labels)
    times = read_times(table, options)
    targets, splits = targets_beside(times, table, options), read_splits(table)
    covariates = read_covariates(table, options)
    columns = other_columns(table, targets.labels, options)
    found, others = find_images(path)
    paired = pair_masks(found)
    headers, refused = read_headers(paired.images, options)
    images = [
        file for file in paired.images if file.name in headers and headers[file.name].has_pixels
    ]
    match = match_rows(table, images, headers)
    cases: list[Case] = []
    for file in images:
        rows = match.rows.get(file.name, ())
        if not rows:
            continue
        if _disagree(rows, targets, splits) or differ(times, rows):
            refused.append(Refused(file.name, describe_reason("conflicting-labels")))
            continue
        case = _make_case(file, headers[file.name], table, rows[0], targets, splits, options)
        case = replace(case, mask=paired.masks.get(file.name), covariates=covariates[rows[0]],
                       said=read_others(table, rows[0], columns))  # fmt: skip
        cases.append(times.put(case, rows[0]) if times else case)
    without_pixels = len(headers) - len(images)
    left = (*paired.notes, *_says_pixels(without_pixels), *says_others(others))
    notes = (*targets.notes, *match.notes, *left)
    return Manifest(tuple(cases), targets.labels, tuple(refused), notes, targets.classes)


def _make_case(
    file: Found, header: Header, table: Table, row: int, targets: Targets,
    splits: Sequence[Split | None], options: DataOptions,
) -> Case:  # fmt: skip
    return Case(
        case_id=file.name,
        path=file.path,
        targets=targets.rows[row],
        patient_id=_patient(file, header, table, row, options),
        study_id=header.study_id,
        series_id=header.series_id,
        split=splits[row],
        groups={**header.groups, **read_groups(table, row)},
        date=header.date,
    )


def _patient(file: Found, header: Header, table: Table, row: int, options: DataOptions) -> str:
    """The header's patient, else the table's; a DICOM patient is hashed either way."""
    column = find_patient_column(table, options)
    named = table.rows[row][column] if column else ""
    if options.patient and named:
        return hash_identifier(named) if file.dicom else named
    if header.patient_id:
        return header.patient_id
    if named:
        return hash_identifier(named) if file.dicom else named
    return match_patient(file.name, options)


def _disagree(rows: Sequence[int], targets: Targets, splits: Sequence[Split | None]) -> bool:
    """Do several rows of one image say different things?"""
    first: Mapping[str, float | None] = targets.rows[rows[0]]
    return any(targets.rows[row] != first or splits[row] != splits[rows[0]] for row in rows[1:])


def _says_pixels(without: int) -> tuple[str, ...]:
    return (f"{without} DICOM objects hold no image and were left alone",) if without else ()


def recognise(path: Path) -> bool:
    """Only by its table: `load_manifest` chooses this preset when `--labels` is given."""
    return False


PRESET = Preset(name="dicom-csv", recognises=recognise, read=read_dicom_csv)
