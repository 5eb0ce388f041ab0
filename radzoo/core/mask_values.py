"""Values of masks case by case, as a table of any program, and back.

Columns: `case_id`, `patient_id`, and `<metric>:<structure>` such as `dice:liver` or
`hd95:liver`; `empty:<structure>` may say `reference`, `prediction` or `both`. A blank cell has
no value and is counted.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from radzoo.core import delimited
from radzoo.core.errors import InputError
from radzoo.core.predictions_table import Table, check_distinct, place, read_numbers, read_table
from radzoo.core.publish import publish
from radzoo.core.registry import did_you_mean
from radzoo.core.report_tasks import MaskCase

LIMITS: Mapping[str, tuple[float, float]] = {
    "dice": (0, 1), "iou": (0, 1), "hd95": (0, math.inf), "assd": (0, math.inf),
    "nsd": (0, 1), "hd": (0, math.inf), "sensitivity": (0, 1), "precision": (0, 1),
    "reference_volume_ml": (0, math.inf), "predicted_volume_ml": (0, math.inf),
    "reference_area_mm2": (0, math.inf), "predicted_area_mm2": (0, math.inf),
    "lesions": (0, math.inf), "lesions_found": (0, math.inf),
    "false_positive_lesions": (0, math.inf),
}  # fmt: skip
EMPTY = "empty"
EMPTY_KINDS = ("both", "reference", "prediction")

Patients = dict[str, str]


def value_columns(table: Table) -> list[tuple[str, str]]:
    """Return metric and structure of each column that holds values."""
    split = [name.partition(":") for name in table]
    return [(metric, label) for metric, colon, label in split if colon and metric in LIMITS]


def read_mask_values(path: Path) -> tuple[list[MaskCase], Patients]:
    """Read values case by case; return them, and the patient of each case.

    Raises:
        InputError: if it has no such column, no row, names a case twice, or holds what is no
            number or not possible; the message names the line.
    """
    table = read_table(path)
    columns = value_columns(table)
    if not columns:
        raise no_values(path, table)
    n_rows = len(next(iter(table.values())))
    if not n_rows:
        raise InputError(
            f"{path} has column names but no case",
            id="empty-file",
            hint="one row per case is needed",
        )
    own = next((name for name in ("case_id", "id") if name in table), None)
    names = table[own] if own else [str(row + 1) for row in range(n_rows)]
    check_distinct(path, names, own)
    numbers = {one: read_column(path, table, *one) for one in columns}
    labels = list(dict.fromkeys(label for _, label in columns))
    cases = [
        MaskCase(
            case_id=name,
            label=label,
            values={one[0]: column[row] for one, column in numbers.items() if one[1] == label},
            empty=read_empty(path, table, label, row),
        )
        for row, name in enumerate(names)
        for label in labels
    ]
    patients = table.get("patient_id", [""] * n_rows)
    return cases, dict(zip(names, patients, strict=True))


def read_column(path: Path, table: Table, metric: str, label: str) -> list[float | None]:
    """Read the values of one metric of one structure; blank cells are None.

    Raises:
        InputError: if a value is not possible.
    """
    column = f"{metric}:{label}"
    low, high = LIMITS[metric]
    values = read_numbers(path, table, column).tolist()
    for row, value in enumerate(values):
        if not math.isnan(value) and not low <= value <= high:
            between = f"from {low:g} to {high:g}" if high < math.inf else f"of at least {low:g}"
            raise InputError(
                f"{place(path, row)}, column '{column}': needed a number {between}",
                id="bad-value",
                hint="percent are not taken for fractions: divide by 100",
            )
    return [None if math.isnan(value) else value for value in values]


def read_empty(path: Path, table: Table, label: str, row: int) -> str | None:
    """Read which mask of a case is empty.

    Raises:
        InputError: if the cell says something else.
    """
    cells = table.get(f"{EMPTY}:{label}")
    if not cells or not cells[row]:
        return None
    if cells[row] not in EMPTY_KINDS:
        raise InputError(
            f"{place(path, row)}, column '{EMPTY}:{label}': needed {', '.join(EMPTY_KINDS)} or "
            "a blank",
            id="bad-value",
            hint="it says which mask of the case is empty",
        )
    return cells[row]


def no_values(path: Path, table: Table) -> InputError:
    """Say what a table of masks or of their values needs."""
    known = [*(f"{metric}:<structure>" for metric in LIMITS), "mask", "prediction"]
    guess = next((hint for name in table if (hint := did_you_mean(name, known))), None)
    return InputError(
        f"{path} has neither the columns mask and prediction nor <metric>:<structure>; it has "
        f"{', '.join(table)}",
        id="missing-column",
        hint=guess or "such as case_id,patient_id,mask,prediction or case_id,patient_id,dice:liver",
    )


def write_mask_values(path: Path, cases: Sequence[MaskCase], patients: Mapping[str, str]) -> None:
    """Write values case by case, whole or not at all, so that they can be read again.

    Raises:
        EnvironmentFailure: if the folder cannot be written or the disk is full.
    """
    names = list(dict.fromkeys(case.case_id for case in cases))
    by_case = {(case.case_id, case.label): case for case in cases}
    columns: dict[str, list[str | float]] = {
        "case_id": [*names],
        "patient_id": [patients.get(name, "") for name in names],
    }
    for label in dict.fromkeys(case.label for case in cases):
        rows = [by_case.get((name, label)) for name in names]
        for metric in LIMITS:
            values = [row.values.get(metric) if row else None for row in rows]
            if any(value is not None for value in values):
                columns[f"{metric}:{label}"] = [
                    math.nan if value is None else value for value in values
                ]
        columns[f"{EMPTY}:{label}"] = [(row.empty or "") if row else "" for row in rows]
    publish(path, lambda partial: delimited.write_columns(partial, columns))
