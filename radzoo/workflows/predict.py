"""Score cases with a run, or with a model of the zoo that was trained for the task."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from torch import nn

from radzoo.core.case import Case, Split
from radzoo.core.config import RunConfig
from radzoo.core.decoding import Decoding, window_of
from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError, UsageError
from radzoo.core.json_text import from_text
from radzoo.core.predictions import Predictions
from radzoo.core.reading import NOTHING_READ, Reading
from radzoo.core.source import Progress, no_progress
from radzoo.core.trainings_report import FoldsReport
from radzoo.data.covariates import count_columns, say_unknown
from radzoo.data.load import DataOptions, load_manifest
from radzoo.models.build import build_network
from radzoo.models.covariates import with_covariates
from radzoo.models.device import Engine, pick_device, reproducible
from radzoo.models.published import build_published, trained_labels
from radzoo.models.weights import load_state, put_weights
from radzoo.tasks import TASKS
from radzoo.tasks.task import Task
from radzoo.workflows.asking import Contract, Question, ask, decode
from radzoo.workflows.inference import average_scores
from radzoo.workflows.network_weights import published_weights
from radzoo.workflows.predict_options import read_as_learnt
from radzoo.workflows.predict_targets import ask_classes, take_targets
from radzoo.workflows.refusals import check_refused
from radzoo.workflows.regions import check_regions, check_same_framing
from radzoo.workflows.run.config import read_options
from radzoo.workflows.run.folder import FOLDS, RunFolder, noted_hash, read_config
from radzoo.workflows.volume_inference import build_for_run
from radzoo.zoo.catalog import find_entry

CLASS: Final = "class"
VOLUMES: Final = 3
FEW_VOLUMES: Final = 2
"""Cases at once of a published network of volumes, whose voxels may be very many."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A network that can be asked: what it says, and what it wants to be fed.

    Attributes:
        networks: one, or those of all folds, whose mean score counts.
        readings: how the outputs of each are read.
        contract: what they are fed: images of `image_size` rows and columns, or volumes.
        decoding: how the images were decoded that it learnt from; None = nobody says.
        learnt: how the data were read that it learnt from; None = nobody says.
    """

    networks: tuple[nn.Module, ...]
    readings: tuple[Reading, ...]
    task: Task
    labels: tuple[str, ...]
    contract: Contract
    image_size: int
    batch_size: int
    decoding: Decoding | None = None
    learnt: DataOptions | None = None


@dataclass(frozen=True, slots=True)
class PredictConfig:
    """What the user asks for.

    Attributes:
        decoding: window and exactness, as far as the user says.
        split: only the cases of this split; None = all.
        max_refused: share of cases that may be refused before it is given up.
    """

    data: Path
    cache: Path
    options: DataOptions = field(default_factory=DataOptions)
    decoding: Decoding = field(default_factory=Decoding)
    split: Split | None = None
    device: str = "auto"
    batch_size: int | None = None
    max_refused: float = 0.05
    workers: int = 2


def predict(
    ready: Ready,
    config: PredictConfig,
    *,
    track: Callable[[Iterable[Case]], Iterable[Case]] = iter,
    warn: Callable[[str], object] = lambda message: None,
    log: Callable[[str], object] = lambda message: None,
) -> Predictions:
    """Score every case of `config.data`.

    Columns that the user does not name are those that a run learnt from, as far as they are
    there.

    Args:
        ready: the networks.
        config: which cases, and how they are read.
        track: shows progress.
        warn: told what to look at.
        log: told which columns were taken.

    Raises:
        UsageError: if another window is asked for than the model learnt from.
        InputError: if there are no cases.
        RefusedError: if more than `max_refused` of them were refused, or all.
        EnvironmentFailure: if the device does not exist.
    """
    decoding = decide_decoding(ready.decoding, config.decoding)
    engine = Engine(pick_device(config.device), amp=False)
    options = read_as_learnt(config.data, config.options, ready, log)
    options = ask_classes(ask_covariates(options, ready.readings), ready)
    manifest = take_targets(load_manifest(config.data, options=options), ready, warn)
    cases = manifest.of(config.split).cases if config.split else manifest.cases
    if not cases and config.split:
        raise InputError(
            f"{config.data} has no case of the split '{config.split}'",
            id="no-cases",
            hint="leave out --split to score all cases",
        )
    check_regions(ready.decoding, cases)
    prepared = decode(
        cases, ready.contract, decoding, image_size=ready.image_size, cache=config.cache,
        workers=config.workers, track=track, log=warn,
    )  # fmt: skip
    refused = [*manifest.refused, *prepared.refused]
    total = len(cases) + len(manifest.refused)
    for warning in check_refused(refused, total, allowed=config.max_refused):
        warn(warning)
    scored = []
    for note in say_unknown(prepared.cases, ready.readings[0].covariates):
        warn(note)
    with reproducible(engine.device):
        for network, reading in zip(ready.networks, ready.readings, strict=True):
            engine.place(network)
            question = Question(
                ready.contract, ready.task, ready.labels, reading, engine,
                config.batch_size or ready.batch_size,
            )  # fmt: skip
            scored.append(ask(network, prepared, question, refused))
    return average_scores(scored)


def ask_covariates(options: DataOptions, readings: Sequence[Reading]) -> DataOptions:
    """Ask the data for the columns that the networks were told beside the image.

    Raises:
        UsageError: if others are asked for.
    """
    told = tuple(one.name for one in readings[0].covariates)
    if options.covariates and set(options.covariates) != set(told):
        raise UsageError(
            f"the covariates {', '.join(options.covariates)} were given; the model was told "
            f"{', '.join(told) or 'none'}",
            id="other-covariates",
            hint="leave --covariates out: the model says which columns it needs",
        )
    return replace(options, covariates=told)


def decide_decoding(learnt: Decoding | None, asked: Decoding) -> Decoding:
    """Decode as what the network learnt from was decoded.

    Only exactness may be added: another window is another kind of image.

    Args:
        learnt: how those images were decoded; None = nobody says.
        asked: what the user says.

    Raises:
        UsageError: if that is another window, or another margin or scale of regions.
    """
    if learnt is None:
        return asked
    if asked.window not in (None, learnt.window):
        raise UsageError(
            f"window {asked.window} was asked for; the model learnt from {learnt}",
            id="other-window",
            hint="leave --window out: images are decoded as those were that it learnt from",
        )
    check_same_framing(learnt, asked)
    return replace(learnt, exact=learnt.exact or asked.exact)


def open_model(
    name: str,
    *,
    registries: Sequence[Path] = (),
    cache: Path,
    offline: bool,
    progress: Progress = no_progress,
    log: Callable[[str], object] | None = None,
) -> Ready:
    """Open what the user named: the folder of a run, or else a model of the zoo.

    Raises:
        InputError: if it is neither, or says nothing of radiographs yet.
        IntegrityError: if its weights are not what they should be.
        EnvironmentFailure: if its weights are not here and cannot be fetched.
    """
    path = Path(name)
    if (path / FOLDS).is_file():
        return open_folds(path)
    if path.exists() or path.name != name:
        return open_run(path)
    entry = find_entry(name, registries, log)
    return open_entry(entry, cache=cache, offline=offline, progress=progress, log=log)


def open_run(path: Path) -> Ready:
    """Build the network of a run from its folder alone.

    Raises:
        InputError: if it is not the folder of a run.
        IntegrityError: if the weights were changed since they were written.
    """
    run = RunFolder(path)
    config = read_config(run.config)
    sha256 = noted_hash(run)
    task = TASKS.find(config.task)
    network = build_for_run(config, task, None) if config.volume else build_of_images(config, task)
    put_weights(network, load_state(run.weights, "safetensors", sha256=sha256), keep_head=True)
    return Ready(
        networks=(network,),
        readings=(config.reading,),
        task=task,
        labels=tuple(config.labels),
        contract=config.volume or config.plane,
        image_size=config.image_size or 0,
        batch_size=config.recipe.batch_size,
        decoding=config.decoding,
        learnt=read_options(config.data_options),
    )


def build_of_images(config: RunConfig, task: Task) -> nn.Module:
    """Build the network of a run on images, with random weights."""
    outputs = task.outputs(config.labels, config.reading)
    network = build_network(
        config.entry, outputs=outputs, weights=None,
        activation=config.recipe.activation, image_size=config.side,
    )  # fmt: skip
    return with_covariates(network, count_columns(config.reading.covariates), outputs)


def open_folds(path: Path) -> Ready:
    """Build the networks of all folds of a cross-validation.

    Raises:
        InputError: if one of them is missing or not whole.
        IntegrityError: if weights were changed since they were written.
    """
    try:
        report = from_text(FoldsReport, (path / FOLDS).read_text("utf-8"))
    except (OSError, ValueError):
        raise InputError(
            f"{path / FOLDS} is not what radzoo finetune --folds writes",
            id="bad-folds-report",
            hint="make it again with radzoo finetune --folds",
        ) from None
    members = [open_run(path / fold.run) for fold in report.folds]
    return replace(
        members[0],
        networks=tuple(network for one in members for network in one.networks),
        readings=at_same_horizons([reading for one in members for reading in one.readings]),
    )


def at_same_horizons(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """Let all say the probability of no event until the horizons of the first."""
    horizons = readings[0].horizons
    return tuple(reading.model_copy(update={"horizons": horizons}) for reading in readings)


def open_entry(
    entry: ZooEntry,
    *,
    cache: Path,
    offline: bool,
    progress: Progress = no_progress,
    log: Callable[[str], object] | None = None,
) -> Ready:
    """Build a model of the zoo that already says something about radiographs or volumes.

    Raises:
        InputError: if its outputs were not trained for a task that radzoo reads.
    """
    named = trained_labels(entry)
    task = TASKS.find(entry.task)
    # Outputs of classes are called after them; the label that has them has no name.
    of_classes = task.reads == "class"
    labels = (CLASS,) if of_classes else named
    reading = Reading(classes=list(named)) if of_classes else NOTHING_READ
    if task.outputs(labels, reading) != len(named):
        raise InputError(
            f"{entry.name} has {len(named)} trained outputs, and its task '{entry.task}' reads "
            f"{task.outputs(labels, reading)}",
            id="wrong-number-of-labels",
            hint="mend task or labels of the entry in the registry file",
        )
    contract: Contract
    if entry.input.dimensions == VOLUMES:
        contract, size = entry.input.as_volume(entry.name), 0
    else:
        contract = entry.input.as_plane(entry.name)
        size = contract.size
    window = window_of(entry)
    weights, _ = published_weights(entry, cache=cache, offline=offline, progress=progress, log=log)
    return Ready(
        networks=(build_published(entry, weights),),
        readings=(reading,),
        task=task,
        labels=labels,
        contract=contract,
        image_size=size,
        batch_size=32 if size else FEW_VOLUMES,
        decoding=Decoding(window) if window else None,
    )
