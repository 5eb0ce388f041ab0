"""The narrow waist: what a model said of each case, and what is true of it.

Before `Predictions` there are pixels and torch; after it there is neither. A predictions
file has the columns `case_id, patient_id, target:<label>..., score:<label>...` and any
group columns; a file of another program is read by naming its columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Refused

Form = Literal["labels", "classes", "times"]


@dataclass(frozen=True, slots=True)
class Predictions:
    """Targets and scores of the same cases, row by row.

    Attributes:
        labels: names of the findings, `n_labels` of them.
        case_ids: `n_cases` distinct names.
        patient_ids: `n_cases`; all empty if unknown.
        targets: float64 `(n_cases, n_labels)`, 0, 1 (or the number, the time; see `form`), or
            NaN where not labelled.
        scores: float64 `(n_cases, n_labels)`, higher = more suspicious; NaN where missing.
        groups: name of a column to its `n_cases` values.
        refused: cases that the model was never asked about.
        form: what the columns are. `labels`: findings, each a question of its own, or one
            number to be predicted. `classes`: classes of which a case has one; targets are one
            hot. `times`: one label; the target is a time, `events` says how it ended.
        events: `(n_cases,)`, 1 = the event came at that time, 0 = none was seen until then,
            NaN = unknown; None unless `form` is `times`.
        survival: for `times`, horizon to the probability `(n_cases,)` of no event until then.
        sd: of numbers, `(n_cases, n_labels)`: the standard deviation that the model expects of
            its error; None where it says nothing of that.
    """

    labels: tuple[str, ...]
    case_ids: tuple[str, ...]
    patient_ids: tuple[str, ...]
    targets: NDArray[np.float64]
    scores: NDArray[np.float64]
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()
    form: Form = "labels"
    events: NDArray[np.float64] | None = None
    survival: Mapping[float, NDArray[np.float64]] = field(default_factory=dict)
    sd: NDArray[np.float64] | None = None

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

    @property
    def owners(self) -> tuple[str, ...] | None:
        """Who each case belongs to: without a patient id itself; None if no case has one."""
        if not any(self.patient_ids):
            return None
        # No patient is called so: a file has no such character.
        pairs = zip(self.patient_ids, self.case_ids, strict=True)
        return tuple(patient or f"\0{case}" for patient, case in pairs)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a foreign file hold what; None = radzoo's own names.

    Attributes:
        positive: the value of the target column that means "has the finding"; needed when
            it holds words rather than 0 and 1.
        task: declared task, which says how the file is laid out; None = by its columns.
        classes: of an ordinal task, the classes from the lowest to the highest.
        time, event: of a foreign file of survival times.
    """

    target: str | None = None
    score: str | None = None
    patient: str | None = None
    positive: str | None = None
    task: str | None = None
    classes: tuple[str, ...] = ()
    time: str | None = None
    event: str | None = None
