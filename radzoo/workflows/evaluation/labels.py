"""Findings with the targets 0 and 1: the tasks binary and multilabel."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import InputError
from radzoo.core.report import Curve, MetricValue, OperatingPoint
from radzoo.core.report_calibration import Calibration
from radzoo.core.report_parts import LabelCases, PrevalencePoint
from radzoo.metrics import METRICS
from radzoo.metrics.estimate import estimate_metrics
from radzoo.metrics.sample import Sample, make_sample
from radzoo.workflows.evaluation.calibration import describe_calibration
from radzoo.workflows.evaluation.consequences import describe_consequences
from radzoo.workflows.evaluation.curves import describe_precision_recall, describe_roc
from radzoo.workflows.evaluation.judged import Cohort, Judged
from radzoo.workflows.evaluation.macro import average_labels
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.prevalence import describe_prevalences
from radzoo.workflows.evaluation.recalibration import check_validation
from radzoo.workflows.evaluation.threshold import (
    describe_point,
    flag_optimistic,
    resolve_threshold,
)
from radzoo.workflows.evaluation.warnings import (
    warn_of_certain,
    warn_of_interval,
    warn_of_label,
    warn_of_patients,
)


@dataclass(frozen=True, slots=True)
class JudgedLabel:
    """One label, evaluated."""

    metrics: list[MetricValue]
    cases: LabelCases
    operating_point: OperatingPoint | None
    calibration: Calibration | None
    roc: Curve | None
    pr: Curve | None
    prevalence: list[PrevalencePoint]
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
    doubts = check_validation(cohort, options)
    judged = [
        judge_label(cohort, column, task, options) for column in range(len(predictions.labels))
    ]
    calibrations = [one.calibration for one in judged if one.calibration]
    return Judged(
        metrics=[
            *(value for one in judged for value in one.metrics),
            *(average_labels(cohort, options) if task == "multilabel" else []),
        ],
        parts={
            "cases": [one.cases for one in judged],
            "operating_points": [one.operating_point for one in judged if one.operating_point],
            "calibration": {one.label: one for one in calibrations},
            "roc": [one.roc for one in judged if one.roc],
            "pr": [one.pr for one in judged if one.pr],
            "prevalence": [point for one in judged for point in one.prevalence],
            **{
                name: [part for one in judged for part in one.further[name]]
                for name in (judged[0].further if judged else {})
            },
        },
        warnings=[
            *warn_of_interval(options.ci, task),
            *doubts,
            *(warning for one in judged for warning in one.warnings),
        ],
    )


def check_targets(
    targets: NDArray[np.float64], name_row: Callable[[int], str] | None = None
) -> None:
    """Refuse targets that are not those of a finding.

    Args:
        targets: `(n_cases, n_labels)`.
        name_row: says where a row stands in its file; None if that is not known.

    Raises:
        InputError: if one is neither 0, 1 nor missing, or all are missing.
    """
    known = ~np.isnan(targets)
    if not known.any():
        raise InputError(
            "no case has a target; needed 0 or 1 for the cases to be judged",
            id="no-targets",
            hint="add the columns target:<label>",
        )
    wrong = (known & ~np.isin(targets, (0.0, 1.0))).any(axis=1)
    if wrong.any():
        where = f"{name_row(int(wrong.argmax()))}: " if name_row else ""
        raise InputError(
            f"{where}a target is neither 0 nor 1, which the task binary needs",
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
    wanted = [metric for metric in METRICS.values() if task in metric.tasks]
    metrics = flag_optimistic(estimate_metrics(label, wanted, sample, options.intervals), threshold)
    further, doubts = describe_consequences(
        cohort.predictions, column, sample, threshold.value, metrics, options
    )
    return JudgedLabel(
        metrics,
        count_cases(label, targets, scores),
        describe_point(label, sample, threshold, metrics, options.threshold_file),
        describe_calibration(label, sample, options),
        describe_roc(label, sample, every=options.curves),
        describe_precision_recall(label, sample, every=options.curves),
        describe_prevalences(label, sample, options.prevalences, options.level),
        [
            *warn_of_label(label, targets, scores, metrics, threshold),
            *warn_of_patients(label, sample),
            *warn_of_certain(label, sample),
            *doubts,
        ],
        further,
    )


def sample_label(cohort: Cohort, column: int) -> Sample:
    """Return the cases that have the target and the score of a label."""
    targets, scores = cohort.predictions.targets[:, column], cohort.predictions.scores[:, column]
    counted = ~np.isnan(targets) & ~np.isnan(scores)
    return make_sample(targets[counted], scores[counted], patients=cohort.patients_of(counted))


def count_cases(
    label: str, targets: NDArray[np.float64], scores: NDArray[np.float64]
) -> LabelCases:
    """Count who is in the numbers of a label, and who is not."""
    counted = ~np.isnan(targets) & ~np.isnan(scores)
    return LabelCases(
        label=label,
        n=int(counted.sum()),
        n_positive=int((targets[counted] == 1).sum()),
        n_negative=int((targets[counted] == 0).sum()),
        n_without_target=int(np.isnan(targets).sum()),
        n_without_score=int((np.isnan(scores) & ~np.isnan(targets)).sum()),
    )
