"""The part of a run that needs the network: training it, and asking it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from radzoo.core.case import Split
from radzoo.core.config import RunConfig
from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe
from radzoo.metrics.classes.counting import call_classes
from radzoo.metrics.families import find_metric
from radzoo.models.device import Engine
from radzoo.models.lesson import Feeds, Judge, Lesson
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
    if task.soft is not None and (made.recipe.mixup or made.recipe.cutmix):
        lesson = replace(lesson, feeds=soften(lesson.feeds, task.soft, made.reading))
    aims = task.objective(made.recipe, lesson.training.targets, made.reading, engine.device)
    return train(
        network, lesson, recipe=made.recipe, engine=engine,
        loss=aims.loss, val_loss=aims.val_loss, judge=judge_by(task, made.reading),
        hooks=hooks, start=start,
    )  # fmt: skip


def soften(
    feeds: Callable[[Recipe, Engine], Feeds],
    soft: Callable[[Tensor, Reading], Tensor],
    reading: Reading,
) -> Callable[[Recipe, Engine], Feeds]:
    """Let training be told targets that may be mixed with each other."""

    def softened(recipe: Recipe, engine: Engine) -> Feeds:
        plain = feeds(recipe, engine)
        return replace(
            plain, targets=lambda chosen, epoch: soft(plain.targets(chosen, epoch), reading)
        )

    return softened


def judge_by(task: Task, reading: Reading) -> Judge:
    """Return the task's headline metric as a function of outputs: higher is better."""

    def judge(targets: Matrix, outputs: NDArray[np.float32]) -> float:
        return headline_of(task, targets, task.scores(outputs, reading))

    return judge


def headline_of(task: Task, targets: Matrix, said: Matrix, weights: Vector | None = None) -> float:
    """Return the task's headline metric, turned so that higher is better; NaN if undefined.

    That of findings is the mean over those that it is defined for.

    Args:
        task: whose.
        targets: as the task reads them.
        said: scores.
        weights: `(n_cases,)`, how often each case counts; None = once.
    """
    metric, sign = find_metric(task.headline, task.name), sign_of(task.headline)
    assert metric is not None
    if task.form == "classes":
        pairs = [(targets[:, 0], call_classes(said) if metric.reads == "decisions" else said)]
    elif task.form == "times":
        pairs = [(targets, said[:, 0])]
    else:
        pairs = list(zip(targets.T, said.T, strict=True))
    values = []
    for true, scores in pairs:
        known = is_known(true) & is_known(scores)
        counted = None if weights is None else weights[known]
        try:
            values.append(sign * metric.compute(true[known], scores[known], counted))
        except UndefinedMetricError:
            continue
    return float(np.mean(values)) if values else float("nan")


def is_known(rows: Matrix) -> NDArray[np.bool_]:
    """Say of each row, of one value or several, whether all of it is known; `(n_cases,)`."""
    unknown: NDArray[np.bool_] = np.isnan(rows.reshape(len(rows), -1))
    return np.asarray(~unknown.any(axis=1))


def sign_of(headline: str) -> float:
    """Return 1 for a metric that is to be high, -1 for one that is to be low."""
    metric = find_metric(headline)
    return -1.0 if metric is not None and metric.higher_is_better is False else 1.0


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
            "input": made.plane.model_dump() if made.image_size else made.entry.input.model_dump(),
            "image_size": made.image_size,
            "volume": made.volume.model_dump() if made.volume else None,
            "segmentation": made.segmentation.model_dump() if made.segmentation else None,
        },
        sort_keys=True,
    )
