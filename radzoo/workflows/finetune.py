"""Teach a network of the zoo a new task, and leave a run folder that tells all of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

from radzoo.core.case import Manifest
from radzoo.core.config import RunConfig
from radzoo.core.errors import UsageError
from radzoo.core.json_text import to_text
from radzoo.core.publish import publish_text
from radzoo.core.report import RunReport
from radzoo.core.source import Fetched
from radzoo.models.device import Engine, engine_for, pick_device
from radzoo.models.lesson import Lesson
from radzoo.models.training.checkpoint import Checkpoint, read_checkpoint, remove_checkpoints
from radzoo.models.training.plain import Plain
from radzoo.tasks import TASKS
from radzoo.tasks.task import Task
from radzoo.tracking.tracker import find_trackers, tracking
from radzoo.workflows.finetune_config import SILENT, FinetuneConfig, Watcher
from radzoo.workflows.planning.combinations import cautions, check_for_task
from radzoo.workflows.planning.recipe import decide
from radzoo.workflows.run.claim import Claim, check_out, claimed_run
from radzoo.workflows.run.config import settings_of
from radzoo.workflows.run.folder import RunFolder
from radzoo.workflows.run.origin import (
    find_changes,
    origin_of_config,
    origin_of_run,
    refuse_changes,
)
from radzoo.workflows.run.outcome import Draw, Ingredients
from radzoo.workflows.segmentation.segmented import Said
from radzoo.workflows.stopwatch import Stopwatch
from radzoo.workflows.teaching.computing import (
    check_fitting,
    computing,
    fit_pieces,
    warn_of_left_out,
    warn_of_parts,
)
from radzoo.workflows.teaching.following import meet
from radzoo.workflows.teaching.keeping import Keeper, ending_as_paused
from radzoo.workflows.teaching.material import Stock, bring_weights, read_cases, rows_of
from radzoo.workflows.teaching.matter import Matter, matter_of
from radzoo.workflows.teaching.resuming import as_before, show_finished
from radzoo.workflows.teaching.settling import settle
from radzoo.workflows.teaching.signals import Signals, listening
from radzoo.workflows.teaching.teaching import JUDGED, teach

__all__ = ["SILENT", "FinetuneConfig", "Watcher", "draw_nothing", "finetune"]


def draw_nothing(run: RunFolder, title: str) -> None:
    """Make no page."""


def finetune(
    config: FinetuneConfig, watcher: Watcher = SILENT, *, draw: Draw = draw_nothing
) -> RunReport:
    """Teach, choose the best epoch on validation, and judge it on test; or go on with that.

    Until the first checkpoint an error leaves nothing at `config.out`; from then on the folder
    stays, and `config.resume` goes on to the same result, to the bit.

    Args:
        config: what is asked for.
        watcher: whom to tell what, meanwhile.
        draw: makes `report.html` of a run whose other files are written; `(run, title)`.

    Raises:
        UsageError: if `out` exists, or a setting is wrong.
        InputError: if the data cannot serve the task.
        RefusedError: if more than `max_refused` of the cases were refused.
        EnvironmentFailure: if a place cannot be written or a device does not exist.
        IntegrityError: if weights are not what they should be, the loss was not finite,
            another process is at work at `out`, or it was begun with something else.
        MemoryFailure: if memory ran out.
        Paused: if a signal ended it.
    """
    if config.resume and config.overwrite:
        raise UsageError(
            "a run is either gone on with or replaced",
            id="resume-and-overwrite",
            hint="leave out --overwrite to go on, --resume to begin anew",
        )
    if config.resume:
        config = as_before(config)
        if RunFolder(config.out).manifest.is_file():
            return show_finished(config, watcher.log)
    check_fitting(config)
    check_out(config.out, overwrite=config.overwrite, resume=config.resume)
    device, task = pick_device(config.device), TASKS.find(config.task)
    decide(config.wishes, n_train=1, gpu=False, threads=1)  # so that a wrong one ends it now
    find_trackers(config.track)
    with (
        listening() as signals,
        ending_as_paused(signals, config.out),
        claimed_run(config.out, overwrite=config.overwrite, resume=config.resume) as claim,
    ):
        return make_run(config, claim, signals, device, task, watcher, draw)


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies ready when all is decided and decoded.

    Attributes:
        origin: what the run is begun with.
        kept: where it goes on; None = at its beginning.
        warnings: what the user should look at.
    """

    made: RunConfig
    matter: Matter
    task: Task
    network: nn.Module
    lesson: Lesson
    manifest: Manifest
    stock: Stock
    engine: Engine
    fetched: Fetched | None
    origin: Mapping[str, Plain]
    kept: Checkpoint | None
    warnings: tuple[str, ...]


