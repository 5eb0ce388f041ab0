"""Interval: an intraclass correlation, by quantiles of F."""

import numpy as np

from radzoo.core.plugins import Bounds, Interval, Metric
from radzoo.metrics.sample import Sample


def mcgraw_wong(metric: Metric, sample: Sample, level: float) -> Bounds:
    """Return the interval of ICC(2,1) between predicted and true. Cases must be independent.

    Raises:
        UndefinedMetricError: if the metric is undefined.

    References:
        McGraw KO, Wong SP. Forming inferences about some intraclass correlation coefficients.
        Psychological Methods 1996;1:30-46. Table 7, ICC(A,1).
    """
    from radzoo.metrics.values.intraclass import intraclass_correlations

    ratings = np.stack([sample.targets, sample.scores], axis=1)
    found = intraclass_correlations(ratings, level)["ICC2"]
    return Bounds(found.low, found.high)


INTERVAL = Interval(name="mcgraw-wong", compute=mcgraw_wong, metrics=frozenset({"icc"}))
