"""Interval: a binned calibration error, which chance pushes up."""

from collections.abc import Callable

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval, Matrix, Metric, Vector
from radzoo.metrics.bins import number_by_count
from radzoo.metrics.calibration.uniform import Uniform
from radzoo.metrics.patient_sums import sum_by_patient
from radzoo.metrics.sample import Sample

N_DRAWS = 2000
SEED = 0
HALVINGS = 20


def invert_test(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the errors under which the value is neither too large nor too small by chance.

    The true distances of the bins are taken to be those observed, all longer or shorter by
    one factor, and to vary as these cases say, between patients where they repeat. The
    bootstrap would take chance's share in the observed distances for truth: for a
    calibrated model it hardly ever reaches 0. Widened to hold the value.

    Raises:
        UndefinedMetricError: if there is no case, or every distance is 0.

    References:
        Davison AC, Hinkley DV. Bootstrap Methods and their Application. Cambridge University
        Press, 1997. Section 5.5, inversion of tests.
    """
    value = metric.compute(sample.targets, sample.scores)
    signed, covariance = vary(sample)
    total = float(np.abs(signed).sum())
    if not total > 0:
        raise UndefinedMetricError("every bin is right")
    variances, axes = np.linalg.eigh(covariance)
    noise = (normal_numbers(len(signed)) * np.sqrt(np.clip(variances, 0, None))) @ axes.T

    def share_below(truth: float) -> float:
        errors = np.abs(signed * (truth / total) + noise).sum(axis=1)
        return float(np.mean(errors < value))

    low = find_truth(share_below, (1 + level) / 2)
    high = find_truth(share_below, (1 - level) / 2)
    return Bounds(min(low, value), max(high, value))


def find_truth(share_below: Callable[[float], float], share: float) -> float:
    """Return the error in [0, 1] at which the value has this share of chance below it."""
    if share_below(0.0) < share:
        return 0.0
    inside, outside = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if share_below(middle) >= share:
            inside = middle
        else:
            outside = middle
    return inside


def vary(sample: Sample) -> tuple[Vector, Matrix]:
    """Return the signed distance of each bin times its share of cases, and their covariance."""
    numbers = number_by_count(sample.scores)
    _, numbers = np.unique(numbers, return_inverse=True)
    n_cases, n_bins = len(numbers), int(numbers.max()) + 1
    counts = np.bincount(numbers, minlength=n_bins)
    excess = sample.scores - sample.targets
    signed = np.bincount(numbers, excess, n_bins) / n_cases
    # A bin in which all cases are alike varies, too.
    observed = (np.bincount(numbers, sample.targets, n_bins) + 0.5) / (counts + 1)
    alone = observed * (1 - observed) * counts / n_cases**2
    if sample.patients is None:
        return signed, np.diag(alone)
    rest = np.zeros((n_cases, n_bins))
    rest[np.arange(n_cases), numbers] = (excess - (signed * n_cases / counts)[numbers]) / n_cases
    sums = sum_by_patient(rest, sample.patients)
    covariance = sums.T @ sums
    covariance += np.diag(np.clip(alone - np.diag(covariance), 0, None))
    return signed, covariance


def normal_numbers(n_columns: int) -> Matrix:
    """Return standard normal numbers, always the same."""
    from scipy.special import ndtri

    return np.asarray(ndtri(Uniform(SEED).draw(N_DRAWS, n_columns)))


INTERVAL = Interval(name="inverted-test", compute=invert_test, metrics=frozenset({"ece"}))
