"""Proportions: what is counted, out of what, and how many independent cases that is worth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Metric
from radzoo.metrics.sample import Sample

PROPORTIONS = frozenset(
    {
        "sensitivity",
        "specificity",
        "ppv",
        "npv",
        "accuracy",
        "majority_accuracy",
        "prevalence",
        "within_one",
    }
)


@dataclass(frozen=True, slots=True)
class Proportion:
    """Cases that a proportion is a fraction of.

    Attributes:
        hits: `(n_base,)`, whether each is counted.
        patients: `(n_base,)`, who each belongs to; None if every case stands alone.
    """

    hits: NDArray[np.bool_]
    patients: NDArray[np.intp] | None

    @property
    def value(self) -> float:
        """The proportion itself."""
        return float(self.hits.mean())


def read_proportion(metric: Metric, sample: Sample) -> Proportion:
    """Find what a metric is a fraction of.

    Raises:
        UndefinedMetricError: if there is no such case.
    """
    if metric.base is None:
        raise ValueError(f"{metric.name} is not a proportion")
    reads = sample.read(metric)
    metric.compute(sample.targets, reads)
    base = metric.base(sample.targets, reads)
    right = metric.right(sample.targets, reads) if metric.right else sample.targets == reads
    return Proportion(right[base], None if sample.patients is None else sample.patients[base])


def count_independent(proportion: Proportion) -> float:
    """Return the number of cases, divided by the design effect where patients repeat.

    The design effect is the variance of the proportion between patients (a ratio of sums)
    over the variance if cases were independent, at least 1. Where all cases agree the
    patients are counted, since then nothing is known of how alike the cases of a patient are.

    Raises:
        UndefinedMetricError: if patients repeat, and there are fewer than two.

    References:
        Rao JNK, Scott AJ. A simple method for the analysis of clustered binary data.
        Biometrics 1992;48:577-585. Section 2.
    """
    n_cases = len(proportion.hits)
    if proportion.patients is None:
        return n_cases
    sizes, value = np.bincount(proportion.patients), proportion.value
    n_patients = int(np.count_nonzero(sizes))
    if n_patients < 2:
        raise UndefinedMetricError("needs two patients")
    if value in (0.0, 1.0):
        return n_patients
    residuals = np.bincount(proportion.patients, proportion.hits) - value * sizes
    variance = n_patients / (n_patients - 1) * (residuals @ residuals) / n_cases**2
    return n_cases / max(1.0, float(variance) * n_cases / (value * (1 - value)))
