"""Teaching from volumes, one row of targets each."""

from torch import nn

from radzoo.core.case import Manifest, Split
from radzoo.core.config import RunConfig
from radzoo.core.entry import VolumeInput
from radzoo.core.plan import Plan
from radzoo.core.predictions import Predictions
from radzoo.core.recipe import Recipe
from radzoo.core.volume_axes import Shape, Triple, read_size
from radzoo.core.window import Window
from radzoo.data.prepared import PreparedVolumes, prepare_volumes
from radzoo.models.device import Engine
from radzoo.models.lesson import Lesson
from radzoo.models.volume_lesson import volume_lesson
from radzoo.models.weights_file import WeightsFile
from radzoo.tasks.task import Task
from radzoo.workflows.finetune_config import FinetuneConfig, Watcher
from radzoo.workflows.planning.volumes import OWN, make_volume_plan
from radzoo.workflows.run.config import resolve
from radzoo.workflows.run.outcome import write_outcome
from radzoo.workflows.teaching.material import Stock, check_prepared, refused_of, rows_of
from radzoo.workflows.teaching.matter import Matter
from radzoo.workflows.volume_inference import (
    build_for_run,
    score_volumes,
    volume_samples_of,
    working_of,
)


def resolve_volumes(
    config: FinetuneConfig, recipe: Recipe, manifest: Manifest, plan: Plan, task: Task
) -> RunConfig:
    """Write down what the run will do.

    Raises:
        InputError: if nobody knows what the network expects.
    """
    made = resolve(config, recipe, manifest, task)
    size, spacing_mm = grid_of(plan)
    if made.decoding.regions:  # the spacing that suits whole volumes: regions say their own
        spacing_mm = None
    contract = contract_of(made, size, spacing_mm)
    chosen: dict[str, object] = {
        "fit": plan.value("fit"), "intensity": plan.value("intensity"),
    }  # fmt: skip
    window = made.decoding.window
    if window is not None:
        chosen["hu_window"] = ends_of(window)
    return made.model_copy(update={"volume": contract.model_copy(update=chosen), "fit": None})


def contract_of(made: RunConfig, size: Shape, spacing_mm: Triple | None) -> VolumeInput:
    """Return what the network is fed: volumes, or slices as it was fed images."""
    if made.recipe.pool_slices == "none":
        return made.entry.input.as_volume(
            made.model, size=size, spacing_mm=spacing_mm, scratch=made.recipe.from_scratch
        )
    plane = made.entry.input.as_plane(made.model)
    return VolumeInput(
        channels=plane.channels, size=size, spacing_mm=spacing_mm, value_range=plane.value_range,
        normalisation="mean-std", mean=plane.mean, std=plane.std,
    )  # fmt: skip


def grid_of(plan: Plan) -> tuple[Shape, Triple | None]:
    """Read size and spacing from a plan."""
    size = read_size(str(plan.value("image_size")))
    assert isinstance(size, tuple)
    spacing = plan.value("spacing_mm")
    if spacing == OWN:
        return size, None
    slices, rows, columns = map(float, str(spacing).split("x"))
    return size, (slices, rows, columns)


def ends_of(window: Window) -> tuple[float, float]:
    """Return the lowest and the highest Hounsfield unit of a window."""
    return window.center - window.width / 2, window.center + window.width / 2


def make_network(
    made: RunConfig, task: Task, weights: WeightsFile | None, watcher: Watcher
) -> nn.Module:
    """Build the network of a run, as it is before the first step."""
    return build_for_run(made, task, weights, watcher.log)


def prepare_for_run(
    made: RunConfig, manifest: Manifest, task: Task, config: FinetuneConfig, watcher: Watcher
) -> tuple[PreparedVolumes, tuple[str, ...]]:
    """Decode every volume once, and see whether enough of them could be.

    Returns:
        The volumes, and a warning if any was refused.

    Raises:
        RefusedError: if more than `max_refused` of the cases were refused.
        InputError: if those that are left cannot serve the task.
    """
    assert made.volume is not None
    prepared = prepare_volumes(
        manifest.cases, working_of(made.volume, made.decoding.framing), cache=config.cache,
        workers=config.workers, track=watcher.track, log=watcher.log,
    )  # fmt: skip
    return prepared, check_prepared(prepared, made, manifest, task, watcher)


def lesson_of_volumes(stock: Stock, made: RunConfig, task: Task) -> Lesson:
    """Return training and validation."""
    assert isinstance(stock, PreparedVolumes)
    assert made.volume is not None
    training, validation = (
        volume_samples_of(stock, task, made.labels, rows_of(stock, split), made.reading.covariates)
        for split in ("train", "val")
    )
    balanced = made.recipe.sampling == "balanced"
    shown = task.appearances(training.targets) if balanced else None
    return volume_lesson(training, validation, made.volume, shown)


def score_split(
    network: nn.Module,
    split: Split,
    made: RunConfig,
    manifest: Manifest,
    stock: Stock,
    task: Task,
    engine: Engine,
) -> Predictions:
    """Ask the network about every case of a split; its refused cases are counted beside."""
    assert isinstance(stock, PreparedVolumes)
    assert made.volume is not None
    rows = rows_of(stock, split)
    return score_volumes(
        network,
        [stock.cases[row] for row in rows],
        volume_samples_of(stock, task, made.labels, rows, made.reading.covariates),
        labels=made.labels,
        task=task,
        reading=made.reading,
        contract=made.volume,
        engine=engine,
        batch_size=made.recipe.held,
        refused=refused_of(stock, manifest, split),
    )


VOLUMES = Matter(
    plan=make_volume_plan,
    resolve=resolve_volumes,
    network=make_network,
    prepare=prepare_for_run,
    lesson=lesson_of_volumes,
    score=score_split,
    conclude=write_outcome,
)
