"""Cases that are more than one file each, joined with a table of labels if there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from radzoo.core.case import Case, Manifest, Refused
from radzoo.core.errors import InputError
from radzoo.data.covariates import read_covariates
from radzoo.data.folder import Found
from radzoo.data.header import Header
from radzoo.data.options import DataOptions
from radzoo.data.other_columns import other_columns, read_others
from radzoo.data.presets.csv import read_groups, read_splits
from radzoo.data.presets.matching import match_rows
from radzoo.data.refusal import describe_reason
from radzoo.data.table import read_table
from radzoo.data.times import differ, read_times, targets_beside


def join_labels(
    path: Path, cases: Sequence[Case], headers: Mapping[str, Header], options: DataOptions
) -> Manifest:
    """Give cases the targets, splits and groups of their rows in the table of `options`.

    Args:
        path: the data set, for messages.
        cases: found in it, named by their path below it.
        headers: of each case, by its name.
        options: without a table the cases stay unlabelled, if targets are not needed.

    Raises:
        InputError: if targets are needed and there is no table, or nothing matches.
    """
    if options.labels is None:
        if options.needs_targets:
            raise InputError(
                f"the volumes in {path} have no labels",
                id="no-labels",
                hint="give them with --labels FILE.csv",
            )
        return Manifest(tuple(cases), ())
    table = read_table(options.labels)
    times = read_times(table, options)
    targets, splits = targets_beside(times, table, options), read_splits(table)
    covariates = read_covariates(table, options)
    others = other_columns(table, targets.labels, options)
    found = [Found(case.case_id, case.path, dicom=False) for case in cases]
    match = match_rows(table, found, headers)
    kept, refused = [], []
    for case in cases:
        rows = match.rows.get(case.case_id, ())
        if not rows:
            continue
        row = rows[0]
        if any(
            (targets.rows[other], splits[other]) != (targets.rows[row], splits[row])
            for other in rows
        ) or differ(times, rows):
            refused.append(Refused(case.case_id, describe_reason("conflicting-labels")))
            continue
        groups = {**case.groups, **read_groups(table, row)}
        case = replace(
            case, targets=targets.rows[row], split=splits[row], groups=groups,
            covariates=covariates[row], said=read_others(table, row, others),
        )  # fmt: skip
        kept.append(times.put(case, row) if times else case)
    notes = (*targets.notes, *match.notes)
    return Manifest(tuple(kept), targets.labels, tuple(refused), notes, targets.classes)
