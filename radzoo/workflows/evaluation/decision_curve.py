"""The part of a report that says what acting on the score is worth."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.report_parts import DecisionPoint
from radzoo.metrics.decisions.net_benefit import metric_of_net_benefit, net_benefit
from radzoo.metrics.estimate import are_probabilities
from radzoo.metrics.resampling import Draws, resample
from radzoo.metrics.sample import Sample
from radzoo.workflows.evaluation.options import EvaluateOptions


def describe_decision_curve(
    label: str, sample: Sample, options: EvaluateOptions
) -> list[DecisionPoint]:
    """Return net benefit at each wanted threshold, with patient-level percentile intervals.

    `advantage_low` and `advantage_high` bound what the score is worth over the better of acting
    on all and on none. Nothing where scores are no probabilities.
    """
    thresholds = options.decision_thresholds
    if not thresholds or not len(sample.targets) or not are_probabilities(sample):
        return []
    prevalence = options.decision_prevalence
    metrics = {
        (threshold, over): metric_of_net_benefit(threshold, prevalence=prevalence, over_simple=over)
        for threshold in thresholds
        for over in (False, True)
    }
    draws = resample(
        list(metrics.values()), sample, n_boot=options.n_boot, seed=options.seed, jackknife=False
    )
    points = []
    for threshold in thresholds:
        try:
            found = net_benefit(sample.targets, sample.scores, threshold, prevalence=prevalence)
        except UndefinedMetricError:
            return []
        low, high = ends(draws[metrics[threshold, False].name], options.level)
        least, most = ends(draws[metrics[threshold, True].name], options.level)
        points.append(
            DecisionPoint(
                label=label,
                threshold=threshold,
                net_benefit=found.model,
                treat_all=found.treat_all,
                low=low,
                high=high,
                standardized=found.standardized,
                interventions_avoided=100 * found.avoided,
                advantage_low=least,
                advantage_high=most,
            )
        )
    return points


def ends(draws: Draws, level: float) -> tuple[float | None, float | None]:
    """Return the percentile interval, which here may be a single point; None without draws."""
    if not len(draws.values):
        return None, None
    low, high = np.quantile(draws.values, [(1 - level) / 2, (1 + level) / 2])
    return min(float(low), draws.estimate), max(float(high), draws.estimate)
