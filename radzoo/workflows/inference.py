"""Scores of cases: what `finetune` and `predict` do alike."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from torch import nn

from radzoo.core.case import Case, Refused
from radzoo.core.entry import PlaneInput
from radzoo.core.errors import InputError
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.predictions import Predictions
from radzoo.core.predictions_classes import one_hot
from radzoo.core.reading import Covariate, Reading
from radzoo.data.covariates import told_of
from radzoo.data.prepared import Prepared
from radzoo.models.device import Engine
from radzoo.models.predict import predict_logits
from radzoo.models.samples import Samples
from radzoo.tasks.task import Task

RISK = "risk"
"""The name of the score of a time: higher = earlier event."""


def samples_of(
    prepared: Prepared,
    task: Task,
    labels: Sequence[str],
    rows: Sequence[int],
    covariates: Sequence[Covariate] = (),
) -> Samples:
    """Return the prepared images of some cases with their targets.

    Args:
        prepared: images and their cases.
        task: which targets, and how.
        labels: whose, in this order.
        rows: which of the cases.
        covariates: what a network is told beside each image.
    """
    cases = [prepared.cases[row] for row in rows]
    return Samples(
        images=prepared.wide,
        rows=prepared.rows[np.array(rows, dtype=np.int64)],
        targets=task.targets(cases, labels),
        names=tuple(case.case_id for case in cases),
        margin=prepared.margin,
        covariates=told_of(cases, covariates),
    )


def score_cases(
    network: nn.Module,
    cases: Sequence[Case],
    samples: Samples,
    *,
    labels: Sequence[str],
    task: Task,
    reading: Reading,
    contract: PlaneInput,
    engine: Engine,
    batch_size: int,
    refused: Sequence[Refused] = (),
) -> Predictions:
    """Ask a network about cases; `samples` are their images, in the same order."""
    outputs = predict_logits(network, samples, contract, engine, batch_size=batch_size)
    return predictions_of(
        outputs, cases, labels=labels, task=task, reading=reading, refused=refused
    )


def predictions_of(
    outputs: NDArray[np.float32],
    cases: Sequence[Case],
    *,
    labels: Sequence[str],
    task: Task,
    reading: Reading,
    refused: Sequence[Refused] = (),
) -> Predictions:
    """Turn what a network says of cases into scores beside their targets.

    Args:
        outputs: `(n_cases, n_outputs)` of the network.
        cases: in the same order.
        labels: whose targets the cases have.
        task: how targets and outputs are read.
        reading: what of that follows from the training cases.
        refused: cases that the network was never asked about.
    """
    survival = {} if task.survival is None else task.survival(outputs, reading)
    scores = task.scores(outputs, reading)
    said = lay_out(scores, survival, cases, labels, task, reading, refused)
    return said if task.sd is None else replace(said, sd=task.sd(outputs, reading))


def lay_out(
    scores: Matrix,
    survival: Mapping[float, Vector],
    cases: Sequence[Case],
    labels: Sequence[str],
    task: Task,
    reading: Reading,
    refused: Sequence[Refused] = (),
) -> Predictions:
    """Put scores beside the targets of their cases, in the form of the task."""
    targets, names = task.targets(cases, labels), tuple(labels)
    events = None
    if task.form == "classes":
        names, targets = tuple(reading.classes), one_hot(targets[:, 0], len(reading.classes))
    elif task.form == "times":
        names, events, targets = (RISK,), targets[:, 1], targets[:, :1]
    return Predictions(
        labels=names,
        case_ids=tuple(case.case_id for case in cases),
        patient_ids=tuple(case.patient_id for case in cases),
        targets=targets,
        scores=scores,
        groups=groups_of(cases),
        refused=tuple(refused),
        form=task.form or "labels",
        events=events,
        survival=survival,
    )


def average_scores(predictions: Sequence[Predictions]) -> Predictions:
    """Return the mean score of several networks on the same cases.

    A network that says nothing of a finding has no part in its mean. The width of a mean number
    holds what the networks expect of themselves, and how far they are apart.

    Raises:
        InputError: if they were not asked about the same cases.
    """
    first = predictions[0]
    if any(other.case_ids != first.case_ids for other in predictions):
        raise InputError(
            "the networks were not asked about the same cases",
            id="other-cases",
            hint="remove the folder and train anew",
        )
    survival = {
        horizon: np.mean([one.survival[horizon] for one in predictions], axis=0)
        for horizon in first.survival
        if all(horizon in one.survival for one in predictions)
    }
    scores = mean_of_known([one.scores for one in predictions])
    widths = [one.sd for one in predictions if one.sd is not None]
    sd = None
    if len(widths) == len(predictions):
        apart = np.var([one.scores for one in predictions], axis=0)
        sd = np.sqrt(np.mean(np.square(widths), axis=0) + apart)
    return replace(first, scores=scores, survival=survival, sd=sd)


def mean_of_known(values: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the mean of arrays, each place over those that know it; NaN where none does."""
    every = np.stack(values)
    known = ~np.isnan(every)
    total = np.where(known, every, 0).sum(axis=0)
    mean: NDArray[np.float64] = np.where(
        known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan
    )
    return mean


def groups_of(cases: Sequence[Case]) -> Mapping[str, Sequence[str]]:
    """Return every group column that any case has; empty text where one lacks it.

    Dates are left behind: they say more of a patient than any result needs.
    """
    names = dict.fromkeys(name for case in cases for name in case.groups if name != "date")
    return {name: tuple(case.groups.get(name, "") for case in cases) for name in names}
