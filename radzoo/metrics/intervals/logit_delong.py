"""Interval: AUROC with DeLong's variance on the logit."""

from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.intervals.normal import on_the_logit
from radzoo.metrics.intervals.placements import delong_variance, place
from radzoo.metrics.sample import Sample


def logit_delong(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return an interval for the log odds of AUROC, turned back: it stays inside 0 and 1.

    Cases must be independent.

    Raises:
        UndefinedMetricError: if a class has fewer than two cases, or AUROC is 0 or 1.

    References:
        Pepe MS. The Statistical Evaluation of Medical Tests for Classification and
        Prediction. Oxford University Press, 2003. Section 5.2.4.
    """
    placements = place(sample.targets, sample.scores)
    return on_the_logit(placements.auroc, delong_variance(placements), level)


INTERVAL = Interval(name="logit-delong", compute=logit_delong, metrics=frozenset({"auroc"}))
