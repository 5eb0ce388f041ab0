"""The part of a report that says what leaving the least certain cases to a human gains."""

import numpy as np

from radzoo.core.plugins import Vector
from radzoo.core.report_parts import SelectivePrediction
from radzoo.metrics.decisions.risk_coverage import (
    certainty_of,
    risk_coverage,
    selective_metrics,
)
from radzoo.metrics.estimate import estimate_metrics
from radzoo.metrics.sample import Sample
from radzoo.workflows.evaluation.options import EvaluateOptions

MOST_POINTS = 100


def describe_selective(
    label: str, sample: Sample, threshold: float | None, options: EvaluateOptions
) -> SelectivePrediction | None:
    """Return the risk-coverage curve of a label; None without a threshold or a case."""
    if threshold is None or sample.decisions is None or not len(sample.targets):
        return None
    errors = (sample.decisions != sample.targets).astype(np.float64)
    return describe_certainty(
        label, errors, certainty_of(sample.scores, threshold), sample, options
    )


def describe_certainty(
    label: str, errors: Vector, certainty: Vector, sample: Sample, options: EvaluateOptions
) -> SelectivePrediction:
    """Return the risk-coverage curve of calls that are right or wrong.

    Args:
        label: what was called.
        errors: `(n_cases,)`, 1 = wrongly called.
        certainty: `(n_cases,)`, higher = kept longer.
        sample: the cases; who they belong to is read from it.
        options: draws and level.
    """
    curve = risk_coverage(errors, certainty)
    order = np.lexsort((errors, certainty))  # of very many, neighbours are drawn together
    patients = None if sample.patients is None else sample.patients[order]
    asked = Sample(errors[order], certainty[order], patients=patients, kind="values")
    chosen = np.unique(np.linspace(0, len(errors) - 1, MOST_POINTS).round().astype(np.intp))
    return SelectivePrediction(
        label=label,
        coverage=curve.coverage[chosen].tolist(),
        risk=curve.risk[chosen].tolist(),
        metrics=estimate_metrics(label, selective_metrics(), asked, options.intervals),
    )
