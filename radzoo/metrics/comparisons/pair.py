"""The same cases as two models see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Metric, Vector
from radzoo.metrics.comparisons.confidence import Tail
from radzoo.metrics.sample import Kind, Sample, number, number_patients


@dataclass(frozen=True, slots=True)
class Pair:
    """Cases with one target and two scores, row by row.

    Attributes:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy; of other tasks what `Metric.reads`
            says. None missing.
        first, second: scores of both models, of the form that the task has.
        patients: `(n_cases,)`, patient numbers 0, 1, ...; None if no patient repeats.
        decisions: of both models, 1 = called positive; None without a threshold.
        kind: what targets and scores are, see `Sample`.
    """

    targets: Vector
    first: Vector
    second: Vector
    patients: NDArray[np.intp] | None = None
    decisions: tuple[Vector, Vector] | None = None
    kind: Kind = "label"
    orders: tuple[NDArray[np.intp], NDArray[np.intp]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        orders = self.order(self.first), self.order(self.second)
        object.__setattr__(self, "orders", orders)

    def order(self, scores: Vector) -> NDArray[np.intp]:
        """Return the rows as a sample wants them: those of a label by rising score."""
        if self.kind == "label":
            return np.lexsort((self.targets, scores))
        return np.arange(len(self.targets))

    @property
    def n_positive(self) -> int | None:
        """Diseased cases of a label; None for other tasks."""
        return int(self.targets.sum()) if self.kind == "label" else None

    @property
    def n_units(self) -> int:
        """Number of independent units: patients, or cases where no patient repeats."""
        return len(self.targets) if self.patients is None else int(self.patients.max()) + 1

    @property
    def units(self) -> NDArray[np.intp]:
        """Number of the unit that each case belongs to."""
        return np.arange(len(self.targets)) if self.patients is None else self.patients

    def sample(self, which: int) -> Sample:
        """Return the cases as model 0 or model 1 sees them; rows by `orders[which]`."""
        order = self.orders[which]
        scores = (self.first, self.second)[which]
        return Sample(
            self.targets[order],
            scores[order],
            None if self.decisions is None else self.decisions[which][order],
            None if self.patients is None else self.patients[order],
            self.kind,
        )

    def decide(self, first: float, second: float) -> "Pair":
        """Return the pair with cases called positive if a score is >= its model's threshold."""
        calls = self.first >= first, self.second >= second
        return replace(self, decisions=(calls[0].astype(np.float64), calls[1].astype(np.float64)))

    def only(self, rows: NDArray[np.bool_]) -> "Pair":
        """Return the pair without the other cases."""
        patients = None if self.patients is None else number(self.patients[rows].tolist())
        calls = self.decisions and (self.decisions[0][rows], self.decisions[1][rows])
        return Pair(
            self.targets[rows], self.first[rows], self.second[rows], patients, calls, self.kind
        )

    def read(self, metric: Metric) -> tuple[Matrix, Matrix]:
        """Return what the metric reads of both models: scores, or decisions."""
        if metric.reads != "decisions":
            return self.first, self.second
        if self.decisions is None:
            raise ValueError(f"{metric.name} needs decisions")
        return self.decisions


def make_pair(
    targets: Vector,
    first: Matrix,
    second: Matrix,
    *,
    patients: Sequence[str] | None = None,
    kind: Kind = "label",
) -> Pair:
    """Number the patients of cases that two models have scored; the rows keep their order.

    Args:
        targets: as in `Pair`; none missing.
        first: scores of one model; none missing.
        second: those of the other.
        patients: `(n_cases,)`, who each case belongs to; None = every case stands alone.
        kind: what targets and scores are.
    """
    return Pair(targets, first, second, number_patients(patients), kind=kind)


@dataclass(frozen=True, slots=True)
class Difference:
    """How far apart two models are in one metric: first minus second.

    Attributes:
        first, second: the metric of each model.
        low, high: interval of the difference at the wanted level; None if not estimable.
        p: two-sided, of no difference.
        method: what `p` comes from; `interval` what `low` and `high` come from.
        tail: of a value, the one-sided p of the true difference being at most it; None if not
            estimable.
        note: what must be said beside it.
    """

    first: float
    second: float
    low: float | None
    high: float | None
    p: float | None
    method: str
    interval: str | None
    note: str | None = None
    tail: Tail | None = None

    @property
    def value(self) -> float:
        """The first minus the second."""
        return self.first - self.second
