"""`evaluate`: predictions in, a report out. Needs neither torch nor pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from radzoo import __version__
from radzoo.core.errors import InputError, UndefinedMetricError, UsageError
from radzoo.core.predictions import Predictions
from radzoo.core.registry import did_you_mean
from radzoo.core.report import (
    Calibration,
    Curve,
    EvalReport,
    MetricValue,
    OperatingPoint,
    Provenance,
    RefusedCase,
    ReliabilityBin,
)
from radzoo.core.thresholds import FrozenThreshold
from radzoo.metrics import INTERVALS, METRICS
from radzoo.metrics.bins import bin_by_count
from radzoo.metrics.confusion import count_decisions
from radzoo.metrics.estimate import IntervalOptions, are_probabilities, estimate_metrics
from radzoo.metrics.roc import draw_roc
from radzoo.metrics.sample import Sample, make_sample
from radzoo.workflows.evaluate_threshold import Threshold, resolve_threshold
from radzoo.workflows.evaluate_warnings import warn_of_cases, warn_of_label

TASKS = ("binary", "multilabel")


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """What is wanted of an evaluation.

    Attributes:
        task: `binary` or `multilabel`; None = by the number of score columns.
        ci: interval by name, or `auto`.
        n_boot: bootstrap draws where an interval needs them.
        level: wanted coverage of intervals.
        cluster: `patient` = cases of one patient belong together; `none` = ignore that.
        threshold: a rule (`youden`, `sens@0.95`, a number), frozen thresholds, or None:
            0.5 if the scores can be probabilities.
        seed: where resampling starts.
    """

    task: str | None = None
    ci: str = "auto"
    n_boot: int = 1000
    level: float = 0.95
    cluster: Literal["patient", "none"] = "patient"
    threshold: str | tuple[FrozenThreshold, ...] | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """One label, evaluated."""

    metrics: list[MetricValue]
    operating_point: OperatingPoint | None
    calibration: Calibration | None
    roc: Curve | None
    warnings: list[str]


def evaluate_predictions(
    predictions: Predictions,
    options: EvaluateOptions | None = None,
    *,
    provenance: Provenance | None = None,
) -> EvalReport:
    """Say how good scores are: metrics with intervals, an operating point, curves, warnings.

    The order of the rows does not matter, down to the last bit.

    Args:
        predictions: targets and scores of the cases.
        options: what is wanted; None = the defaults.
        provenance: where the predictions come from.

    Raises:
        InputError: if a target is neither 0 nor 1, or no case has a target.
        UsageError: if an option does not make sense.
    """
    options = options or EvaluateOptions()
    task = find_task(predictions, options)
    check_options(options)
    check_targets(predictions)
    order = sorted(range(len(predictions.case_ids)), key=predictions.case_ids.__getitem__)
    rows = np.array(order, dtype=np.intp)
    names = [predictions.patient_ids[row] for row in order]
    patients = names if options.cluster == "patient" and all(names) else None
    source = provenance or Provenance(radzoo_version=__version__)
    judged = [
        judge_label(
            label,
            predictions.targets[rows, column],
            predictions.scores[rows, column],
            patients,
            task,
            options,
            source.predictions_sha256,
        )
        for column, label in enumerate(predictions.labels)
    ]
    return EvalReport(
        task=task,
        n_cases=len(order),
        n_patients=predictions.n_patients,
        n_refused=len(predictions.refused),
        labels=list(predictions.labels),
        metrics=[value for one in judged for value in one.metrics],
        operating_points=[one.operating_point for one in judged if one.operating_point],
        calibration={one.calibration.label: one.calibration for one in judged if one.calibration},
        roc=[one.roc for one in judged if one.roc],
        warnings=[
            *warn_of_cases(predictions, cluster=options.cluster == "patient"),
            *[warning for one in judged for warning in one.warnings],
        ],
        refused=[
            RefusedCase(case_id=case.case_id, reason=case.reason) for case in predictions.refused
        ],
        provenance=source.model_copy(update={"seed": options.seed, "n_boot": options.n_boot}),
    )


def find_task(predictions: Predictions, options: EvaluateOptions) -> str:
    """Return the task: declared, or by the number of labels; never guessed from values."""
    if options.task is None:
        return "binary" if len(predictions.labels) == 1 else "multilabel"
    if options.task not in TASKS:
        raise UsageError(
            f"evaluate knows no task '{options.task}' yet",
            id="unknown-task",
            hint=f"known: {', '.join(TASKS)}",
        )
    return options.task


def check_options(options: EvaluateOptions) -> None:
    """Refuse options that make no sense.

    Raises:
        UsageError: if a number is out of range, or there is no interval of that name.
    """
    if not 0 < options.level < 1:
        raise UsageError(
            f"a level of {options.level:g} was asked for; needed one between 0 and 1",
            id="bad-level",
            hint="--level 0.95 gives 95 % intervals",
        )
    if options.n_boot < 0:
        raise UsageError(
            f"{options.n_boot} bootstrap draws were asked for; needed 0 or more",
            id="bad-n-boot",
            hint="--n-boot 0 means no resampling",
        )
    if options.ci != "auto" and options.ci not in INTERVALS:
        raise UsageError(
            f"there is no interval called '{options.ci}'",
            id="unknown-interval",
            hint=did_you_mean(options.ci, list(INTERVALS)) or f"known: {', '.join(INTERVALS)}",
        )


def check_targets(predictions: Predictions) -> None:
    """Refuse targets that are not those of a binary label.

    Raises:
        InputError: if one is neither 0, 1 nor missing, or all are missing.
    """
    known = predictions.targets[~np.isnan(predictions.targets)]
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
            hint="say which value means diseased: --positive VALUE",
        )


def judge_label(
    label: str,
    targets: NDArray[np.float64],
    scores: NDArray[np.float64],
    patients: Sequence[str] | None,
    task: str,
    options: EvaluateOptions,
    predictions_sha256: str | None,
) -> Judged:
    """Evaluate one label on the cases that have its target and its score."""
    counted = ~np.isnan(targets) & ~np.isnan(scores)
    whose = None
    if patients is not None:
        whose = [name for name, kept in zip(patients, counted.tolist(), strict=True) if kept]
    sample = make_sample(targets[counted], scores[counted], patients=whose)
    threshold = resolve_threshold(label, sample, options.threshold, predictions_sha256)
    if threshold.value is not None:
        sample = sample.decide(threshold.value)
    metrics = estimate_metrics(
        label,
        [metric for metric in METRICS.values() if task in metric.tasks],
        sample,
        IntervalOptions(options.ci, options.level, options.n_boot, options.seed),
    )
    return Judged(
        metrics,
        describe_point(label, sample, threshold, metrics),
        describe_calibration(label, sample),
        describe_roc(label, sample),
        warn_of_label(label, targets, scores, metrics, threshold),
    )


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


def describe_calibration(label: str, sample: Sample) -> Calibration | None:
    """Return the reliability diagram; None if the scores are no probabilities."""
    if not len(sample.targets) or not are_probabilities(sample):
        return None
    bins = bin_by_count(sample.targets, sample.scores)
    rows = zip(bins.counts.tolist(), bins.mean_scores.tolist(), bins.observed.tolist(), strict=True)
    return Calibration(
        label=label,
        bins=[ReliabilityBin(n=int(n), mean_score=mean, observed=seen) for n, mean, seen in rows],
    )


def describe_roc(label: str, sample: Sample) -> Curve | None:
    """Return the ROC curve; None if a class is missing."""
    try:
        x, y = draw_roc(sample.targets, sample.scores)
    except UndefinedMetricError:
        return None
    return Curve(label=label, x=x.tolist(), y=y.tolist())
