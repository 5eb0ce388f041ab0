"""What a reader must know before believing a number, as sentences."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from radzoo.core.predictions import Predictions
from radzoo.core.report import MetricValue
from radzoo.metrics import INTERVALS, METRICS
from radzoo.metrics.choice import applies
from radzoo.metrics.log_loss import CLOSEST_TO_CERTAIN
from radzoo.metrics.sample import Sample
from radzoo.workflows.evaluation.threshold import Threshold

TOO_FEW = 10
FEW = 25


def warn_of_cases(predictions: Predictions, *, cluster: bool) -> list[str]:
    """Say what concerns all labels: who the cases belong to, and who was left out."""
    n_cases = len(predictions.case_ids)
    known = [name for name in predictions.patient_ids if name]
    warnings = []
    if not known:
        warnings.append(
            "There are no patient ids: every case is taken for a patient of its own, and "
            "intervals are too narrow if patients repeat."
        )
    elif len(known) < n_cases:
        warnings.append(
            f"{n_cases - len(known)} of {n_cases} cases have no patient id: each of these is "
            "taken for a patient of its own, and intervals are too narrow if it is not."
        )
    if len(set(known)) < len(known):
        meaning = "intervals count patients" if cluster else "intervals ignore it: too narrow"
        n_patients = count_cases(len(set(known)), unit="patient")
        warnings.append(f"{len(known)} cases come from {n_patients}: {meaning}.")
    if predictions.refused:
        warnings.append(
            f"{count_cases(len(predictions.refused))} refused and in no number: if the refused "
            "are harder than the rest, the numbers flatter."
        )
    return warnings


def warn_of_interval(asked: str, task: str) -> list[str]:
    """Say where an interval that was asked for by name does not apply."""
    if asked == "auto" or INTERVALS[asked].resamples:
        return []
    of_task = [metric for metric in METRICS.values() if task in metric.tasks]
    names = [metric.name for metric in of_task if applies(metric, asked)]
    return [
        f"--ci {asked} applies to {', '.join(names) or 'no metric of this task'} alone; every "
        "other metric has the interval that suits it."
    ]


def warn_of_label(
    label: str,
    targets: NDArray[np.float64],
    scores: NDArray[np.float64],
    metrics: Sequence[MetricValue],
    threshold: Threshold,
) -> list[str]:
    """Say what concerns one label."""
    counted = ~np.isnan(targets) & ~np.isnan(scores)
    return [
        *warn_of_missing(label, targets, scores),
        *warn_of_classes(label, targets[counted]),
        *warn_of_scores(label, scores[counted], metrics),
        *warn_of_threshold(label, threshold),
    ]


def warn_of_missing(
    label: str, targets: NDArray[np.float64], scores: NDArray[np.float64]
) -> list[str]:
    """Count the cases that are in no number."""
    unlabelled = int(np.isnan(targets).sum())
    unscored = int((np.isnan(scores) & ~np.isnan(targets)).sum())
    warnings = []
    if unlabelled:
        warnings.append(f"{label}: {count_cases(unlabelled)} without a target, not counted.")
    if unscored:
        warnings.append(f"{label}: {count_cases(unscored)} without a score, not counted.")
    return warnings


def warn_of_classes(label: str, targets: NDArray[np.float64]) -> list[str]:
    """Judge whether there are enough cases of both classes."""
    positives = int(targets.sum())
    negatives = len(targets) - positives
    if not len(targets):
        return [f"{label}: no case has both a target and a score; nothing can be said."]
    if not positives or not negatives:
        return [
            f"{label}: every case has the target {int(targets[0])}; what needs both classes is "
            "undefined."
        ]
    fewer, word = min((positives, "positive"), (negatives, "negative"))
    if fewer < TOO_FEW:
        return [f"{label}: only {count_cases(fewer, word)}; too few to judge a model."]
    if fewer < FEW:
        return [
            f"{label}: only {count_cases(fewer, word)}; the intervals are wide for that reason."
        ]
    return []


def warn_of_patients(label: str, sample: Sample) -> list[str]:
    """Judge whether there are enough patients of both classes, where patients repeat."""
    if sample.patients is None:
        return []
    warnings = []
    for target, word in ((1, "positive"), (0, "negative")):
        own = sample.patients[sample.targets == target]
        n_patients = len(np.unique(own))
        if n_patients < TOO_FEW <= len(own):
            warnings.append(
                f"{label}: the {count_cases(len(own), word)} come from "
                f"{count_cases(n_patients, unit='patient')}: too few for intervals to be trusted."
            )
    return warnings


def warn_of_certain(label: str, sample: Sample) -> list[str]:
    """Notice certain scores that are wrong: their log-loss is infinite."""
    certain = np.where(sample.targets == 1, sample.scores == 0, sample.scores == 1)
    if not certain.any() or sample.scores[0] < 0 or sample.scores[-1] > 1:
        return []
    return [
        f"{label}: {count_cases(int(certain.sum()))} of a score of exactly 0 or 1 that is wrong: "
        f"the log-loss is infinite; it is shown as if they were {CLOSEST_TO_CERTAIN:g} away."
    ]


def warn_of_scores(
    label: str, scores: NDArray[np.float64], metrics: Sequence[MetricValue]
) -> list[str]:
    """Notice scores that point the wrong way, or are no probabilities."""
    warnings = []
    auroc = next((value for value in metrics if value.name == "auroc"), None)
    if auroc is not None and auroc.value is not None and auroc.value < 0.5:
        certain = auroc.high is not None and auroc.high < 0.5
        meaning = (
            "higher scores mark the healthy. Nothing was turned round; check which value means "
            "diseased."
            if certain
            else "no better than chance on these cases."
        )
        warnings.append(f"{label}: AUROC is {auroc.value:.3f}, below 0.5: {meaning}")
    n_outside = int(np.sum((scores < 0) | (scores > 1)))
    if n_outside:
        warnings.append(
            f"{label}: {n_outside} of {len(scores)} scores lie outside 0 to 1, so they are no "
            "probabilities: calibration and Brier score are left out."
        )
    return warnings


def warn_of_threshold(label: str, threshold: Threshold) -> list[str]:
    """Notice a threshold that flatters, or is missing."""
    if threshold.value is None:
        return [f"{label}: no threshold: {threshold.note}. Give one with --threshold."]
    if threshold.chosen_on == "test":
        return [
            f"{label}: the threshold was chosen on the cases it is judged on, so sensitivity, "
            "specificity and the rest at it are optimistic. Freeze it on validation."
        ]
    return []


def count_cases(count: int, kind: str = "", unit: str = "case") -> str:
    """Write a number of cases, or of another unit."""
    return f"{count} {f'{kind} ' if kind else ''}{unit}{'' if count == 1 else 's'}"
