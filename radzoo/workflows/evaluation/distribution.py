"""The part of a report that shows how the scores of both classes are spread."""

import numpy as np

from radzoo.core.report_parts import ScoreDistribution
from radzoo.metrics.estimate import are_probabilities
from radzoo.metrics.sample import Sample

N_BINS = 25


def describe_distribution(label: str, sample: Sample) -> ScoreDistribution | None:
    """Count the scores of both classes in bins of equal width; None without a case."""
    if not len(sample.scores):
        return None
    ends = (0.0, 1.0) if are_probabilities(sample) else (sample.scores[0], sample.scores[-1])
    edges = np.histogram_bin_edges(sample.scores, N_BINS, ends)
    diseased = sample.targets == 1
    return ScoreDistribution(
        label=label,
        edges=edges.tolist(),
        positives=np.histogram(sample.scores[diseased], edges)[0].tolist(),
        negatives=np.histogram(sample.scores[~diseased], edges)[0].tolist(),
    )
