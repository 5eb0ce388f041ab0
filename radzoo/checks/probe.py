"""Can a simple model tell the answer from some numbers? Folds never part a patient."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.area import area, enough
from radzoo.checks.subject import Rows, Subject
from radzoo.core.finding import Evidence
from radzoo.core.plugins import Matrix, Vector

FOLDS: Final = 5
Make: TypeAlias = Callable[[], Any]
"""Makes an unfitted classifier of scikit-learn with `predict_proba`."""


def grouped_folds(subject: Subject, positive: Vector, rows: Rows) -> NDArray[np.intp]:
    """Return the fold of each of `rows`: all cases of a patient in one, answers spread evenly.

    Args:
        subject: whose patients.
        positive: `(n_cases,)`, 1 or 0 in `rows`.
        rows: the cases to be spread.
    """
    owners, place = np.unique(subject.owners[rows], return_inverse=True)
    share = np.bincount(place, positive[rows]) / np.bincount(place)
    order = np.lexsort((np.random.default_rng(subject.seed).permutation(len(owners)), share))
    folds = np.empty(len(owners), dtype=np.intp)
    # Snaking through the patients by their share of positives gives every fold its part.
    snake = np.concatenate([np.arange(FOLDS), np.arange(FOLDS)[::-1]])
    folds[order] = np.resize(snake, len(owners))
    return folds[place]


def held_out_scores(
    subject: Subject, positive: Vector, inputs: Matrix, rows: Rows, make: Make
) -> Vector:
    """Return `(n_cases,)` scores of cases by models that saw none of their patient; NaN elsewhere.

    Scores of different folds are brought to ranks within their fold, so that folds may be pooled.
    """
    scores = np.full(subject.n, np.nan)
    folds = grouped_folds(subject, positive, rows)
    for fold in range(FOLDS):
        taught, asked = rows[folds != fold], rows[folds == fold]
        if not len(asked) or len(np.unique(positive[taught])) < 2:
            continue
        model = make().fit(inputs[taught], positive[taught])
        said = model.predict_proba(inputs[asked])[:, 1]
        scores[asked] = (
            np.searchsorted(np.sort(said), said, side="left")
            + np.searchsorted(np.sort(said), said, side="right")
        ) / (2 * len(said))
    return scores  # fmt: skip


def probe(
    subject: Subject, positive: Vector, inputs: Matrix, make: Make, rows: Rows | None = None
) -> Evidence | None:
    """Return the AUROC of a model on patients that it has not seen; None = too few to judge.

    Args:
        subject: whose patients.
        positive: `(n_cases,)`, 1, 0 or NaN.
        inputs: `(n_cases, k)`; rows that hold NaN are left out unless the model takes them.
        make: makes the model.
        rows: cases that count; None = all with an answer.
    """
    chosen = np.flatnonzero(~np.isnan(positive)) if rows is None else rows
    chosen = chosen[~np.isnan(positive[chosen])]
    if not enough(subject, positive, chosen):
        return None
    return area(subject, positive, held_out_scores(subject, positive, inputs, chosen, make), chosen)


def permuted_p(subject: Subject, positive: Vector, scores: Vector) -> float:
    """Return how seldom answers dealt anew to patients give as high an AUROC.

    Patients keep their answers together: those of one are dealt to another with as many cases
    where there is one, so the dependence between cases of a patient stays.
    """
    rows = np.flatnonzero(~np.isnan(positive) & ~np.isnan(scores))
    owners, place = np.unique(subject.owners[rows], return_inverse=True)
    members = [np.flatnonzero(place == one) for one in range(len(owners))] if len(
        owners
    ) < len(rows) else []  # fmt: skip
    answers, ranks = positive[rows], rank(scores[rows])
    chance = np.random.default_rng(subject.seed)
    seen = auroc_of_ranks(answers, ranks)
    draws = [auroc_of_ranks(deal(answers, members, chance), ranks) for _ in range(subject.draws)]
    return (1 + sum(one >= seen for one in draws)) / (1 + len(draws))


def deal(
    answers: Vector, members: Sequence[NDArray[np.intp]], chance: np.random.Generator
) -> Vector:
    """Deal answers anew among patients with equally many cases; without repeats among all."""
    if not members:
        return chance.permutation(answers)
    dealt = answers.copy()
    sizes = np.array([len(one) for one in members])
    for size in np.unique(sizes):
        alike = np.flatnonzero(sizes == size)
        to = chance.permutation(alike)
        dealt[np.concatenate([members[int(one)] for one in to])] = answers[
            np.concatenate([members[int(one)] for one in alike])
        ]
    return dealt


def rank(scores: Vector) -> Vector:
    """Return ranks from 1 on, equal scores their middle."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[place], dtype=np.float64)


def auroc_of_ranks(positive: Vector, ranks: Vector) -> float:
    """Return AUROC from ranks; 0.5 where a class is missing."""
    n_positive = positive.sum()
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative:
        return 0.5
    surplus = ranks @ positive - n_positive * (n_positive + 1) / 2
    return float(surplus / (n_positive * n_negative))
