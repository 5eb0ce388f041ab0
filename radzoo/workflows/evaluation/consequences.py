"""What follows for whoever acts on the scores of one label: the parts beside the metrics."""

from collections.abc import Sequence

from radzoo.core.predictions import Predictions
from radzoo.core.report import MetricValue
from radzoo.metrics.sample import Sample
from radzoo.workflows.evaluation.conformal import conformal_of_label, warn_of_coverage
from radzoo.workflows.evaluation.decision_curve import describe_decision_curve
from radzoo.workflows.evaluation.distribution import describe_distribution
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.sample_size import describe_sample_size
from radzoo.workflows.evaluation.selective import describe_selective


def describe_consequences(
    predictions: Predictions,
    column: int,
    sample: Sample,
    threshold: float | None,
    metrics: Sequence[MetricValue],
    options: EvaluateOptions,
) -> tuple[dict[str, list[object]], list[str]]:
    """Return further parts of the report of one label by their field, and warnings."""
    label = predictions.labels[column]
    selective = describe_selective(label, sample, threshold, options)
    conformal = conformal_of_label(predictions, column, options)
    spread = describe_distribution(label, sample)
    return {
        "distributions": [spread] if spread else [],
        "decision_curve": [*describe_decision_curve(label, sample, options)],
        "selective": [selective] if selective else [],
        "conformal": [*conformal],
        "sample_size": [
            *describe_sample_size(metrics, options, clustered=sample.patients is not None)
        ],
    }, warn_of_coverage(conformal)
