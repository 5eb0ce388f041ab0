"""Teaching from square images, one row of targets each."""

from torch import nn

from radzoo.core.case import Manifest, Split
from radzoo.core.config import RunConfig
from radzoo.core.plan import Plan
from radzoo.core.predictions import Predictions
from radzoo.core.recipe import Recipe
from radzoo.data.covariates import count_columns
from radzoo.data.prepared import Prepared, prepare
from radzoo.models.build import build_network
from radzoo.models.covariates import with_covariates
from radzoo.models.device import Engine
from radzoo.models.lesson import Lesson, plane_lesson
from radzoo.models.weights_file import WeightsFile
from radzoo.tasks.task import Task
from radzoo.workflows.finetune_config import FinetuneConfig, Watcher
from radzoo.workflows.inference import samples_of, score_cases
from radzoo.workflows.planning.plan import make_plan
from radzoo.workflows.run.config import resolve
from radzoo.workflows.run.outcome import write_outcome
from radzoo.workflows.teaching.material import Stock, check_prepared, refused_of, rows_of
from radzoo.workflows.teaching.matter import Matter


def plan_planes(
    config: FinetuneConfig, manifest: Manifest, gpu: bool, threads: int
) -> tuple[Plan, Recipe]:
    """Propose every setting from the data and the network."""
    return make_plan(
        config.entry, manifest, task=config.task, wishes=config.wishes,
        image_size=config.image_size, gpu=gpu, threads=threads, workers=config.workers,
    )  # fmt: skip


def resolve_planes(
    config: FinetuneConfig, recipe: Recipe, manifest: Manifest, plan: Plan, task: Task
) -> RunConfig:
    """Write down what the run will do."""
    made = resolve(config, recipe, manifest, task)
    return made.model_copy(update={"image_size": int(plan.value("image_size"))})


def make_network(
    made: RunConfig, task: Task, weights: WeightsFile | None, watcher: Watcher
) -> nn.Module:
    """Build the network of a run, as it is before the first step."""
    outputs = task.outputs(made.labels, made.reading)
    network = build_network(
        made.entry, outputs=outputs, weights=weights,
        dropout=made.recipe.dropout, activation=made.recipe.activation,
        seed=made.recipe.seed, image_size=made.side, log=watcher.log,
    )  # fmt: skip
    return with_covariates(network, count_columns(made.reading.covariates), outputs)


def prepare_planes(
    made: RunConfig, manifest: Manifest, task: Task, config: FinetuneConfig, watcher: Watcher
) -> tuple[Prepared, tuple[str, ...]]:
    """Decode every image once, and see whether enough of them could be.

    Returns:
        The images, and a warning if any was refused.

    Raises:
        RefusedError: if more than `max_refused` of the cases were refused.
        InputError: if those that are left cannot serve the task.
    """
    prepared = prepare(
        manifest.cases, size=made.side, fit=made.plane.fit,
        interpolation=made.plane.interpolation,
        edge=made.plane.edge_at(made.side), decoding=made.decoding, cache=config.cache,
        workers=config.workers, track=watcher.track, log=watcher.log,
    )  # fmt: skip
    return prepared, check_prepared(prepared, made, manifest, task, watcher)


def lesson_of_planes(stock: Stock, made: RunConfig, task: Task) -> Lesson:
    """Return training and validation."""
    assert isinstance(stock, Prepared)
    training, validation = (
        samples_of(stock, task, made.labels, rows_of(stock, split), made.reading.covariates)
        for split in ("train", "val")
    )
    balanced = made.recipe.sampling == "balanced"
    shown = task.appearances(training.targets) if balanced else None
    return plane_lesson(training, validation, made.plane, shown)


def score_planes(
    network: nn.Module,
    split: Split,
    made: RunConfig,
    manifest: Manifest,
    stock: Stock,
    task: Task,
    engine: Engine,
) -> Predictions:
    """Ask the network about every case of a split; its refused cases are counted beside."""
    assert isinstance(stock, Prepared)
    rows = rows_of(stock, split)
    return score_cases(
        network,
        [stock.cases[row] for row in rows],
        samples_of(stock, task, made.labels, rows, made.reading.covariates),
        labels=made.labels,
        task=task,
        reading=made.reading,
        contract=made.plane,
        engine=engine,
        batch_size=made.recipe.batch_size,
        refused=refused_of(stock, manifest, split),
    )


PLANES = Matter(
    plan=plan_planes,
    resolve=resolve_planes,
    network=make_network,
    prepare=prepare_planes,
    lesson=lesson_of_planes,
    score=score_planes,
    conclude=write_outcome,
)
