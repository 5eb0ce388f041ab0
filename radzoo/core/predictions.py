"""The narrow waist: what a model said of each case, and what is true of it.

Before `Predictions` there are pixels and torch; after it there is neither. A predictions
file has the columns `case_id, patient_id, target:<label>..., score:<label>...` and any
group columns; a file of another program is read by naming its columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Refused


@dataclass(frozen=True, slots=True)
class Predictions:
    """Targets and scores of the same cases, row by row.

    Attributes:
        labels: names of the findings, `n_labels` of them.
        case_ids: `n_cases` distinct names.
        patient_ids: `n_cases`; all empty if unknown.
        targets: float64 `(n_cases, n_labels)`, 0, 1, or NaN where not labelled.
        scores: float64 `(n_cases, n_labels)`, higher = more suspicious; NaN where missing.
        groups: name of a column to its `n_cases` values.
        refused: cases that the model was never asked about.
    """

    labels: tuple[str, ...]
    case_ids: tuple[str, ...]
    patient_ids: tuple[str, ...]
    targets: NDArray[np.float64]
    scores: NDArray[np.float64]
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.case_ids), len(self.labels))
        if self.targets.shape != shape or self.scores.shape != shape:
            raise ValueError(f"targets and scores must have the shape {shape}")
        if len(self.patient_ids) != len(self.case_ids):
            raise ValueError("one patient id per case is needed")

    @property
    def n_patients(self) -> int | None:
        """Number of distinct patients; None if any case has no patient id."""
        return len(set(self.patient_ids)) if all(self.patient_ids) else None


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a foreign file hold what; None = radzoo's own names.

    Attributes:
        positive: the value of the target column that means "has the finding"; needed when
            it holds words rather than 0 and 1.
    """

    target: str | None = None
    score: str | None = None
    patient: str | None = None
    positive: str | None = None
