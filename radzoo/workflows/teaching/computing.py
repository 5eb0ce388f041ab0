"""How a training computes, in the leading process and in those that follow it."""

from contextlib import AbstractContextManager

from torch import nn

from radzoo.core.config import RunConfig
from radzoo.core.errors import UsageError
from radzoo.core.recipe import Recipe
from radzoo.models.device import Engine, reproducible
from radzoo.models.lesson import Lesson
from radzoo.models.training.fitting import fit_micro_batch
from radzoo.models.training.fleet import has_batch_norm
from radzoo.models.training.train import Trained
from radzoo.tasks.task import Task
from radzoo.workflows.finetune_config import FinetuneConfig

NAMED = 8


def computing(engine: Engine, recipe: Recipe) -> AbstractContextManager[None]:
    """Compute what is inside as the recipe says, in every process alike."""
    return reproducible(
        engine.device, threads=recipe.threads, deterministic=recipe.deterministic,
        tf32=recipe.tf32,
    )  # fmt: skip


def check_fitting(config: FinetuneConfig) -> None:
    """Refuse to look for the largest pieces of a batch that a spread network can hold.

    Raises:
        UsageError: if that is asked for.
    """
    if config.fit_batch and config.launch.parallel == "fsdp":
        raise UsageError(
            "--batch-size auto tries what a device holds beside the whole network, and "
            "--parallel fsdp spreads that over the devices",
            id="fsdp-batch-size-auto",
            hint="give --batch-size and --micro-batch as numbers, or use --parallel ddp",
        )


def fit_pieces(
    network: nn.Module,
    made: RunConfig,
    lesson: Lesson,
    task: Task,
    engine: Engine,
    *,
    wanted: bool,
) -> RunConfig:
    """Return what will be done with the largest pieces of a batch that every device can hold.

    Nothing is changed unless the leader wants it.
    """
    if not engine.ranks.share(wanted):
        return made
    aims = task.objective(made.recipe, lesson.training.targets, made.reading, engine.device)
    with computing(engine, made.recipe):
        recipe = fit_micro_batch(
            network, lesson, recipe=made.recipe, engine=engine, loss=aims.loss
        )  # fmt: skip
    return made.model_copy(update={"recipe": recipe})


def warn_of_parts(network: nn.Module, engine: Engine) -> tuple[str, ...]:
    """Say so if the result depends on the number of processes."""
    if engine.ranks.count == 1 or engine.device.type == "cuda" or not has_batch_norm(network):
        return ()
    return (
        "batch normalisation sees the part of a batch that its process has, one of "
        f"{engine.ranks.count}: one process gives other weights (GPUs put the parts together)",
    )


def warn_of_left_out(trained: Trained) -> tuple[str, ...]:
    """Say which cases were in steps that were left out."""
    if not trained.bad_batches:
        return ()
    cases = list(dict.fromkeys(name for names in trained.bad_batches for name in names))
    more = f" and {len(cases) - NAMED} more" if len(cases) > NAMED else ""
    return (
        f"{len(trained.bad_batches)} steps were left out since loss or gradient was not a finite "
        f"number, in batches of {', '.join(cases[:NAMED])}{more}",
    )
