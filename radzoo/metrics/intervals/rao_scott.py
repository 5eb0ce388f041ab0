"""Interval: a proportion where a patient has several cases."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.wilson import PROPORTIONS, score_interval
from radzoo.metrics.sample import Sample


def rao_scott(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return Wilson's interval for as many independent cases as these are worth.

    The number of cases is divided by the design effect: the variance of the proportion
    between patients (a ratio of sums) over the variance if cases were independent, at
    least 1. Where all cases agree the patients are counted, since then nothing is known of
    how alike the cases of a patient are.

    Raises:
        UndefinedMetricError: if fewer than two patients have a case to take a fraction of.

    References:
        Rao JNK, Scott AJ. A simple method for the analysis of clustered binary data.
        Biometrics 1992;48:577-585. Section 2.
    """
    decisions = sample.read(metric)
    value = metric.compute(sample.targets, decisions)
    if metric.base is None or sample.patients is None:
        raise ValueError("needs a proportion and patients")
    base = metric.base(sample.targets, decisions)
    right = (sample.targets == decisions)[base]
    patients = sample.patients[base]
    sizes = np.bincount(patients)
    n_cases, n_patients = len(patients), int(np.count_nonzero(sizes))
    if n_patients < 2:
        raise UndefinedMetricError("needs two patients")
    if value in (0.0, 1.0):
        return score_interval(value, n_patients, level)
    residuals = np.bincount(patients, right) - value * sizes
    variance = n_patients / (n_patients - 1) * (residuals @ residuals) / n_cases**2
    effect = max(1.0, float(variance) * n_cases / (value * (1 - value)))
    return score_interval(value, n_cases / effect, level)


INTERVAL = Interval(name="rao-scott", compute=rao_scott, metrics=PROPORTIONS)
