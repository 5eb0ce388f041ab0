"""Gathering what is audited: cases, what is said of them, and their images."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from radzoo.checks.check import Check
from radzoo.checks.subject import Question, Subject, Trained
from radzoo.core.case import Case, Manifest, Refused
from radzoo.core.config import RunConfig
from radzoo.core.decoding import Decoding
from radzoo.core.errors import InputError
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.prepared import Prepared, prepare
from radzoo.data.split.portion import choose_cases
from radzoo.tasks import TASKS
from radzoo.tasks.task import Task
from radzoo.workflows.audit.columns import columns_of
from radzoo.workflows.audit.pictures import pictures_of
from radzoo.workflows.audit.questions import patients_of, questions_of
from radzoo.workflows.audit.stored import stored_of
from radzoo.workflows.baselines.inputs import are_volumes
from radzoo.workflows.case_checks import as_task_reads
from radzoo.workflows.run.config import read_options
from radzoo.workflows.run.folder import RunFolder, read_config

LOOKED_AT: Final = 128
"""Rows and columns at which images are decoded for an audit of data, whole frames squashed."""
Track = Callable[[Iterable[Case]], Iterable[Case]]
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class AuditConfig:
    """What the user asks for.

    Attributes:
        run: a folder of `finetune`; None = data alone. Its own data, task and split are taken.
        data: None = where the run found its data.
        quick: leave the slow checks out.
        only, skip: codes of checks; empty `only` = all.
        accepted: code of a check to the reason to live with what it finds.
        draws: permutations of a test.
    """

    cache: Path
    data: Path | None = None
    run: Path | None = None
    task: str = "binary"
    options: DataOptions = field(default_factory=DataOptions)
    decoding: Decoding = field(default_factory=Decoding)
    quick: bool = False
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    accepted: tuple[tuple[str, str], ...] = ()
    seed: int = 0
    draws: int = 500
    device: str = "auto"
    offline: bool = False
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Gathered:
    """A subject, where it is from, and what could not be read."""

    data: Path
    task: str
    subject: Subject
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose cases are looked at.

    Attributes:
        made: of a run; None for data alone.
    """

    data: Path
    task: Task
    manifest: Manifest
    made: RunConfig | None


def read_audited(config: AuditConfig) -> Origin:
    """List the cases, of a run with its splits; those without a target are looked at, too.

    Raises:
        InputError: if there is none, or the run is none.
    """
    made = read_config(RunFolder(config.run).config) if config.run else None
    data = config.data or (Path(made.data) if made else None)
    assert data is not None
    task = TASKS.find(made.task if made else config.task)
    options = read_options(made.data_options) if made and not config.data else config.options
    manifest = as_task_reads(load_manifest(data, options=replace(options, needs_targets=False)),
                             task)  # fmt: skip
    if not manifest.cases:
        raise InputError(
            f"{data} has no case that could be looked at",
            id="no-cases",
            hint="see what is refused: radzoo data describe DATA",
        )
    if made:
        manifest, _ = choose_cases(
            manifest, made.portion, seed=made.recipe.seed, allow_leakage=True
        )
    return Origin(data, task, manifest, made)


def gather(
    config: AuditConfig, checks: Sequence[Check], *, track: Track = iter, log: Say = lambda _: None
) -> Gathered:
    """Bring what the checks need of a data set or a run, and no more.

    Args:
        config: what is asked for.
        checks: those that will look.
        track: shows progress over the cases while their images are decoded.
        log: told what is done.
    """
    origin = read_audited(config)
    manifest, task = origin.manifest, origin.task
    cases = manifest.cases
    needs = frozenset(need for check in checks for need in check.needs | check.wants)
    log(f"looking at {len(cases):,} cases")
    columns, identifiers = columns_of(cases, manifest.labels, config.workers)
    prepared = look(config, cases, track, log) if "pictures" in needs else None
    looks_deep = "pixels" in needs and not config.quick and not are_volumes(cases)
    questions = questions_of(manifest, task)
    subject = Subject(
        cases=cases,
        questions=questions,
        reads=task.reads,
        splits=np.array([case.split or "" for case in cases], dtype=np.str_),
        patients=patients_of(cases),
        columns=columns,
        identifiers=identifiers,
        pixels=stored_of(cases, config.workers) if looks_deep else {},
        pictures=pictures_of(prepared, cases) if prepared else None,
        model=view(config, origin, questions, track, log, asked="network" in needs),
        quick=config.quick,
        seed=config.seed,
        draws=config.draws,
    )
    refused = (*manifest.refused, *(prepared.refused if prepared else ()))
    return Gathered(origin.data, task.name, subject, refused)


def view(
    config: AuditConfig,
    origin: Origin,
    questions: Sequence[Question],
    track: Track,
    log: Say,
    *,
    asked: bool,
) -> Trained | None:
    """Return the run as checks see it, with its network if that will be asked.

    Raises:
        InputError: if the run is not whole.
        IntegrityError: if its weights were changed.
    """
    if config.run is None or origin.made is None:
        return None
    from radzoo.models.device import Engine, pick_device
    from radzoo.workflows.asking import decode
    from radzoo.workflows.audit.network import network_of
    from radzoo.workflows.audit.trained import read_trained, set_up
    from radzoo.workflows.predict import open_run

    cases, made = origin.manifest.cases, origin.made
    trained = read_trained(config.run, made, cases, questions, origin.task.reads)
    if not asked or not questions or made.image_size is None:
        return trained
    engine = Engine(pick_device(config.device), amp=False)
    ready = open_run(config.run)
    stock = decode(
        cases, ready.contract, made.decoding, image_size=made.image_size, cache=config.cache,
        workers=config.workers, track=track, log=log,
    )  # fmt: skip
    assert isinstance(stock, Prepared)
    bench = set_up(ready, cases, questions, stock, engine, config.workers)
    if bench is None:
        return trained
    return replace(
        trained, network=network_of(made, bench, questions, trained.inputs, config.cache)
    )


def look(config: AuditConfig, cases: Sequence[Case], track: Track, log: Say) -> Prepared | None:
    """Decode the images of all cases, whole frames at one size, or find them decoded.

    Volumes have no such images.
    """
    if are_volumes(cases):
        return None
    return prepare(
        cases, size=LOOKED_AT, fit="squash", interpolation="bilinear", decoding=config.decoding,
        cache=config.cache, workers=config.workers, track=track, log=log,
    )  # fmt: skip
