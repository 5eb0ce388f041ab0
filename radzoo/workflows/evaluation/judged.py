"""What one kind of task says of predictions: the parts of the report that it fills."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from radzoo.core.predictions import Predictions
from radzoo.core.report import MetricValue
from radzoo.workflows.evaluation.options import EvaluateOptions


@dataclass(frozen=True, slots=True)
class Cohort:
    """Predictions in an order that does not depend on that of their rows.

    Attributes:
        predictions: by rising `case_id`.
        patients: `(n_cases,)`, who each case belongs to; None if unknown or to be ignored.
        predictions_sha256: hash of the file they come from; None if they come from no file.
    """

    predictions: Predictions
    patients: tuple[str, ...] | None
    predictions_sha256: str | None = None

    def patients_of(self, rows: NDArray[np.bool_]) -> list[str] | None:
        """Return who the chosen cases belong to."""
        if self.patients is None:
            return None
        return [name for name, kept in zip(self.patients, rows.tolist(), strict=True) if kept]

    def only(self, rows: NDArray[np.bool_]) -> "Cohort":
        """Return the cohort without the other cases."""
        patients = self.patients_of(rows)
        return Cohort(
            choose_rows(self.predictions, np.flatnonzero(rows)),
            None if patients is None else tuple(patients),
            self.predictions_sha256,
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """Metrics, further parts by the name of their field in `EvalReport`, and warnings."""

    metrics: list[MetricValue]
    parts: dict[str, object] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def make_cohort(
    predictions: Predictions, options: EvaluateOptions, sha256: str | None = None
) -> Cohort:
    """Put the cases in order and find out who they belong to."""
    order = sorted(range(len(predictions.case_ids)), key=predictions.case_ids.__getitem__)
    ordered = choose_rows(predictions, order)
    return Cohort(ordered, ordered.owners if options.cluster == "patient" else None, sha256)


def choose_rows(predictions: Predictions, rows: Sequence[int] | NDArray[np.intp]) -> Predictions:
    """Return the cases of some rows, in that order; who was refused stays."""
    at = np.asarray(rows, dtype=np.intp)
    picked = at.tolist()
    return Predictions(
        labels=predictions.labels,
        case_ids=tuple(predictions.case_ids[row] for row in picked),
        patient_ids=tuple(predictions.patient_ids[row] for row in picked),
        targets=predictions.targets[at],
        scores=predictions.scores[at],
        groups={name: [cells[row] for row in picked] for name, cells in predictions.groups.items()},
        refused=predictions.refused,
        form=predictions.form,
        events=None if predictions.events is None else predictions.events[at],
        survival={horizon: values[at] for horizon, values in predictions.survival.items()},
        sd=None if predictions.sd is None else predictions.sd[at],
    )
