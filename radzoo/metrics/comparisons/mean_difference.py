"""Difference of the mean of a value that each case has, such as Dice."""

from dataclasses import replace

import numpy as np

from radzoo.core.plugins import Metric
from radzoo.metrics.comparisons.auroc_difference import say_identical
from radzoo.metrics.comparisons.pair import Difference, Pair
from radzoo.metrics.comparisons.resampled_difference import resample_difference
from radzoo.metrics.masks.signed_rank import patient_means, signed_rank

# 0.91 - 0.90 and 0.81 - 0.80 are tied, though not as binary fractions.
DECIMALS = 10
METHODS = {"exact": "signed-rank", "normal": "signed-rank-normal"}


def compare_means(
    metric: Metric, pair: Pair, *, level: float, n_boot: int, seed: int
) -> Difference:
    """Compare the means of two models over the same cases.

    The interval is that of the difference of the means of cases, patients being drawn; p asks
    whether the differences of patients, each the mean of their cases, lie evenly around 0.

    Args:
        metric: the mean of column 0.
        pair: values of both models `(n_cases, 1)`, none missing.
        level: wanted coverage of the interval.
        n_boot: bootstrap draws.
        seed: where they start.

    Raises:
        UndefinedMetricError: if there is no case.

    References:
        Wilcoxon F. Individual comparisons by ranking methods. Biometrics Bulletin
        1945;1:80-83.
    """
    differences = pair.first[:, 0] - pair.second[:, 0]
    if not differences.any():
        value = metric.compute(pair.targets, pair.first)
        return say_identical(value, value, "both have the same value in every case")
    units = [str(unit) for unit in pair.units.tolist()]
    of_patients = np.array(list(patient_means(differences, units).values()))
    test = signed_rank(np.round(of_patients, DECIMALS))
    found = resample_difference(metric, pair, level=level, n_boot=n_boot, seed=seed)
    return replace(found, p=test.p, method=METHODS[test.method])
