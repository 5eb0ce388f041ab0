"""Gathering what is audited: cases, what is said of them, and their images."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from radzoo.checks.check import Check
from radzoo.checks.subject import Subject
from radzoo.core.case import Case, Manifest, Refused
from radzoo.core.decoding import Decoding
from radzoo.core.errors import InputError
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.prepared import Prepared, prepare
from radzoo.tasks import TASKS
from radzoo.tasks.task import Task
from radzoo.workflows.audit.columns import columns_of
from radzoo.workflows.audit.pictures import pictures_of
from radzoo.workflows.audit.questions import patients_of, questions_of
from radzoo.workflows.baselines.inputs import are_volumes
from radzoo.workflows.case_checks import as_task_reads

LOOKED_AT: Final = 128
"""Rows and columns at which images are decoded for an audit of data, whole frames squashed."""
Track = Callable[[Iterable[Case]], Iterable[Case]]
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class AuditConfig:
    """What the user asks for.

    Attributes:
        run: a folder of `finetune`; None = data alone.
        quick: leave the slow checks out.
        only, skip: codes of checks; empty `only` = all.
        accepted: code of a check to the reason to live with what it finds.
        draws: permutations of a test.
    """

    data: Path
    cache: Path
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
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Gathered:
    """A subject, and what could not be read."""

    subject: Subject
    refused: tuple[Refused, ...]


def read_audited(config: AuditConfig, task: Task) -> Manifest:
    """List the cases; those without a target are looked at all the same.

    Raises:
        InputError: if there is none.
    """
    options = replace(config.options, needs_targets=False)
    manifest = as_task_reads(load_manifest(config.data, options=options), task)
    if not manifest.cases:
        raise InputError(
            f"{config.data} has no case that could be looked at",
            id="no-cases",
            hint="see what is refused: radzoo data describe DATA",
        )
    return manifest


def gather(
    config: AuditConfig, checks: Sequence[Check], *, track: Track = iter, log: Say = lambda _: None
) -> Gathered:
    """Bring what the checks need of a data set, and no more.

    Args:
        config: what is asked for.
        checks: those that will look.
        track: shows progress over the cases while their images are decoded.
        log: told what is done.
    """
    task = TASKS.find(config.task)
    manifest = read_audited(config, task)
    cases = manifest.cases
    needs = frozenset(need for check in checks for need in check.needs)
    log(f"looking at {len(cases):,} cases")
    columns, identifiers = columns_of(cases, manifest.labels, config.workers)
    prepared = look(config, cases, track, log) if "pictures" in needs else None
    subject = Subject(
        cases=cases,
        questions=questions_of(manifest, task),
        reads=task.reads,
        splits=np.array([case.split or "" for case in cases], dtype=np.str_),
        patients=patients_of(cases),
        columns=columns,
        identifiers=identifiers,
        pictures=pictures_of(prepared, cases) if prepared else None,
        quick=config.quick,
        seed=config.seed,
        draws=config.draws,
    )
    refused = (*manifest.refused, *(prepared.refused if prepared else ()))
    return Gathered(subject, refused)


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
