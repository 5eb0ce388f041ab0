"""After the training: what the final reading of the outputs needs of the training cases."""

from torch import nn

from radzoo.core.config import RunConfig
from radzoo.models.device import Engine
from radzoo.models.lesson import Lesson
from radzoo.models.predict import run
from radzoo.tasks.task import Task


def settle(
    network: nn.Module, made: RunConfig, lesson: Lesson, task: Task, engine: Engine
) -> RunConfig:
    """Return what the run did, with the final reading of its outputs.

    Only tasks that ask for it look at the training cases once more, without augmentation.
    """
    if task.settle is None:
        return made
    feeds = lesson.feeds(made.recipe, engine)
    outputs = run(
        network, lambda chosen, epoch: feeds.feed(chosen, None), len(lesson.training),
        batch_size=made.recipe.held, ranks=engine.ranks,
    ).numpy()  # fmt: skip
    reading = task.settle(made.reading, lesson.training.targets, outputs)
    return made.model_copy(update={"reading": reading})
