"""Predicted numbers: the task regression."""

from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import InputError, UsageError
from radzoo.core.report import MetricValue
from radzoo.core.report_tasks import Agreement
from radzoo.metrics.estimate import estimate_metrics
from radzoo.metrics.sample import Sample, make_other_sample
from radzoo.metrics.values import VALUE_METRICS
from radzoo.workflows.evaluation.groups import warn_of_groups
from radzoo.workflows.evaluation.judged import Cohort, Judged
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.warnings import TOO_FEW, count_cases, warn_of_missing

# Only in the part on agreement.
OF_AGREEMENT = frozenset({"lower_limit", "upper_limit", "proportional_bias"})
MOST_POINTS = 2000


@dataclass(frozen=True, slots=True)
class JudgedValues:
    """One predicted number, evaluated."""

    metrics: list[MetricValue]
    agreement: Agreement
    warnings: list[str]


def judge_values(cohort: Cohort, task: str, options: EvaluateOptions) -> Judged:
    """Evaluate each predicted number on the cases that have it, true and predicted.

    Raises:
        InputError: if no case has a target.
        UsageError: if the predictions are not numbers.
    """
    predictions = cohort.predictions
    if predictions.form != "labels":
        raise UsageError(
            f"the task {task} needs numbers: target:<name> and score:<name>",
            id="not-numbers",
            hint="or name the columns: --target COLUMN --score COLUMN",
        )
    if np.isnan(predictions.targets).all():
        raise InputError(
            "no case has a target; needed the true number of the cases to be judged",
            id="no-targets",
            hint="add the columns target:<name>",
        )
    judged = [judge_value(cohort, at, options) for at in range(len(predictions.labels))]
    return Judged(
        metrics=[value for one in judged for value in one.metrics],
        parts={"agreement": [one.agreement for one in judged]},
        warnings=[warning for one in judged for warning in one.warnings],
    )


def judge_value(cohort: Cohort, column: int, options: EvaluateOptions) -> JudgedValues:
    """Evaluate one predicted number."""
    label = cohort.predictions.labels[column]
    targets, scores = cohort.predictions.targets[:, column], cohort.predictions.scores[:, column]
    counted = ~np.isnan(targets) & ~np.isnan(scores)
    sample = make_other_sample(
        "values", targets[counted], scores[counted], patients=cohort.patients_of(counted)
    )
    values = estimate_metrics(label, list(VALUE_METRICS.values()), sample, options.intervals)
    agreement = describe_agreement(label, sample, values)
    return JudgedValues(
        [value for value in values if value.name not in OF_AGREEMENT],
        agreement,
        [
            *warn_of_missing(label, targets, scores),
            *warn_of_values(label, sample, agreement),
            *(f"{label}: {said}" for said in warn_of_groups(sample, n_boot=options.n_boot)),
        ],
    )


def describe_agreement(label: str, sample: Sample, values: list[MetricValue]) -> Agreement:
    """Describe the differences of predicted and true numbers (Bland and Altman)."""
    named = {value.name: value for value in values}
    points = choose_points(sample)
    n = len(sample.targets)
    return Agreement(
        label=label,
        n=n,
        bias=named["bias"],
        lower_limit=named["lower_limit"],
        upper_limit=named["upper_limit"],
        slope=named["proportional_bias"],
        means=((sample.scores + sample.targets) / 2)[points].tolist(),
        differences=(sample.scores - sample.targets)[points].tolist(),
        note=None if len(points) == n else f"{len(points)} of {n} points are shown",
    )


def choose_points(sample: Sample) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """Choose the cases that are drawn: all, or evenly from the smallest to the largest."""
    order = np.lexsort((sample.scores - sample.targets, sample.scores + sample.targets))
    if len(order) <= MOST_POINTS:
        return order
    return order[np.linspace(0, len(order) - 1, MOST_POINTS).round().astype(np.intp)]


def warn_of_values(label: str, sample: Sample, agreement: Agreement) -> list[str]:
    """Say what concerns one predicted number."""
    n = len(sample.targets)
    if not n:
        return [f"{label}: no case has both a target and a score; nothing can be said."]
    warnings = []
    if n < TOO_FEW:
        warnings.append(f"{label}: only {count_cases(n)}; too few to judge a model.")
    if n > 1 and not np.ptp(sample.scores):
        warnings.append(f"{label}: every score is the same number.")
    slope = agreement.slope
    low, high = (slope.low, slope.high) if slope is not None else (None, None)
    if low is not None and high is not None and (low > 0 or high < 0):
        trend = "rises" if low > 0 else "falls"
        warnings.append(
            f"{label}: predicted minus true {trend} with the size of the number: bias and "
            "limits of agreement hold for the middle, not for small and large numbers."
        )
    return warnings
