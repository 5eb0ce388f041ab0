"""A layout, a folder and the user's options become a manifest."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from radzoo.core.case import Case, Manifest, Refused, Split
from radzoo.data.header import read_headers
from radzoo.data.layout.boxes import as_asked, part_images
from radzoo.data.layout.facts import (
    check_columns,
    note_odd,
    read_cell,
    read_groups,
    read_split,
    read_split_lists,
)
from radzoo.data.layout.files import locate
from radzoo.data.layout.images import Matched, match_images
from radzoo.data.layout.labels import read_labels
from radzoo.data.layout.schema import Cell, Layout
from radzoo.data.layout.sheet import Row, Sheet, read_sheet, refuse_damaged
from radzoo.data.options import DataOptions
from radzoo.data.patients import match_patient
from radzoo.data.refusal import describe_reason


def read_data(layout: Layout, data: Path, options: DataOptions) -> Manifest:
    """Read a data set of this layout; pixels stay unread.

    Raises:
        InputError: if a table, a column or a value is not as the layout says.
        UsageError: if the user has to decide something first.
    """
    layout = as_asked(layout, options)
    root, tables = locate(layout, data, options.labels)
    sheet = read_sheet(layout, root, tables)
    _check_columns(layout, sheet, options)
    places = read_split_lists(layout.split_lists, root, sheet)
    whole = match_images(layout.images, sheet, root, options)
    parted = part_images(layout.boxes, whole, sheet)
    matched = parted.matched
    targets = read_labels(layout, sheet, matched.rows, options)
    contradicted = _contradictions(layout, whole, places, options)
    torn = {name for name in matched.rows if parted.image_of(name) in contradicted}
    odd: Counter[str] = Counter()
    cases = [
        Case(
            case_id=name,
            path=matched.files[name].path,
            targets=values,
            patient_id=_patient(layout.cases.patient, name, row, options)
            or parted.images.get(name, ""),
            study_id=read_cell(layout.cases.study, row),
            series_id=read_cell(layout.cases.series, row),
            split=_split(layout, row, places),
            groups=read_groups(layout.cases, row, odd),
            date=read_cell(layout.cases.date, row),
            region=parted.regions.get(name),
        )
        for name, values in targets.images.items()
        if name not in torn
        for row in matched.rows[name][:1]
    ]
    refused = (*matched.refused, *targets.refused)
    refused += tuple(
        Refused(name, describe_reason("conflicting-labels"))
        for name in targets.images
        if name in torn
    )
    if layout.cases.dicom_headers:
        cases, bad = _add_headers(cases, matched, options)
        refused += tuple(bad)
    notes = (*layout.notes, *sheet.notes, *matched.notes, *targets.notes, *note_odd(odd))
    return Manifest(tuple(cases), targets.labels, refused, notes, targets.classes)


def _check_columns(layout: Layout, sheet: Sheet, options: DataOptions) -> None:
    check_columns(layout.cases, sheet)
    patient = layout.cases.patient
    if options.patient is not None:
        sheet.require([options.patient])
        refuse_damaged(sheet, [options.patient])
    elif patient is not None:
        refuse_damaged(sheet, patient.columns)


def _patient(cell: Cell | None, name: str, row: Row, options: DataOptions) -> str:
    """Return the patient: what the user names goes before what the layout says."""
    if options.patient is not None:
        return row.get(options.patient)
    return match_patient(name, options) or read_cell(cell, row)


def _split(layout: Layout, row: Row, places: Mapping[str, Split]) -> Split | None:
    """Return the split of a row: as the lists say, or its column, or its table."""
    if places and layout.split_lists is not None:
        return places.get(row.get(layout.split_lists.column))
    return read_split(layout.cases.split, row)


def _contradictions(
    layout: Layout, matched: Matched, places: Mapping[str, Split], options: DataOptions
) -> set[str]:
    """Return the images whose rows name different patients or splits."""
    return {
        name
        for name, rows in matched.rows.items()
        if len(rows) > 1
        and len(
            {
                (_split(layout, row, places), _patient(layout.cases.patient, name, row, options))
                for row in rows
            }
        )
        > 1
    }


def _add_headers(
    cases: Sequence[Case], matched: Matched, options: DataOptions
) -> tuple[list[Case], list[Refused]]:
    """Take from DICOM headers what the tables do not say; identifiers are hashed."""
    headers, refused = read_headers([matched.files[case.case_id] for case in cases], options)
    complete = []
    for case in cases:
        header = headers.get(case.case_id)
        if header is not None:
            complete.append(
                replace(
                    case,
                    patient_id=case.patient_id or header.patient_id,
                    study_id=case.study_id or header.study_id,
                    series_id=case.series_id or header.series_id,
                    groups={**header.groups, **case.groups},
                    date=case.date or header.date,
                )
            )
    return complete, refused
