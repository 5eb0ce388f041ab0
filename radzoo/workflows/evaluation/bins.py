"""The reliability diagram of a label."""

from radzoo.core.report_calibration import ReliabilityBin
from radzoo.metrics.bins import bin_by_count
from radzoo.metrics.sample import Sample


def describe_bins(sample: Sample) -> list[ReliabilityBin]:
    """Return the mean score and the observed fraction in bins of equal count."""
    bins = bin_by_count(sample.targets, sample.scores)
    rows = zip(bins.counts.tolist(), bins.mean_scores.tolist(), bins.observed.tolist(), strict=True)
    return [ReliabilityBin(n=int(n), mean_score=mean, observed=seen) for n, mean, seen in rows]
