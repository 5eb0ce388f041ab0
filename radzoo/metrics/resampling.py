"""Bootstrap and jackknife over patients: the same draws for every metric.

References:
    Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall, 1993.
    Chapters 6, 11 and 14.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Many, Matrix, Metric, Vector
from radzoo.metrics.drawing import MOST_LEFT_OUT as MOST_LEFT_OUT
from radzoo.metrics.drawing import draw_units as draw_units
from radzoo.metrics.drawing import draw_weights, leave_out_weights
from radzoo.metrics.groups import Groups, gather, group_cases
from radzoo.metrics.neighbours import gather_cases
from radzoo.metrics.sample import Sample

# With more undefined draws than this the rest says little about the metric.
MOST_UNDEFINED = 0.1
# Numbers nearer to each other than this, relative or absolute, differ by rounding alone.
ROUNDING, SMALLEST = 1e-12, 1e-15


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
    metrics: Sequence[Metric],
    sample: Sample,
    *,
    n_boot: int,
    seed: int,
    jackknife: bool = True,
    stratified: bool = False,
) -> dict[str, Draws]:
    """Draw patients with replacement `n_boot` times and compute each metric on each draw.

    Of very many cases those of a label that are neighbours in score are counted together, and
    the draws are moved by what that changes of the metric itself; those of classes, and numbers,
    are drawn in groups by chance (not if stratified).

    Args:
        metrics: what to compute.
        sample: the cases.
        n_boot: how often to draw as many patients as there are.
        seed: where the draws start.
        jackknife: whether to leave out each patient in turn, too.
        stratified: draw within classes: as many patients with the finding as there are.
    """
    cells, groups = gather_cases(sample), None
    if cells.of_case is None and not stratified:
        groups = group_cases(sample)
    functions = [prepare(metric, cells.sample, groups) for metric in metrics]
    drawn_from = sample
    if groups is not None:
        cells = groups.as_cells()
        drawn_from = cells.sample
    whole = compute_all(functions, [np.broadcast_to(cells.sizes, (1, cells.n_cells))])
    drawn = compute_all(
        functions, draw_weights(drawn_from, cells, n_boot=n_boot, seed=seed, stratified=stratified)
    )
    left = compute_all(functions, leave_out_weights(drawn_from, cells) if jackknife else [])
    return {
        metric.name: settle(metric, sample, whole[at, 0], drawn[at], left[at])
        for at, metric in enumerate(metrics)
    }


def prepare(metric: Metric, sample: Sample, groups: Groups | None = None) -> Many:
    """Return a function of weights `(n_draws, n_cases)`, one draw after another if need be.

    With groups it is a function of their weights.
    """
    targets, reads = sample.targets, sample.read(metric)
    if metric.many is not None:
        try:
            function = metric.many(targets, reads)
        except UndefinedMetricError:
            return lambda weights: np.full(len(weights), np.nan)
        return function if groups is None else gather(function, groups)

    def one_by_one(weights: Matrix) -> Vector:
        return np.array([compute(metric, targets, reads, row) for row in weights])

    return one_by_one if groups is None else gather(one_by_one, groups)


def compute(metric: Metric, targets: Vector, reads: Vector, weights: Vector | None) -> float:
    """Compute a metric, NaN where it is undefined."""
    try:
        return metric.compute(targets, reads, weights)
    except UndefinedMetricError:
        return float("nan")


def compute_all(functions: Sequence[Many], blocks: Iterable[Matrix]) -> Matrix:
    """Return `(n_functions, n_draws)`, for the draws of all blocks."""
    values = [[function(weights) for function in functions] for weights in blocks]
    return np.concatenate(values, axis=1) if values else np.empty((len(functions), 0))


def settle(metric: Metric, sample: Sample, whole: float, drawn: Vector, left: Vector) -> Draws:
    """Put the draws of one metric where its exact value stands.

    The value that goes with the draws may differ in its last digit, or by what is lost where
    cases are counted together; a draw that equals the one must equal the other.
    """
    estimate = compute(metric, sample.targets, sample.read(metric), None)
    shift = 0.0 if np.isnan(whole) else estimate - whole
    defined = np.clip(np.sort(drawn[~np.isnan(drawn)]) + shift, *metric.limits)
    return Draws(estimate, defined, left[~np.isnan(left)] + shift, len(drawn) - len(defined))


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
    if are_equal(float(draws.values[0]), float(draws.values[-1])):
        raise UndefinedMetricError("every resample gives the same value")


def are_equal(low: float, high: float) -> bool:
    """Is the distance of two numbers that of rounding?"""
    return not high - low > max(SMALLEST, ROUNDING * max(abs(low), abs(high)))


def note_undefined(draws: Draws) -> str | None:
    """Say how many draws are not in the interval."""
    if not draws.n_undefined:
        return None
    n_drawn = len(draws.values) + draws.n_undefined
    return f"{draws.n_undefined} of {n_drawn} resamples were undefined"
