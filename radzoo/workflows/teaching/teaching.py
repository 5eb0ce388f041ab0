"""The part of a run that needs the network: training it, and asking it."""

import json

import numpy as np
from numpy.typing import NDArray
from torch import nn

from radzoo.core.case import Manifest, Split
from radzoo.core.config import RunConfig
from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Task
from radzoo.core.predictions import Predictions
from radzoo.data.prepared import Prepared
from radzoo.metrics import METRICS
from radzoo.models.device import Engine
from radzoo.models.training.course import Judge
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.progress import Epoch
from radzoo.models.training.snapshot import Snapshot
from radzoo.models.training.train import Trained, train
from radzoo.workflows.inference import samples_of, score_cases
from radzoo.workflows.teaching.objective import objective


def teach(
    network: nn.Module,
    made: RunConfig,
    prepared: Prepared,
    task: Task,
    engine: Engine,
    hooks: Hooks,
    start: Snapshot | None = None,
) -> Trained:
    """Train a network, or go on where an earlier training stood still."""
    training = samples_of(prepared, made.labels, rows_of(prepared, "train"))
    validation = samples_of(prepared, made.labels, rows_of(prepared, "val"))
    aims = objective(task, made.recipe, training.targets, engine.device)
    return train(
        network, training, validation,
        contract=made.plane, recipe=made.recipe, engine=engine,
        loss=aims.loss, val_loss=aims.val_loss, judge=judge_by(task),
        hooks=hooks, start=start,
    )  # fmt: skip


def judge_by(task: Task) -> Judge:
    """Return the task's headline metric as a function of logits, averaged over labels."""
    compute = METRICS[task.headline].compute

    def judge(targets: Matrix, logits: NDArray[np.float32]) -> float:
        scores = task.scores(logits)
        values = []
        for true, said in zip(targets.T, scores.T, strict=True):
            known = ~np.isnan(true)
            try:
                values.append(compute(true[known], said[known]))
            except UndefinedMetricError:
                continue
        return float(np.mean(values))

    return judge


def score_split(
    network: nn.Module,
    split: Split,
    made: RunConfig,
    manifest: Manifest,
    prepared: Prepared,
    task: Task,
    engine: Engine,
) -> Predictions:
    """Ask the network about every case of a split; its refused cases are counted beside.

    So are those whose header could not be read: they may have belonged to any split.
    """
    rows = rows_of(prepared, split)
    ours = {case.case_id for case in manifest.of(split).cases}
    refused = [case for case in prepared.refused if case.case_id in ours]
    return score_cases(
        network,
        [prepared.cases[row] for row in rows],
        samples_of(prepared, made.labels, rows),
        labels=made.labels,
        task=task,
        contract=made.plane,
        engine=engine,
        batch_size=made.recipe.batch_size,
        refused=[*manifest.refused, *refused],
    )


def rows_of(prepared: Prepared, split: Split) -> list[int]:
    """Return which prepared cases are of a split."""
    return [row for row, case in enumerate(prepared.cases) if case.split == split]


def history_line(epoch: Epoch, headline: str) -> dict[str, float | int]:
    """Name the columns of `history.csv`."""
    return {
        "epoch": epoch.epoch,
        "train_loss": epoch.train_loss,
        "val_loss": epoch.val_loss,
        f"val_{headline}": epoch.score,
        "lr": epoch.lr,
        "lr_encoder": epoch.lr_encoder,
        "images_per_s": round(epoch.images_per_s, 3),
        "seconds": round(epoch.seconds, 3),
        **epoch.stages,
    }


def about(made: RunConfig) -> str:
    """Say in the weights file itself what it is, so that it can be read without its folder."""
    return json.dumps(
        {
            "entry": made.model,
            "architecture": made.entry.architecture.model_dump(),
            "task": made.task,
            "labels": made.labels,
            "input": made.plane.model_dump(),
            "image_size": made.image_size,
        },
        sort_keys=True,
    )
