"""Predictions as a file: CSV or Parquet, radzoo's own or another program's.

radzoo's columns: `case_id, patient_id`, those of the form, then groups such as `site`, and
`refused` (the reason) if a case was left out. A blank target means "not labelled", a blank
score "missing". The columns of a form:

* findings, or numbers: `target:<label>..., score:<label>...`, of numbers `sd:<label>...` if the
  model says how far off it may be (`predictions_labels`);
* classes: `target` with the name of a class, `score:<class>...` (`predictions_classes`);
* times to an event: `time`, `event`, `score:<name>`, `surv@<t>...` (`predictions_times`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from radzoo.core import delimited, parquet
from radzoo.core.case import Refused
from radzoo.core.errors import InputError
from radzoo.core.predictions import Columns, Form, Predictions
from radzoo.core.predictions_body import Body
from radzoo.core.predictions_classes import class_columns, has_classes, read_classes
from radzoo.core.predictions_labels import label_columns, read_labels
from radzoo.core.predictions_table import (
    Table,
    check_distinct,
    is_parquet,
    read_table,
    require_columns,
)
from radzoo.core.predictions_times import has_times, read_times, time_columns
from radzoo.core.publish import publish

OWN_COLUMNS = Columns()
Written = dict[str, list[str | float]]

READ: Mapping[Form, Callable[[Path, Table, Columns], Body]] = {
    "labels": read_labels,
    "classes": read_classes,
    "times": read_times,
}
WRITE: Mapping[Form, Callable[[Predictions], Written]] = {
    "labels": label_columns,
    "classes": class_columns,
    "times": time_columns,
}
# The form of the file of a task that was declared; other tasks have findings.
FORMS: Mapping[str, Form] = {
    "multiclass": "classes",
    "ordinal": "classes",
    "survival": "times",
}


def read_predictions(path: Path, columns: Columns = OWN_COLUMNS) -> Predictions:
    """Read a predictions file; the rows keep their order.

    Args:
        path: CSV (comma, semicolon or tab), or Parquet by its suffix.
        columns: which columns of another program's file hold what.

    Raises:
        InputError: if the file is absent, empty or damaged, lacks a column, names a case
            twice, or holds something other than a number; the message names the line.
    """
    table = read_table(path)
    n_rows = len(next(iter(table.values())))
    patient_column = find_patient_column(path, table, columns)
    case_column = next((name for name in ("case_id", "id") if name in table), None)
    body = READ[find_form(table, columns)](path, table, columns)
    if not n_rows:
        raise InputError(
            f"{path} has column names but no case",
            id="empty-file",
            hint="one row per case is needed",
        )
    names = table[case_column] if case_column else [str(row + 1) for row in range(n_rows)]
    check_distinct(path, names, case_column)
    reasons = table.get("refused", [""] * n_rows)
    kept = [row for row, reason in enumerate(reasons) if not reason]
    spoken_for = {case_column, patient_column, "refused", "patient_id"} | body.columns

    def choose(cells: Sequence[str]) -> tuple[str, ...]:
        return tuple(cells[row] for row in kept) if len(kept) < n_rows else tuple(cells)

    return Predictions(
        labels=body.labels,
        case_ids=choose(names),
        patient_ids=choose(table[patient_column]) if patient_column else ("",) * len(kept),
        targets=body.targets[kept],
        scores=body.scores[kept],
        groups={name: choose(cells) for name, cells in table.items() if name not in spoken_for},
        refused=tuple(
            Refused(name, reason) for name, reason in zip(names, reasons, strict=True) if reason
        ),
        form=body.form,
        events=None if body.events is None else body.events[kept],
        survival={horizon: values[kept] for horizon, values in body.survival.items()},
        sd=None if body.sd is None else body.sd[kept],
    )


def find_form(table: Table, columns: Columns) -> Form:
    """Return how a file is laid out: as the declared task has it, or by its columns."""
    if columns.task is not None:
        return FORMS.get(columns.task, "labels")
    if has_times(table, columns):
        return "times"
    return "classes" if has_classes(table, columns) else "labels"


def find_patient_column(path: Path, table: Table, columns: Columns) -> str | None:
    """Return the column that holds the patient, None if there is none."""
    if columns.patient is None:
        return "patient_id" if "patient_id" in table else None
    require_columns(path, table, (columns.patient,))
    return columns.patient


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Write a predictions file, whole or not at all: Parquet by its suffix, else CSV.

    Reading it gives the same bits. Refused cases are rows without target and score.

    Raises:
        EnvironmentFailure: if the folder cannot be written or the disk is full.
    """
    n_refused = len(predictions.refused)
    columns: Written = {
        "case_id": [*predictions.case_ids, *(case.case_id for case in predictions.refused)],
        "patient_id": [*predictions.patient_ids, *[""] * n_refused],
    }
    for name, values in WRITE[predictions.form](predictions).items():
        blank: str | float = "" if any(isinstance(value, str) for value in values) else math.nan
        columns[name] = [*values, *[blank] * n_refused]
    for name, cells in predictions.groups.items():
        columns[name] = [*cells, *[""] * n_refused]
    if n_refused:
        reasons = [case.reason for case in predictions.refused]
        columns["refused"] = [*[""] * len(predictions.case_ids), *reasons]
    write = parquet.write_columns if is_parquet(path) else delimited.write_columns
    publish(path, lambda partial: write(partial, columns))
