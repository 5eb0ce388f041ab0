"""Averages over the labels of a multilabel task."""

import numpy as np
from numpy.typing import NDArray

from radzoo.core.report import MetricValue
from radzoo.metrics import METRICS
from radzoo.metrics.estimate import estimate_metrics, join
from radzoo.metrics.label_average import average_over_labels
from radzoo.metrics.sample import make_other_sample
from radzoo.workflows.evaluation.judged import Cohort
from radzoo.workflows.evaluation.options import EvaluateOptions
from radzoo.workflows.evaluation.warnings import TOO_FEW

AVERAGED = ("auroc", "average_precision")
MACRO = "macro"


def average_labels(cohort: Cohort, options: EvaluateOptions) -> list[MetricValue]:
    """Average over the labels that have diseased and healthy cases; say which have not.

    Labels with few positives are averaged with the others, and named: leaving them out would
    flatter, and weighing them by their number would make the average one of the common labels.
    """
    targets, scores = cohort.predictions.targets, cohort.predictions.scores
    known = ~np.isnan(targets) & ~np.isnan(scores)
    positives = ((targets == 1) & known).sum(axis=0)
    negatives = ((targets == 0) & known).sum(axis=0)
    estimable = (positives > 0) & (negatives > 0)
    rows = np.asarray(known[:, estimable].any(axis=1))
    sample = make_other_sample(
        "values",
        np.where(known, targets, np.nan)[rows][:, estimable],
        scores[rows][:, estimable],
        patients=cohort.patients_of(rows),
    )
    few = estimable & (np.minimum(positives, negatives) < TOO_FEW)
    note = describe_labels(cohort.predictions.labels, estimable, few)
    metrics = [average_over_labels(METRICS[name]) for name in AVERAGED]
    values = estimate_metrics(MACRO, metrics, sample, options.intervals)
    return [value.model_copy(update={"note": join(note, value.note)}) for value in values]


def describe_labels(
    labels: tuple[str, ...], estimable: NDArray[np.bool_], few: NDArray[np.bool_]
) -> str:
    """Say how many labels are averaged, which are not, and which have few cases of a class."""
    said = f"{int(estimable.sum())} of {len(labels)} labels"
    if not estimable.all():
        said += f", without {name_labels(labels, ~estimable)} (one class only)"
    if few.any():
        said += f"; fewer than {TOO_FEW} cases of a class: {name_labels(labels, few)}"
    return said


def name_labels(labels: tuple[str, ...], chosen: NDArray[np.bool_]) -> str:
    """Name the chosen labels."""
    return ", ".join(name for name, one in zip(labels, chosen.tolist(), strict=True) if one)
