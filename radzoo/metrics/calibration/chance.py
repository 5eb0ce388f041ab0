"""What the calibration error would be by chance alone."""

from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector
from radzoo.metrics.bins import bin_by_count, number_by_count
from radzoo.metrics.calibration.binned import measure_bins
from radzoo.metrics.calibration.uniform import Uniform

MOST_DRAWS, FEWEST_DRAWS = 1000, 200
# Numbers to draw at most, unless that were fewer than `FEWEST_DRAWS` times the cases.
MOST_NUMBERS = 20_000_000
AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Chance:
    """A calibration error, and those of as many cases whose probabilities are true.

    Attributes:
        ece: of the cases.
        expected: mean of the others.
        p: share of the others that are at least as large, counting this one.
        squared_debiased: mean squared error over the bins without what chance adds.
    """

    ece: float
    expected: float
    p: float
    squared_debiased: float


def compare_with_chance(targets: Vector, scores: Vector, *, seed: int) -> Chance:
    """Draw targets with the probabilities that the scores say, and compare the errors.

    Cases are drawn independently; where patients repeat, chance alone makes larger errors.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, probabilities.
        seed: where the draws start.

    Raises:
        UndefinedMetricError: if there is no case.
    """
    if not targets.size:
        raise UndefinedMetricError("needs a case")
    measured = measure_bins(bin_by_count(targets, scores))
    numbers = number_by_count(scores)
    order = np.argsort(numbers, kind="stable")
    starts = np.flatnonzero(np.diff(numbers[order], prepend=-1))
    rising = scores[order]
    expected = np.add.reduceat(rising, starts)
    n_draws = max(FEWEST_DRAWS, min(MOST_DRAWS, MOST_NUMBERS // len(scores)))
    chance, errors = Uniform(seed), []
    n_rows = max(1, AT_ONCE // len(scores))
    for first in range(0, n_draws, n_rows):
        rows = min(n_rows, n_draws - first)
        drawn = (chance.draw(rows, len(scores)) < rising).astype(np.float32)
        diseased = np.add.reduceat(drawn, starts, axis=1, dtype=np.float64)
        errors.append(np.abs(diseased - expected).sum(axis=1) / len(scores))
    values = np.concatenate(errors)
    as_large = int(np.count_nonzero(values >= measured.expected - 1e-12))
    return Chance(
        ece=measured.expected,
        expected=float(values.mean()),
        p=(1 + as_large) / (1 + n_draws),
        squared_debiased=measured.squared_debiased,
    )