def make_run(
    config: FinetuneConfig,
    claim: Claim,
    signals: Signals,
    device: torch.device,
    task: Task,
    watcher: Watcher,
    draw: Draw,
) -> RunReport:
    """Fill the folder of a run, from where it stands."""
    run, clock = claim.run, Stopwatch()
    desk = lay_out(config, run, device, task, watcher, clock)
    made, engine = desk.made, desk.engine
    watcher.on_recipe(made.recipe, len(rows_of(desk.stock, "train")))
    keeper = Keeper(
        claim, config.out, desk.origin, task.headline, signals,
        every_s=60 * config.checkpoint_minutes, watcher=watcher,
    )  # fmt: skip
    with (
        computing(engine, made.recipe),
        tracking(
            find_trackers(config.track), run.tracking, config.out.name, settings_of(made),
            warn=watcher.warn,
        ) as tracks,
    ):  # fmt: skip
        start = desk.kept.snapshot if desk.kept else None
        with clock.time("training"), signals.patient():
            trained = teach(
                desk.network, made, desk.lesson, task, engine, keeper.hooks(tracks.log), start
            )
        with clock.time("predictions"):
            made, told = ask(desk)
    missed = warn_of_left_out(trained)
    for warning in missed:
        watcher.warn(warning)
    claim.check()
    publish_text(run.config, to_text(made))
    ingredients = Ingredients(
        made, desk.manifest, desk.stock, desk.fetched, str(desk.origin["cases"]),
        str(desk.origin["pixels"]), engine.describe(),
        tuple(dict.fromkeys((*desk.warnings, *missed))),
    )  # fmt: skip
    report = desk.matter.conclude(
        run, config.out, ingredients, desk.network, trained, *told, clock, draw
    )
    remove_checkpoints(run.checkpoints)
    return report


def lay_out(
    config: FinetuneConfig,
    run: RunFolder,
    device: torch.device,
    task: Task,
    watcher: Watcher,
    clock: Stopwatch,
) -> Desk:
    """Decide what will be done, bring weights and images, and see whether it may go on."""
    matter = matter_of(config.entry, task, config.wishes.get("pool_slices", "none"))
    with clock.time("data"):
        manifest, warnings = read_cases(config, task, watcher)
        plan, recipe = matter.plan(config, manifest, device.type == "cuda", torch.get_num_threads())
        check_for_task(task, recipe)
    watcher.on_plan(plan)
    for warning in plan.warnings:
        if warning not in warnings:  # some were said when the cases were read
            watcher.warn(warning)
    made = matter.resolve(config, recipe, manifest, plan, task)
    kept = begin(config, made, run, watcher)
    if kept is None:
        publish_text(run.plan, to_text(plan))
    engine, made = meet(engine_for(device, recipe), made)
    with clock.time("weights"):
        weights, fetched = bring_weights(config, recipe, watcher)
        network = matter.network(made, task, weights, watcher)
    with clock.time("images"):
        stock, left_out = matter.prepare(made, manifest, task, config, watcher)
        engine.ranks.wait()
        lesson = matter.lesson(stock, made, task)
        made = fit_pieces(network, made, lesson, task, engine, wanted=config.fit_batch)
        origin = origin_of_run(made, stock, fetched.sha256 if fetched else None, engine)
        changes = find_changes(kept.origin, origin) if kept else []
        changed = refuse_changes(changes, allowed=config.allow_changed)
        publish_text(run.config, to_text(made))
    careful = (
        *cautions(recipe, n_labels=len(made.labels)),
        *warn_of_parts(network, engine),
        *(task.cautions(made.recipe, engine.ranks.count) if task.cautions else ()),
    )
    for warning in (*changed, *careful):
        watcher.warn(warning)
    said = (*warnings, *plan.warnings, *left_out, *changed, *careful)
    return Desk(
        made, matter, task, network, lesson, manifest, stock, engine, fetched, origin, kept, said
    )


def ask(desk: Desk) -> tuple[RunConfig, tuple[Said, Said]]:
    """Settle how the outputs of a taught network are read, and ask it about both other splits."""
    made = settle(desk.network, desk.made, desk.lesson, desk.task, desk.engine)
    val, test = (
        desk.matter.score(
            desk.network, split, made, desk.manifest, desk.stock, desk.task, desk.engine
        )
        for split in JUDGED
    )
    return made, (val, test)


def begin(
    config: FinetuneConfig, made: RunConfig, run: RunFolder, watcher: Watcher
) -> Checkpoint | None:
    """Find where the run stands, and write down what it will do if it stands nowhere yet.

    A run that goes on keeps its configuration until images and cases are known for the same:
    one that is refused is left as it was.

    Raises:
        IntegrityError: if it was begun with something else, or no checkpoint is whole.
    """
    kept = read_checkpoint(run.checkpoints, watcher.warn) if config.resume else None
    if kept is not None:
        changes = find_changes(kept.origin, origin_of_config(made))
        refuse_changes(changes, allowed=config.allow_changed)
        return kept
    publish_text(run.config, to_text(made))
    return None
