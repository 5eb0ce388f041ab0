"""Whether the probabilities of one label are true: the part of the report on calibration."""

from radzoo.core.report_parts import Calibration, ReliabilityBin
from radzoo.metrics.bins import bin_by_count
from radzoo.metrics.estimate import are_probabilities
from radzoo.metrics.sample import Sample
from radzoo.workflows.evaluation.options import EvaluateOptions


def describe_calibration(
    label: str, sample: Sample, options: EvaluateOptions
) -> Calibration | None:
    """Describe the probabilities of one label; None if the scores are none."""
    if not len(sample.targets) or not are_probabilities(sample):
        return None
    return Calibration(label=label, bins=describe_bins(sample))


def describe_bins(sample: Sample) -> list[ReliabilityBin]:
    """Return the reliability diagram, in bins of equal count."""
    bins = bin_by_count(sample.targets, sample.scores)
    rows = zip(bins.counts.tolist(), bins.mean_scores.tolist(), bins.observed.tolist(), strict=True)
    return [ReliabilityBin(n=int(n), mean_score=mean, observed=seen) for n, mean, seen in rows]
