"""Findings with the targets 0 and 1: the tasks binary and multilabel."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import InputError, UndefinedMetricError
from radzoo.core.report import Curve, MetricValue, OperatingPoint
from radzoo.core.report_parts import Calibration
from radzoo.metrics import METRICS
from radzoo.metrics.confusion import count_decisions
from radzoo.metrics.estimate import estimate_metrics
from radzoo.metrics.roc import draw_roc
from radzoo.metrics.sample import Sample, make_sample
from radzoo.workflows.evaluation.calibration import describe_calibration
from radzoo.workflows.evaluation.consequences import describe_consequences
from radzoo.workflows.evaluation.judged import Cohort, Judged
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.threshold import Threshold, resolve_threshold
from radzoo.workflows.evaluation.warnings import warn_of_label


@dataclass(frozen=True, slots=True)
class JudgedLabel:
    """One label, evaluated."""

    metrics: list[MetricValue]
    operating_point: OperatingPoint | None
    calibration: Calibration | None
    roc: Curve | None
    warnings: list[str] = field(default_factory=list)
    further: dict[str, list[object]] = field(default_factory=dict)


def judge_labels(cohort: Cohort, task: str, options: EvaluateOptions) -> Judged:
    """Evaluate each label on the cases that have its target and its score.

    Raises:
        InputError: if a target is neither 0 nor 1, or no case has one.
        UsageError: if the threshold is no rule.
    """
    predictions = cohort.predictions
    check_targets(predictions.targets)
    judged = [
        judge_label(cohort, column, task, options) for column in range(len(predictions.labels))
    ]
    calibrations = [one.calibration for one in judged if one.calibration]
    return Judged(
        metrics=[value for one in judged for value in one.metrics],
        parts={
            "operating_points": [one.operating_point for one in judged if one.operating_point],
            "calibration": {one.label: one for one in calibrations},
            "roc": [one.roc for one in judged if one.roc],
            **{
                name: [part for one in judged for part in one.further[name]]
                for name in (judged[0].further if judged else {})
            },
        },
        warnings=[warning for one in judged for warning in one.warnings],
    )


def check_targets(targets: NDArray[np.float64]) -> None:
    """Refuse targets that are not those of a finding.

    Raises:
        InputError: if one is neither 0, 1 nor missing, or all are missing.
    """
    known = targets[~np.isnan(targets)]
    if not known.size:
        raise InputError(
            "no case has a target; needed 0 or 1 for the cases to be judged",
            id="no-targets",
            hint="add the columns target:<label>",
        )
    if not np.isin(known, (0.0, 1.0)).all():
        raise InputError(
            "a target is neither 0 nor 1, which the task binary needs",
            id="not-binary",
            hint="say which value means diseased: --positive VALUE; or declare the task: "
            "--task regression",
        )


def judge_label(cohort: Cohort, column: int, task: str, options: EvaluateOptions) -> JudgedLabel:
    """Evaluate one label on the cases that have its target and its score."""
    label = cohort.predictions.labels[column]
    targets, scores = cohort.predictions.targets[:, column], cohort.predictions.scores[:, column]
    sample = sample_label(cohort, column)
    threshold = resolve_threshold(label, sample, options.threshold, cohort.predictions_sha256)
    if threshold.value is not None:
        sample = sample.decide(threshold.value)
    metrics = estimate_metrics(
        label,
        [metric for metric in METRICS.values() if task in metric.tasks],
        sample,
        options.intervals,
    )
    further, doubts = describe_consequences(
        cohort.predictions, column, sample, threshold.value, metrics, options
    )
    return JudgedLabel(
        metrics,
        describe_point(label, sample, threshold, metrics),
        describe_calibration(label, sample, options),
        describe_roc(label, sample),
        [*warn_of_label(label, targets, scores, metrics, threshold), *doubts],
        further,
    )


def sample_label(cohort: Cohort, column: int) -> Sample:
    """Return the cases that have the target and the score of a label."""
    targets, scores = cohort.predictions.targets[:, column], cohort.predictions.scores[:, column]
    counted = ~np.isnan(targets) & ~np.isnan(scores)
    return make_sample(targets[counted], scores[counted], patients=cohort.patients_of(counted))


def describe_point(
    label: str, sample: Sample, threshold: Threshold, metrics: Sequence[MetricValue]
) -> OperatingPoint | None:
    """Say what happens at the threshold; None without one."""
    if sample.decisions is None or threshold.value is None or not len(sample.targets):
        return None
    counts = count_decisions(sample.targets, sample.decisions)
    return OperatingPoint(
        label=label,
        threshold=threshold.value,
        rule=threshold.rule,
        chosen_on=threshold.chosen_on,
        note=threshold.note,
        true_positive=int(counts.true_positive),
        false_positive=int(counts.false_positive),
        true_negative=int(counts.true_negative),
        false_negative=int(counts.false_negative),
        metrics=[value for value in metrics if METRICS[value.name].reads == "decisions"],
    )


def describe_roc(label: str, sample: Sample) -> Curve | None:
    """Return the ROC curve; None if a class is missing."""
    try:
        x, y = draw_roc(sample.targets, sample.scores)
    except UndefinedMetricError:
        return None
    return Curve(label=label, x=x.tolist(), y=y.tolist())
