"""Scores of cases: what `finetune` and `predict` do alike."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from torch import nn

from radzoo.core.case import Case, Refused
from radzoo.core.entry import PlaneInput
from radzoo.core.errors import InputError
from radzoo.core.plugins import Matrix, Task
from radzoo.core.predictions import Predictions
from radzoo.data.prepared import Prepared
from radzoo.models.device import Engine
from radzoo.models.predict import predict_logits
from radzoo.models.samples import Samples


def samples_of(prepared: Prepared, labels: Sequence[str], rows: Sequence[int]) -> Samples:
    """Return the prepared images of some cases with their targets.

    Args:
        prepared: images and their cases.
        labels: whose targets, in this order.
        rows: which of the cases.
    """
    cases = [prepared.cases[row] for row in rows]
    return Samples(
        images=prepared.wide,
        rows=prepared.rows[np.array(rows, dtype=np.int64)],
        targets=targets_of(cases, labels),
        names=tuple(case.case_id for case in cases),
        margin=prepared.margin,
    )


def targets_of(cases: Sequence[Case], labels: Sequence[str]) -> Matrix:
    """Return true values `(n_cases, n_labels)`; NaN where a case was not labelled."""
    values = [[case.targets.get(label) for label in labels] for case in cases]
    known = [[np.nan if value is None else value for value in row] for row in values]
    return np.array(known, dtype=np.float64).reshape(len(cases), len(labels))


def score_cases(
    network: nn.Module,
    cases: Sequence[Case],
    samples: Samples,
    *,
    labels: Sequence[str],
    task: Task,
    contract: PlaneInput,
    engine: Engine,
    batch_size: int,
    refused: Sequence[Refused] = (),
) -> Predictions:
    """Ask a network about cases; `samples` are their images, in the same order."""
    logits = predict_logits(network, samples, contract, engine, batch_size=batch_size)
    return Predictions(
        labels=tuple(labels),
        case_ids=samples.names,
        patient_ids=tuple(case.patient_id for case in cases),
        targets=samples.targets,
        scores=task.scores(logits),
        groups=groups_of(cases),
        refused=tuple(refused),
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
    return replace(first, scores=np.mean([one.scores for one in predictions], axis=0))


def groups_of(cases: Sequence[Case]) -> Mapping[str, Sequence[str]]:
    """Return every group column that any case has; empty text where one lacks it.

    Dates are left behind: they say more of a patient than any result needs.
    """
    names = dict.fromkeys(name for case in cases for name in case.groups if name != "date")
    return {name: tuple(case.groups.get(name, "") for case in cases) for name in names}
