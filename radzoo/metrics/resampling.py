"""Bootstrap and jackknife over patients: the same draws for every metric.

A draw is not a copy of rows but a count of how often each counts: the rows stay sorted
and no metric sorts again. Whole patients are drawn, since images of one patient resemble
each other.

References:
    Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall, 1993.
    Chapters 6, 11 and 14.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.sample import Sample

# Above this many patients they are left out in groups: the acceleration of BCa
# is of the order 1 / sqrt(n) and needs no finer jackknife.
MOST_LEFT_OUT = 500
# With more undefined draws than this the rest says little about the metric.
MOST_UNDEFINED = 0.1


@dataclass(frozen=True, slots=True)
class Draws:
    """What resampling says of one metric.

    Attributes:
        estimate: the metric itself.
        values: `(n_draws,)`, the metric of each bootstrap draw, sorted; undefined ones out.
        left_out: the metric without each patient, or group of patients, in turn.
        n_undefined: draws on which the metric does not exist.
    """

    estimate: float
    values: Vector
    left_out: Vector
    n_undefined: int = 0


def resample(
    metrics: Sequence[Metric], sample: Sample, *, n_boot: int, seed: int, jackknife: bool = True
) -> dict[str, Draws]:
    """Draw patients with replacement `n_boot` times and compute each metric on each draw.

    The draws depend on the seed and the number of patients alone: not on the machine, the
    number of threads or the version of numpy.
    """
    estimates = compute_all(metrics, sample, None)
    drawn = np.array([compute_all(metrics, sample, w) for w in draw(sample, n_boot, seed)])
    left = [compute_all(metrics, sample, w) for w in leave_out(sample)] if jackknife else []
    result = {}
    for at, metric in enumerate(metrics):
        values = drawn[:, at] if len(drawn) else np.empty(0)
        defined = np.sort(values[~np.isnan(values)])
        others = np.array([row[at] for row in left])
        result[metric.name] = Draws(
            estimates[at], defined, others[~np.isnan(others)], len(values) - len(defined)
        )
    return result


def compute_all(metrics: Sequence[Metric], sample: Sample, weights: Vector | None) -> list[float]:
    """Compute each metric, NaN where it is undefined."""
    values = []
    for metric in metrics:
        try:
            values.append(metric.compute(sample.targets, sample.read(metric), weights))
        except UndefinedMetricError:
            values.append(np.nan)
    return values


def draw(sample: Sample, n_boot: int, seed: int) -> Iterator[Vector]:
    """Give `n_boot` vectors that say how often each case counts."""
    for counts in draw_units(sample.n_units, n_boot, seed):
        yield counts if sample.patients is None else counts[sample.patients]


def draw_units(size: int, n_boot: int, seed: int) -> Iterator[Vector]:
    """Give `n_boot` vectors that say how often each of `size` patients counts."""
    # The raw stream of PCG64 is fixed for ever; the methods of Generator may change.
    source = np.random.PCG64(seed)
    for _ in range(n_boot):
        chosen = ((source.random_raw(size) >> np.uint64(32)) * np.uint64(size)) >> np.uint64(32)
        yield np.bincount(chosen.astype(np.intp), minlength=size).astype(np.float64)


def leave_out(sample: Sample) -> Iterator[Vector]:
    """Give vectors that leave out each patient in turn, or each of `MOST_LEFT_OUT` groups."""
    units = np.arange(len(sample.targets)) if sample.patients is None else sample.patients
    groups: NDArray[np.intp] = units % MOST_LEFT_OUT
    if sample.n_units < 2:
        return
    for group in range(min(sample.n_units, MOST_LEFT_OUT)):
        yield (groups != group).astype(np.float64)


def check_draws(draws: Draws) -> None:
    """Refuse to make an interval of draws that cannot carry one.

    Raises:
        UndefinedMetricError: it says why.
    """
    n_drawn = len(draws.values) + draws.n_undefined
    if not n_drawn:
        raise UndefinedMetricError("no resampling was asked for")
    if draws.n_undefined > MOST_UNDEFINED * n_drawn:
        raise UndefinedMetricError(
            f"undefined in {draws.n_undefined} of {n_drawn} resamples: too few cases"
        )
    if draws.values[0] == draws.values[-1]:
        raise UndefinedMetricError("every resample gives the same value")


def note_undefined(draws: Draws) -> str | None:
    """Say how many draws are not in the interval."""
    if not draws.n_undefined:
        return None
    n_drawn = len(draws.values) + draws.n_undefined
    return f"{draws.n_undefined} of {n_drawn} resamples were undefined"
