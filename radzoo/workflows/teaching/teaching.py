"""The part of a run that needs the network: training it, and asking it."""

import json
from typing import Final

import numpy as np
from numpy.typing import NDArray
from torch import nn

from radzoo.core.case import Split
from radzoo.core.config import RunConfig
from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix
from radzoo.core.reading import Reading
from radzoo.metrics import METRICS
from radzoo.models.device import Engine
from radzoo.models.lesson import Judge, Lesson
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.progress import Epoch
from radzoo.models.training.snapshot import Snapshot
from radzoo.models.training.train import Trained, train
from radzoo.tasks.task import Task

JUDGED: Final[tuple[Split, ...]] = ("val", "test")
"""The splits that the finished network is asked about."""


def teach(
    network: nn.Module,
    made: RunConfig,
    lesson: Lesson,
    task: Task,
    engine: Engine,
    hooks: Hooks,
    start: Snapshot | None = None,
) -> Trained:
    """Train a network, or go on where an earlier training stood still."""
    aims = task.objective(made.recipe, lesson.training.targets, made.reading, engine.device)
    return train(
        network, lesson, recipe=made.recipe, engine=engine,
        loss=aims.loss, val_loss=aims.val_loss, judge=judge_by(task, made.reading),
        hooks=hooks, start=start,
    )  # fmt: skip


def judge_by(task: Task, reading: Reading) -> Judge:
    """Return the task's headline metric as a function of outputs: higher is better."""

    def judge(targets: Matrix, outputs: NDArray[np.float32]) -> float:
        return headline_of(task, targets, task.scores(outputs, reading))

    return judge


def headline_of(task: Task, targets: Matrix, said: Matrix) -> float:
    """Return the task's headline metric, turned so that higher is better; NaN if undefined.

    That of findings is the mean over those that it is defined for.

    Args:
        task: whose.
        targets: as the task reads them.
        said: scores.
    """
    compute, sign = METRICS[task.headline].compute, sign_of(task.headline)
    if task.form == "labels":
        pairs = list(zip(targets.T, said.T, strict=True))
    else:
        pairs = [(targets if task.form == "times" else targets[:, 0],
                  said if task.form == "classes" else said[:, 0])]  # fmt: skip
    values = []
    for true, scores in pairs:
        known = ~np.isnan(true) if true.ndim == 1 else ~np.isnan(true).any(axis=1)
        try:
            values.append(sign * compute(true[known], scores[known]))
        except UndefinedMetricError:
            continue
    return float(np.mean(values)) if values else float("nan")


def sign_of(headline: str) -> float:
    """Return 1 for a metric that is to be high, -1 for one that is to be low."""
    return -1.0 if METRICS[headline].higher_is_better is False else 1.0


def history_line(epoch: Epoch, headline: str) -> dict[str, float | int]:
    """Name the columns of `history.csv`."""
    return {
        "epoch": epoch.epoch,
        "train_loss": epoch.train_loss,
        "val_loss": epoch.val_loss,
        f"val_{headline}": sign_of(headline) * epoch.score,
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
            "input": made.entry.input.model_dump() if made.volume else made.plane.model_dump(),
            "image_size": made.image_size,
            "volume": made.volume.model_dump() if made.volume else None,
        },
        sort_keys=True,
    )
