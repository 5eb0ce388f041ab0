"""The cases that something is judged on, sorted once for everything that follows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Metric, Vector

Kind = Literal["label", "classes", "values", "times"]


@dataclass(frozen=True, slots=True)
class Sample:
    """Cases with target and score. Those of one label with the targets 0 and 1: by rising score.

    Attributes:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy; of other tasks what `Metric.reads` says.
        scores: `(n_cases,)`, rising; of other tasks what `Metric.reads` says.
        decisions: `(n_cases,)`, 1 = called positive at the threshold; None without one.
        patients: `(n_cases,)`, patient numbers 0, 1, ...; None if every case is a patient
            of its own.
    """

    targets: Vector
    scores: Vector
    decisions: Vector | None = None
    patients: NDArray[np.intp] | None = None
    kind: Kind = "label"

    @property
    def n_positive(self) -> int | None:
        """Diseased cases of a label, events of a time to event; None for other tasks."""
        if self.kind == "times":
            return int(self.targets[:, 1].sum())
        return int(self.targets.sum()) if self.kind == "label" else None

    @property
    def n_units(self) -> int:
        """Number of independent units: patients, or cases where no patient repeats."""
        return len(self.targets) if self.patients is None else int(self.patients.max()) + 1

    def read(self, metric: Metric) -> Vector:
        """Return what the metric reads: scores, or decisions."""
        if metric.reads != "decisions":
            return self.scores
        if self.decisions is None:
            raise ValueError(f"{metric.name} needs decisions")
        return self.decisions

    def decide(self, threshold: float) -> "Sample":
        """Return the sample with a case called positive if its score is >= `threshold`."""
        return replace(self, decisions=(self.scores >= threshold).astype(np.float64))

    def only(self, rows: NDArray[np.bool_]) -> "Sample":
        """Return the sample without the other rows."""
        patients = None if self.patients is None else number(self.patients[rows].tolist())
        decisions = None if self.decisions is None else self.decisions[rows]
        return Sample(self.targets[rows], self.scores[rows], decisions, patients, self.kind)


def make_sample(
    targets: Vector, scores: Vector, *, patients: Sequence[str] | None = None
) -> Sample:
    """Sort the cases of one label and number the patients.

    Args:
        targets: `(n_cases,)`, 0 or 1, none missing.
        scores: `(n_cases,)`, none missing.
        patients: `(n_cases,)`, who each case belongs to; None = every case stands alone.
    """
    order = sort_cases(targets, scores)
    numbers = number_patients(patients)
    return Sample(
        targets[order], scores[order], patients=None if numbers is None else numbers[order]
    )


def sort_cases(targets: Vector, scores: Vector) -> NDArray[np.intp]:
    """Return the rows by rising score, and by rising target where scores are equal.

    Rows that agree in both stand in any order: nothing can tell them apart.
    """
    order = np.argsort(scores)
    rising = scores[order]
    higher = rising[1:] != rising[:-1]
    if higher.all():
        return order
    # Which of the distinct scores, and of the two targets: nearly sorted, so quick to sort.
    ranks = 2 * np.cumsum(np.append(False, higher)) + targets[order].astype(np.intp)
    return order[np.argsort(ranks, kind="stable")]


def make_other_sample(
    kind: Kind, targets: Matrix, scores: Matrix, *, patients: Sequence[str] | None = None
) -> Sample:
    """Number the patients of cases that are not of one label; the rows keep their order.

    Args:
        kind: what targets and scores are, see `Metric.reads`.
        targets: `(n_cases,)`, or time and event `(n_cases, 2)`; none missing.
        scores: `(n_cases,)` or `(n_cases, n_classes)`; none missing.
        patients: `(n_cases,)`, who each case belongs to; None = every case stands alone.
    """
    return Sample(targets, scores, patients=number_patients(patients), kind=kind)


def number_patients(patients: Sequence[str] | None) -> NDArray[np.intp] | None:
    """Number the patients; None if every case is a patient of its own."""
    if patients is None or len(set(patients)) == len(patients):
        return None
    return number(patients)


def number(names: Sequence[object]) -> NDArray[np.intp]:
    """Number names 0, 1, ... in their sorted order, so that the order of rows is no matter."""
    numbers = {name: at for at, name in enumerate(sorted(set(names)))}  # type: ignore[type-var]  # all str or all int
    return np.fromiter(map(numbers.__getitem__, names), np.intp, len(names))
