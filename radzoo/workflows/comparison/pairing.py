"""What is put before a metric: two models on the cases that it can be asked of."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix, Metric
from radzoo.core.predictions import Predictions
from radzoo.metrics.classes.counting import call_classes
from radzoo.metrics.comparisons.pair import Pair, make_pair
from radzoo.metrics.sample import Kind

# Of tasks where all columns are one question.
WHOLE = "all"


@dataclass(frozen=True, slots=True)
class Question:
    """The pair that a metric is asked of, and what to say of it.

    Attributes:
        pair: None if it cannot be asked; `note` says why.
    """

    pair: Pair | None
    note: str | None = None


def questions_of(predictions: Predictions) -> list[str]:
    """Return what is asked about: all classes together and each against the rest, or each label."""
    together = [WHOLE] if predictions.form == "classes" else []
    return [*together, *predictions.labels]


def suits(metric: Metric, pair: Pair) -> bool:
    """Can a metric be asked of this pair: classes together, or one label?"""
    return (pair.kind == "classes") == bool(metric.tasks & {"multiclass", "ordinal"})


def pair_models(
    first: Predictions, second: Predictions, label: str, task: str, *, cluster: bool
) -> tuple[Pair, int]:
    """Return the cases that have a target and both scores, and how many have not.

    Args:
        first: predictions of one model.
        second: those of the other, for the same cases in the same order.
        label: as in `questions_of`.
        task: which says what targets and scores are.
        cluster: whether cases of one patient belong together.
    """
    kind: Kind = "values" if task == "regression" else "label"
    if label == WHOLE and first.form == "classes":
        kind, targets = "classes", first.targets.argmax(axis=1).astype(np.float64)
        known = ~np.isnan(first.targets).any(axis=1)
        scores: tuple[Matrix, Matrix] = (first.scores, second.scores)
        scored = ~np.isnan(first.scores).any(axis=1) & ~np.isnan(second.scores).any(axis=1)
    else:
        column = first.labels.index(label)
        targets = first.targets[:, column]
        if first.events is not None:
            kind, targets = "times", np.column_stack([targets, first.events])
        known = ~np.isnan(targets.reshape(len(targets), -1)).any(axis=1)
        scores = first.scores[:, column], second.scores[:, column]
        scored = ~np.isnan(scores[0]) & ~np.isnan(scores[1])
    rows = np.asarray(known & scored)
    owners = first.owners if cluster else None
    patients = None if owners is None else choose(owners, rows)
    pair = make_pair(targets[rows], scores[0][rows], scores[1][rows], patients=patients, kind=kind)
    if kind == "classes":
        pair = replace(pair, decisions=(call_classes(pair.first), call_classes(pair.second)))
    return pair, int(np.sum(~rows))


def choose(names: tuple[str, ...], rows: NDArray[np.bool_]) -> list[str]:
    """Return the names of some rows."""
    return [name for name, kept in zip(names, rows.tolist(), strict=True) if kept]


def pose(metric: Metric, pair: Pair) -> Question:
    """Find the cases that a metric can be asked of for both models."""
    if not len(pair.targets):
        return Question(None, "no case has a target and both scores")
    if metric.reads == "decisions" and pair.decisions is None:
        return Question(None, "no threshold: give one with --threshold")
    if metric.reads not in ("probabilities", "logits") or pair.kind != "label":
        return Question(pair)
    both = np.stack([pair.first, pair.second])
    if both.min() < 0 or both.max() > 1:
        return Question(None, "scores lie outside 0 to 1")
    inside = np.asarray(((both > 0) & (both < 1)).all(axis=0))
    if metric.reads == "probabilities" or inside.all():
        return Question(pair)
    note = f"{int((~inside).sum())} cases with a score of exactly 0 or 1 have no logit, left out"
    return Question(pair.only(inside), note)
