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
from radzoo.core.reading import Reading
from radzoo.data.prepared import Prepared
from radzoo.models.device import Engine
from radzoo.models.predict import predict_logits
from radzoo.models.samples import Samples
from radzoo.tasks.task import Task

RISK = "risk"
"""The name of the score of a time: higher = earlier event."""


def samples_of(
    prepared: Prepared, task: Task, labels: Sequence[str], rows: Sequence[int]
) -> Samples:
    """Return the prepared images of some cases with their targets.

    Args:
        prepared: images and their cases.
        task: which targets, and how.
        labels: whose, in this order.
        rows: which of the cases.
    """
    cases = [prepared.cases[row] for row in rows]
    return Samples(
        images=prepared.wide,
        rows=prepared.rows[np.array(rows, dtype=np.int64)],
        targets=task.targets(cases, labels),
        names=tuple(case.case_id for case in cases),
        margin=prepared.margin,
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
    return lay_out(scores, survival, cases, labels, task, reading, refused)


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
    }
    scores = np.mean([one.scores for one in predictions], axis=0)
    return replace(first, scores=scores, survival=survival)


def groups_of(cases: Sequence[Case]) -> Mapping[str, Sequence[str]]:
    """Return every group column that any case has; empty text where one lacks it.

    Dates are left behind: they say more of a patient than any result needs.
    """
    names = dict.fromkeys(name for case in cases for name in case.groups if name != "date")
    return {name: tuple(case.groups.get(name, "") for case in cases) for name in names}
