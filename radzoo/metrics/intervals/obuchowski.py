"""Interval: AUROC where a patient has several cases."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval, Metric, Vector
from radzoo.metrics.auroc import auroc
from radzoo.metrics.intervals.normal import on_the_logit
from radzoo.metrics.roc import count_by_threshold
from radzoo.metrics.sample import Sample


def obuchowski(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return an interval on the logit with the variance between patients.

    A patient may have diseased and healthy cases. With one case per patient the variance
    is DeLong's.

    Raises:
        UndefinedMetricError: if fewer than two patients have a diseased, or a healthy, case,
            or AUROC is 0 or 1.
    """
    value = auroc(sample.targets, sample.scores)
    return on_the_logit(value, clustered_variance(sample), level)


def clustered_variance(sample: Sample) -> float:
    """Return the variance of AUROC between patients.

    Raises:
        UndefinedMetricError: if fewer than two patients have a diseased, or a healthy, case.

    References:
        Obuchowski NA. Nonparametric analysis of clustered ROC curve data. Biometrics
        1997;53:567-578. Equations 3 to 5.
    """
    patients = np.arange(len(sample.targets)) if sample.patients is None else sample.patients
    diseased, healthy = sample.targets, 1.0 - sample.targets
    deviations = place_cases(sample) - auroc(sample.targets, sample.scores)
    of_diseased = np.bincount(patients, deviations * diseased)
    of_healthy = np.bincount(patients, deviations * healthy)
    n_patients = len(of_diseased)
    with_diseased = np.count_nonzero(np.bincount(patients, diseased))
    with_healthy = np.count_nonzero(np.bincount(patients, healthy))
    if min(with_diseased, with_healthy) < 2:
        raise UndefinedMetricError("needs two patients with a diseased and two with a healthy case")
    n_diseased, n_healthy = diseased.sum(), healthy.sum()
    return float(
        with_diseased / (with_diseased - 1) * (of_diseased @ of_diseased) / n_diseased**2
        + with_healthy / (with_healthy - 1) * (of_healthy @ of_healthy) / n_healthy**2
        + 2 * n_patients / (n_patients - 1) * (of_diseased @ of_healthy) / n_diseased / n_healthy
    )


def place_cases(sample: Sample) -> Vector:
    """Return, for each case, the fraction of the other class that it is ranked rightly against."""
    counts = count_by_threshold(sample.targets, sample.scores)
    # Thresholds fall while scores rise.
    at = len(counts.thresholds) - 1 - np.searchsorted(counts.thresholds[::-1], sample.scores)
    diseased = np.diff(counts.true_positives, prepend=0.0)
    healthy = np.diff(counts.false_positives, prepend=0.0)
    n_diseased, n_healthy = counts.true_positives[-1], counts.false_positives[-1]
    above_healthy = (n_healthy - counts.false_positives + healthy / 2) / n_healthy
    below_diseased = (counts.true_positives - diseased / 2) / n_diseased
    return np.asarray(np.where(sample.targets == 1, above_healthy[at], below_diseased[at]))


INTERVAL = Interval(name="obuchowski", compute=obuchowski, metrics=frozenset({"auroc"}))
