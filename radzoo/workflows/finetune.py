"""Teach a network of the zoo a new task, and leave a run folder that tells all of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import torch
from pydantic import TypeAdapter, ValidationError

from radzoo.core.case import SPLITS, Case, Manifest
from radzoo.core.config import Portion, RunConfig
from radzoo.core.decoding import Decoding, window_of
from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.json_text import to_text
from radzoo.core.plugins import Task
from radzoo.core.publish import publish_text
from radzoo.core.recipe import Recipe, Scalar
from radzoo.core.report import RunReport
from radzoo.core.source import Fetched
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.options import names_layout
from radzoo.data.prepared import Prepared, prepare
from radzoo.data.split.portion import choose_cases
from radzoo.models.build import build_network
from radzoo.models.device import Engine, pick_device, reproducible
from radzoo.models.training.hooks import Hooks
from radzoo.models.training.progress import Epoch
from radzoo.models.weights_file import WeightsFile
from radzoo.tasks import TASKS
from radzoo.workflows.case_counts import warn_of_few
from radzoo.workflows.network_weights import published_weights
from radzoo.workflows.outcome import Draw, Ingredients, write_outcome
from radzoo.workflows.recipe import decide
from radzoo.workflows.refusals import check_refused
from radzoo.workflows.run_folder import RunFolder, check_out, new_run
from radzoo.workflows.stopwatch import Stopwatch
from radzoo.workflows.teaching import rows_of, score_split, teach


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """What the user asks for.

    Attributes:
        wishes: settings of `core.config.Recipe` that the user fixes; the rest is decided
            from the data.
        fit_batch: find how many cases of a batch the device can hold at a time.
        image_size: rows and columns; None = those of the entry.
        decoding: window and exactness; without a window that of the entry counts, if any.
        portion: which run out of several on the same data.
        max_refused: share of cases that may be refused before the run is given up.
        cache: where weights and prepared images are kept.
        workers: processes that decode images.
    """

    entry: ZooEntry
    data: Path
    out: Path
    cache: Path
    options: DataOptions = field(default_factory=DataOptions)
    task: str = "binary"
    image_size: int | None = None
    decoding: Decoding = field(default_factory=Decoding)
    wishes: Mapping[str, Scalar] = field(default_factory=dict)
    fit_batch: bool = False
    device: str = "auto"
    overwrite: bool = False
    allow_leakage: bool = False
    max_refused: float = 0.05
    portion: Portion = field(default_factory=Portion)
    offline: bool = False
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Watcher:
    """Whom the workflow tells what, while it runs.

    Attributes:
        log: told a sentence for people.
        warn: told what the user should look at; the run keeps it, too.
        track: wraps the cases while their images are decoded.
        on_recipe: told the resolved recipe and the number of training cases.
        on_step: told `(epoch, done, total)` after every step.
        on_epoch: told the epoch and whether it is the best so far.
        on_bytes: told how many bytes of the weights are here, of how many.
    """

    log: Callable[[str], object] = lambda message: None
    warn: Callable[[str], object] = lambda message: None
    track: Callable[[Iterable[Case]], Iterable[Case]] = iter
    on_recipe: Callable[[Recipe, int], object] = lambda recipe, n_train: None
    on_step: Callable[[int, int, int], object] = lambda epoch, done, total: None
    on_epoch: Callable[[Epoch, bool], object] = lambda epoch, improved: None
    on_bytes: Callable[[int, int | None], None] = lambda done, total: None


SILENT = Watcher()


def draw_nothing(run: RunFolder, title: str) -> None:
    """Make no page."""


def finetune(
    config: FinetuneConfig, watcher: Watcher = SILENT, *, draw: Draw = draw_nothing
) -> RunReport:
    """Teach, choose the best epoch on validation, and judge it on test.

    Nothing stands at `config.out` unless everything succeeds.

    Args:
        config: what is asked for.
        watcher: whom to tell what, meanwhile.
        draw: makes `report.html` of a run whose other files are written; `(run, title)`.

    Raises:
        UsageError: if `out` exists, or a setting is wrong.
        InputError: if the data cannot serve the task.
        RefusedError: if more than `max_refused` of the cases were refused.
        EnvironmentFailure: if a place cannot be written or a device does not exist.
        IntegrityError: if weights are not what they should be, or the loss was not finite.
        MemoryFailure: if memory ran out.
    """
    check_out(config.out, overwrite=config.overwrite)
    device, task = pick_device(config.device), TASKS.find(config.task)
    decide(config.wishes, n_train=1, gpu=False, threads=1)  # so that a wrong one ends it now
    clock = Stopwatch()
    with new_run(config.out, overwrite=config.overwrite) as run:
        with clock.time("data"):
            manifest, warnings = read_cases(config, task, watcher)
        recipe = decide(
            config.wishes,
            n_train=len(manifest.of("train").cases),
            gpu=device.type == "cuda",
            threads=torch.get_num_threads(),
        )
        made = resolve(config, recipe, manifest)
        publish_text(run.config, to_text(made))
        engine = Engine(device, recipe.amp)
        with clock.time("weights"):
            weights, fetched = bring_weights(config, recipe, watcher)
            network = build_network(
                made.entry, outputs=task.outputs(made.labels), weights=weights,
                dropout=recipe.dropout, seed=recipe.seed, image_size=made.image_size,
                log=watcher.log,
            )  # fmt: skip
        with clock.time("images"):
            prepared, left_out = prepare_cases(made, manifest, task, config, watcher)
            warnings += left_out
        watcher.on_recipe(recipe, len(rows_of(prepared, "train")))
        with reproducible(device, threads=recipe.threads):
            with clock.time("training"):
                hooks = Hooks(on_step=watcher.on_step, on_epoch=watcher.on_epoch)
                trained = teach(network, run, made, prepared, task, engine, hooks)
            with clock.time("predictions"):
                val, test = (
                    score_split(network, split, made, manifest, prepared, task, engine)
                    for split in ("val", "test")
                )
        ingredients = Ingredients(made, manifest, prepared, fetched, engine.describe(), warnings)
        return write_outcome(run, config.out, ingredients, network, trained, val, test, clock, draw)


def read_cases(
    config: FinetuneConfig, task: Task, watcher: Watcher
) -> tuple[Manifest, tuple[str, ...]]:
    """List the cases, complete their splits, and see whether they can serve the task.

    Raises:
        RefusedError: if more than `max_refused` of the cases have no readable header.
        InputError: if patients stand in two splits, or a split cannot serve the task.
    """
    manifest = load_manifest(config.data, options=config.options)
    for note in manifest.notes:
        watcher.log(note)
    total = len(manifest.cases) + len(manifest.refused)
    check_refused(manifest.refused, total, allowed=config.max_refused)
    seed = int(config.wishes.get("seed", 0))
    manifest, warnings = choose_cases(
        manifest, config.portion, seed=seed, allow_leakage=config.allow_leakage
    )
    for warning in warnings:
        watcher.warn(warning)
    for split in SPLITS:
        task.check(manifest.of(split).cases, manifest.labels, split)
    few = warn_of_few(manifest)
    for warning in few:
        watcher.warn(warning)
    return manifest, (*warnings, *few)


def resolve(config: FinetuneConfig, recipe: Recipe, manifest: Manifest) -> RunConfig:
    """Write down what the run will do, with nothing left to decide."""
    return RunConfig(
        model=config.entry.name,
        entry=config.entry,
        task=config.task,
        labels=list(manifest.labels),
        data=str(config.data.absolute()),
        data_options=write_options(config.options),
        allow_leakage=config.allow_leakage,
        max_refused=config.max_refused,
        image_size=config.image_size or config.entry.input.as_plane(config.entry.name).size,
        fit=choose_fit(config.entry),
        decoding=config.decoding.or_window(window_of(config.entry)),
        recipe=recipe,
        portion=config.portion,
    )


def choose_fit(entry: ZooEntry) -> Literal["pad"] | None:
    """Return how images become square: a network of photographs is fed whole radiographs.

    Its crop suited photographs, whose subject is in the middle. A network that was trained
    on medical images keeps what it was trained with.
    """
    return "pad" if entry.modality == "natural images" else None


def write_options(options: DataOptions) -> dict[str, str | bool | int | None]:
    """Return the options of a data set as JSON can hold them; paths become absolute."""
    labels = options.labels.absolute() if options.labels else None
    layout = options.data_format
    if layout is not None and names_layout(layout):
        layout = str(Path(layout).absolute())
    values: dict[str, str | bool | int | None] = TypeAdapter(DataOptions).dump_python(
        replace(options, labels=labels, data_format=layout), mode="json"
    )
    return values


def read_options(values: Mapping[str, str | bool | int | None]) -> DataOptions:
    """Return the options that `write_options` wrote.

    Raises:
        InputError: if another version of radzoo wrote them.
    """
    try:
        return TypeAdapter(DataOptions).validate_python(values)
    except ValidationError:
        raise InputError(
            "the data options of this configuration are not those of this radzoo",
            id="bad-config",
            hint="name the data anew, without --config",
        ) from None


def bring_weights(
    config: FinetuneConfig, recipe: Recipe, watcher: Watcher
) -> tuple[WeightsFile | None, Fetched | None]:
    """Return the published weights, or nothing for a network from scratch."""
    if recipe.from_scratch:
        return None, None
    return published_weights(
        config.entry, cache=config.cache, offline=config.offline, progress=watcher.on_bytes,
        log=watcher.log,
    )  # fmt: skip


def prepare_cases(
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
        manifest.cases, size=made.image_size, fit=made.plane.fit,
        interpolation=made.plane.interpolation,
        edge=made.plane.edge_at(made.image_size), decoding=made.decoding, cache=config.cache,
        workers=config.workers, track=watcher.track, log=watcher.log,
    )  # fmt: skip
    warnings = check_refused(
        [*manifest.refused, *prepared.refused],
        len(manifest.cases) + len(manifest.refused),
        allowed=made.max_refused,
    )
    for warning in warnings:
        watcher.warn(warning)
    for split in SPLITS:
        task.check([prepared.cases[row] for row in rows_of(prepared, split)], made.labels, split)
    return prepared, warnings
