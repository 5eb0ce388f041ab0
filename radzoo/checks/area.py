"""How well numbers tell the answer of a question: AUROC with an interval between patients."""

import numpy as np

from radzoo.checks.subject import Rows, Subject
from radzoo.core.errors import UndefinedMetricError
from radzoo.core.finding import Evidence
from radzoo.core.plugins import Vector
from radzoo.metrics import INTERVALS, METRICS
from radzoo.metrics.auroc import auroc
from radzoo.metrics.choice import for_auroc
from radzoo.metrics.sample import Sample, number, sort_cases

LEVEL = 0.95
FEWEST = 10
"""With fewer cases or patients of a class nothing is judged."""


def area(
    subject: Subject, positive: Vector, scores: Vector, rows: Rows | None = None
) -> Evidence | None:
    """Return AUROC with its interval at 95 %; None where a class is missing.

    Args:
        subject: whose patients.
        positive: `(n_cases,)`, 1, 0 or NaN.
        scores: `(n_cases,)`, higher = rather 1; NaN where there is none.
        rows: cases that count; None = all that have both.
    """
    chosen = np.arange(subject.n) if rows is None else rows
    chosen = chosen[~np.isnan(positive[chosen]) & ~np.isnan(scores[chosen])]
    sample = sample_of(subject, positive, scores, chosen)
    if not len(chosen) or not 0 < sample.targets.sum() < len(chosen):
        return None
    for name in for_auroc(sample):
        try:
            bounds = INTERVALS[name].compute(METRICS["auroc"], sample, LEVEL)
        except UndefinedMetricError:
            continue
        return Evidence(
            n=len(chosen), n_patients=count_patients(subject, chosen), measure="auroc",
            estimate=auroc(sample.targets, sample.scores), low=bounds.low, high=bounds.high,
            level=LEVEL, method=name,
        )  # fmt: skip
    return None


def sample_of(subject: Subject, positive: Vector, scores: Vector, rows: Rows) -> Sample:
    """Return some cases as metrics and intervals want them."""
    rows = rows[sort_cases(positive[rows], scores[rows])]
    owners = subject.owners[rows]
    repeated = len(np.unique(owners)) < len(owners)
    patients = number(owners.tolist()) if repeated else None
    return Sample(positive[rows], scores[rows], patients=patients)


def count_patients(subject: Subject, rows: Rows) -> int | None:
    """Count the patients of some cases; None if nobody is known."""
    return None if subject.patients is None else len(np.unique(subject.patients[rows]))


def enough(subject: Subject, positive: Vector, rows: Rows | None = None) -> bool:
    """Are there `FEWEST` patients of each answer?"""
    owners, known = subject.owners, np.arange(subject.n) if rows is None else rows
    counts = [len(np.unique(owners[known[positive[known] == answer]])) for answer in (0.0, 1.0)]
    return min(counts) >= FEWEST
