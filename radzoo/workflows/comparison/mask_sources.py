"""Values of masks that are compared: a table, or the folder of an evaluation or of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from radzoo.core import delimited
from radzoo.core.errors import InputError
from radzoo.core.mask_pairs import PREDICTION, REFERENCE
from radzoo.core.mask_values import no_values, read_mask_values, value_columns
from radzoo.core.predictions import Predictions
from radzoo.core.predictions_table import SCORE, Table, is_parquet, read_table
from radzoo.core.report_tasks import MaskCase
from radzoo.workflows.comparison.sources import no_case_id
from radzoo.workflows.evaluation.mask_summary import HIGHER_IS_BETTER
from radzoo.workflows.evaluation.source import (
    PREDICTIONS_FILE,
    EvaluationSource,
    describe_file,
)

CASES_FILE = "cases.csv"
# Their mean over cases can be compared.
COMPARED: Mapping[str, bool] = {**HIGHER_IS_BETTER, "false_positive_lesions": False}
SIZES = ("reference_volume_ml", "reference_area_mm2")

OfCase = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MaskSource:
    """Values of one model, case by case.

    Attributes:
        source: labels are columns such as `dice:liver`, scores their values; no targets.
        missed: case and structure where the prediction alone is empty.
        sizes: case and structure to the size of the reference, where it is known.
    """

    source: EvaluationSource
    missed: frozenset[OfCase]
    sizes: Mapping[OfCase, float]


def are_masks(given: Sequence[str]) -> bool:
    """Does any of the files hold values of masks, or pairs of masks, by its columns?"""
    return any(is_about_masks(find_table(name)) for name in given)


def is_about_masks(path: Path) -> bool:
    """Does a file hold values of masks, or pairs of masks; not if it is absent."""
    if not path.is_file():
        return False
    names = read_names(path)
    if any(name.startswith(SCORE) for name in names):
        return False
    return bool(value_columns(names)) or {REFERENCE, PREDICTION} <= set(names)


def find_table(given: str) -> Path:
    """Return the table that is meant: of an evaluation its cases, of a run those of test."""
    path = Path(given)
    if not path.is_dir():
        return path
    tables = path / CASES_FILE, path / PREDICTIONS_FILE
    return next((table for table in tables if table.is_file()), tables[0])


def read_names(path: Path) -> Table:
    """Read the names of columns, without cells."""
    if is_parquet(path):
        return {name: [] for name in read_table(path)}
    _, header = next(delimited.read_rows(path), (0, list[str]()))
    return {name.strip(): [] for name in header}


def load_masks(given: Sequence[str]) -> list[MaskSource]:
    """Read the values of every model.

    Raises:
        InputError: if one cannot be read, does not name its cases, or holds pairs of masks,
            which must be evaluated first.
    """
    return [load_values(find_table(name)) for name in given]


def load_values(path: Path) -> MaskSource:
    """Read the values of one model.

    Raises:
        InputError: as `load_masks`.
    """
    names = read_names(path)
    if {REFERENCE, PREDICTION} & set(names):
        raise InputError(
            f"{path} is a table of masks; needed their values, case by case",
            id="masks-not-values",
            hint=f"radzoo evaluate {path} --task segmentation --tolerance-mm 2 --out DIR writes "
            f"DIR/{CASES_FILE}",
        )
    if not any(metric in COMPARED for metric, _ in value_columns(names)):
        raise no_values(path, names)
    if not {"case_id", "id"} & set(names):
        raise no_case_id(path, names)
    cases, patients = read_mask_values(path)
    predictions = tabulate(cases, patients)
    return MaskSource(
        EvaluationSource(predictions, describe_file(path)),
        frozenset((one.case_id, one.label) for one in cases if one.empty == "prediction"),
        {
            (one.case_id, one.label): size
            for one in cases
            for name in SIZES
            if (size := one.values.get(name)) is not None
        },
    )


def tabulate(cases: Sequence[MaskCase], patients: Mapping[str, str]) -> Predictions:
    """Put values into columns, one for each metric and structure."""
    found: dict[str, dict[str, float]] = {}
    for one in cases:
        for metric, value in one.values.items():
            if metric in COMPARED:
                column = found.setdefault(f"{metric}:{one.label}", {})
                column[one.case_id] = np.nan if value is None else value
    values = np.array(
        [[column.get(name, np.nan) for column in found.values()] for name in patients]
    )
    return Predictions(
        labels=tuple(found),
        case_ids=tuple(patients),
        patient_ids=tuple(patients.values()),
        targets=np.full_like(values, np.nan),
        scores=values,
    )
