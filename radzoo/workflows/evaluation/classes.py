"""Cases that have one of several classes: the tasks multiclass and ordinal."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import InputError, UsageError
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.report import Curve, MetricValue
from radzoo.core.report_calibration import Calibration
from radzoo.core.report_tasks import Confusion
from radzoo.metrics import METRICS
from radzoo.metrics.classes import CLASS_METRICS
from radzoo.metrics.classes.counting import call_classes, count_confusion
from radzoo.metrics.classes.probabilities import are_probabilities_of_classes
from radzoo.metrics.estimate import estimate_metrics, join
from radzoo.metrics.sample import Sample, make_other_sample, make_sample, sort_cases
from radzoo.workflows.evaluation.bins import describe_bins
from radzoo.workflows.evaluation.class_warnings import warn_of_classes_together
from radzoo.workflows.evaluation.conformal import conformal_of_classes, warn_of_coverage
from radzoo.workflows.evaluation.curves import describe_precision_recall, describe_roc
from radzoo.workflows.evaluation.groups import warn_of_groups
from radzoo.workflows.evaluation.judged import Cohort, Judged
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.selective import describe_certainty

# The label of what is said of all classes together.
ALL = "all"
OF_EACH = ("auroc", "average_precision", "sensitivity", "specificity", "ppv")
# Means over the classes that occur.
MEANS = frozenset({"auroc_macro", "hand_till", "balanced_accuracy", "f1_macro"})


@dataclass(frozen=True, slots=True)
class JudgedClass:
    """One class against the rest."""

    metrics: list[MetricValue]
    calibration: Calibration | None
    roc: Curve | None
    pr: Curve | None


def judge_classes(cohort: Cohort, task: str, options: EvaluateOptions) -> Judged:
    """Evaluate the classes together, then each against the rest.

    Raises:
        InputError: if no case has a class.
        UsageError: if the predictions are not those of classes.
    """
    predictions = cohort.predictions
    check_form(cohort, task)
    unlabelled = np.isnan(predictions.targets).any(axis=1)
    unscored = np.isnan(predictions.scores).any(axis=1) & ~unlabelled
    counted = np.asarray(~unlabelled & ~unscored)
    sample = sample_classes(cohort, counted)
    counts = count_confusion(sample.targets, sample.read(CLASS_METRICS["accuracy"]),
                             len(predictions.labels))  # fmt: skip
    metrics = judge_together(sample, counts, predictions.labels, task, options)
    true = sample.scores.size > 0 and are_probabilities_of_classes(sample.scores)
    each = [
        judge_class(cohort, at, counted, options, probabilities=true)
        for at in range(len(predictions.labels))
    ]
    calibrations = [one.calibration for one in each if one.calibration]
    conformal = conformal_of_classes(predictions, options) if true else []
    errors = (sample.read(CLASS_METRICS["accuracy"]) != sample.targets).astype(np.float64)
    selective = (
        [describe_certainty(ALL, errors, sample.scores.max(axis=1), sample, options)]
        if errors.size
        else []
    )
    return Judged(
        metrics=[*metrics, *(value for one in each for value in one.metrics)],
        parts={
            "confusion": Confusion(classes=list(predictions.labels), counts=counts.tolist()),
            "calibration": {one.label: one for one in calibrations},
            "roc": [one.roc for one in each if one.roc],
            "pr": [one.pr for one in each if one.pr],
            "conformal": conformal,
            "selective": selective,
        },
        warnings=[*warn_of_classes_together(
            predictions.labels, task, counts, metrics,
            n_unlabelled=int(unlabelled.sum()), n_unscored=int(unscored.sum()), probabilities=true,
        ), *warn_of_coverage(conformal), *warn_of_groups(sample, n_boot=options.n_boot)],
    )  # fmt: skip


def check_form(cohort: Cohort, task: str) -> None:
    """Refuse predictions of another kind, or without a class.

    Raises:
        InputError: if no case has a class.
        UsageError: if they are not of classes.
    """
    if cohort.predictions.form != "classes":
        raise UsageError(
            f"the task {task} needs a column with the class and a score of each class",
            id="not-classes",
            hint="columns target and score:<class>..., or --target COLUMN --score A,B,C",
        )
    if np.isnan(cohort.predictions.targets).all():
        raise InputError(
            "no case has a target; needed the class of the cases to be judged",
            id="no-targets",
            hint="add the column target with the name of a class",
        )


def sample_classes(cohort: Cohort, counted: NDArray[np.bool_]) -> Sample:
    """Return the cases that have a class and the scores of all."""
    targets = cohort.predictions.targets[counted].argmax(axis=1).astype(np.float64)
    scores = cohort.predictions.scores[counted]
    sample = make_other_sample("classes", targets, scores, patients=cohort.patients_of(counted))
    return replace(sample, decisions=call_classes(scores))


def judge_together(
    sample: Sample,
    counts: NDArray[np.intp],
    classes: tuple[str, ...],
    task: str,
    options: EvaluateOptions,
) -> list[MetricValue]:
    """Compute what is said of all classes together."""
    metrics = [metric for metric in CLASS_METRICS.values() if task in metric.tasks]
    values = estimate_metrics(ALL, metrics, sample, options.intervals)
    absent = [name for name, n in zip(classes, counts.sum(axis=1).tolist(), strict=True) if not n]
    said = f"{len(classes) - len(absent)} of {len(classes)} classes"
    if absent:
        said += f", without {', '.join(absent)} (no case)"
    means = MEANS if absent else {"auroc_macro"}
    return [
        value.model_copy(update={"note": join(said, value.note)}) if value.name in means else value
        for value in values
    ]


def judge_class(
    cohort: Cohort,
    at: int,
    counted: NDArray[np.bool_],
    options: EvaluateOptions,
    *,
    probabilities: bool,
) -> JudgedClass:
    """Evaluate one class against the rest."""
    label = cohort.predictions.labels[at]
    targets: Vector = cohort.predictions.targets[counted, at]
    scores: Matrix = cohort.predictions.scores[counted, at]
    sample = make_sample(targets, scores, patients=cohort.patients_of(counted))
    called = call_classes(cohort.predictions.scores[counted]) == at
    sample = replace(sample, decisions=called[sort_cases(targets, scores)].astype(np.float64))
    values = estimate_metrics(label, [METRICS[name] for name in OF_EACH], sample, options.intervals)
    return JudgedClass(
        [say_not_estimable(value) for value in values],
        Calibration(label=label, bins=describe_bins(sample)) if probabilities else None,
        describe_roc(label, sample, every=options.curves),
        describe_precision_recall(label, sample, every=options.curves),
    )


def say_not_estimable(value: MetricValue) -> MetricValue:
    """Say in words of classes why a metric of one class does not exist."""
    if value.value is not None or not value.n or value.n_positive not in (0, value.n):
        return value
    missing = "is of this class" if not value.n_positive else "is of another class"
    return value.model_copy(update={"note": f"not estimable: no case {missing}"})
