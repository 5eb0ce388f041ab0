"""Which method compares two models in a metric."""

import numpy as np

from radzoo.core.plugins import Metric
from radzoo.metrics.comparisons.auroc_difference import compare_auroc, say_identical
from radzoo.metrics.comparisons.decision_difference import OF_THE_SAME_CASES, compare_decisions
from radzoo.metrics.comparisons.pair import Difference, Pair
from radzoo.metrics.comparisons.resampled_difference import resample_difference
from radzoo.metrics.estimate import IntervalOptions
from radzoo.metrics.intervals.normal import lower_tail
from radzoo.metrics.times.compare import compare_times


def compare_by_influence(metric: Metric, pair: Pair, *, level: float) -> Difference:
    """Compare two scores of times to an event by what each case adds to the error."""
    patients = None if pair.patients is None else [str(one) for one in pair.patients.tolist()]
    found = compare_times(metric, pair.targets, pair.first, pair.second, patients=patients)
    bounds = found.bounds(level)

    def tail(value: float) -> float:
        if not found.standard_error:
            return float(value >= found.difference)
        return lower_tail((value - found.difference) / found.standard_error)

    name = "infinitesimal-jackknife"
    return Difference(
        found.first, found.second, bounds.low, bounds.high, found.p, name, name, tail=tail
    )


def compare_metric(metric: Metric, pair: Pair, options: IntervalOptions) -> Difference:
    """Compare two models in a metric, first minus second.

    Args:
        metric: any that reads what the pair holds.
        pair: the cases as both see them.
        options: level, draws and seed; the kind of interval is chosen by the metric.

    Raises:
        UndefinedMetricError: if the metric does not exist for one of the models.
    """
    if metric.name == "auroc" and pair.kind == "label":
        return compare_auroc(pair, level=options.level, seed=options.seed)
    if metric.name in OF_THE_SAME_CASES and metric.base is not None:
        return compare_decisions(metric, pair, level=options.level, seed=options.seed)
    first, second = pair.read(metric)
    if np.array_equal(first, second):
        value = metric.compute(pair.targets, first)
        return say_identical(value, value, "both say the same of every case")
    if pair.kind == "times" and metric.influence is not None:
        return compare_by_influence(metric, pair, level=options.level)
    return resample_difference(
        metric, pair, level=options.level, n_boot=options.n_boot, seed=options.seed
    )
