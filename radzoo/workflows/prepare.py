"""Decode a data set once, into a folder that is a data set itself."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from radzoo.core.case import SPLITS, Case, Manifest
from radzoo.core.errors import InputError, UsageError
from radzoo.core.prepare_report import PrepareReport
from radzoo.data.engines import ENGINES
from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.prepared import Working, WorkingVolume, fill_folder
from radzoo.data.prepared.building import Job
from radzoo.data.prepared.folder import find_folder, write_cases
from radzoo.data.prepared.form import Form, row_bytes
from radzoo.data.prepared.index import Index, read_index
from radzoo.data.prepared.key import key_of
from radzoo.data.prepared.preparing import Filled
from radzoo.data.prepared.result import Chosen, choose
from radzoo.data.region import check_framing
from radzoo.workflows.refusals import check_refused

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class PrepareConfig:
    """What the user asks for.

    Attributes:
        output: the folder to be made.
        engine: `local` or `ray`.
        workers: processes that decode.
        verify_content: go by the content of files, not by their size and time.
        overwrite: replace images of other files, or of another size.
        max_refused: share of cases that may be refused before it counts as failed.
    """

    data: Path
    output: Path
    working: Form
    options: DataOptions = field(default_factory=DataOptions)
    engine: str = "local"
    workers: int = 2
    verify_content: bool = False
    overwrite: bool = False
    max_refused: float = 0.05


def prepare_data(
    config: PrepareConfig,
    *,
    track: Callable[[Iterable[Case]], Iterable[Case]] = iter,
    log: Say = lambda message: None,
    warn: Say = lambda message: None,
) -> PrepareReport:
    """Make the folder, go on with it, mend it, or find it whole.

    The folder appears with its name when it is whole. It stays also if too many cases were
    refused: the error says so, and what could be decoded is decoded.

    Raises:
        UsageError: if something else stands at `output`.
        InputError: if the data cannot be read, or are prepared already.
        RefusedError: if more than `max_refused` of the cases were refused.
        EnvironmentFailure: if the folder cannot be written, or the engine does not work.
    """
    decode = ENGINES.find(config.engine)
    manifest = load_manifest(config.data, options=config.options)
    if find_folder(manifest.cases) is not None:
        raise InputError(
            f"{config.data} is prepared already; needed the files that it was made from",
            id="prepared-already",
            hint="give it to radzoo finetune --data as it is",
        )
    for note in manifest.notes:
        log(note)
    working = with_masks(config.working, manifest)
    spacing_mm = working.spacing_mm if isinstance(working, WorkingVolume) else None
    check_framing(manifest.cases, working.framing, spacing_mm=spacing_mm)
    key = key_of(manifest.cases, working, verify_content=config.verify_content)
    check_place(config.output, key, overwrite=config.overwrite)
    job = Job(
        key, manifest.cases, working,
        lambda requests: decode(requests, config.workers), track,
    )  # fmt: skip

    def finish(folder: Path, index: Index) -> None:
        write_cases(folder, index, manifest)

    output = config.output.absolute()
    filled = fill_folder(output, job, finish=finish, log=log)
    if filled.reused:
        finish(output, filled.index)  # labels and splits may have changed since
    chosen = choose(filled.index, manifest.cases)
    refused = [*manifest.refused, *chosen.refused]
    total = len(manifest.cases) + len(manifest.refused)
    for warning in check_refused(refused, total, allowed=config.max_refused):
        warn(warning)
    return describe(config, manifest, filled, chosen)


def with_masks(working: Form, manifest: Manifest) -> Form:
    """Keep masks beside volumes if any case has one."""
    if isinstance(working, Working):
        return working
    return replace(working, masked=any(case.mask is not None for case in manifest.cases))


def check_place(output: Path, key: str, *, overwrite: bool) -> None:
    """Touch nothing but prepared images, and those only if they are the same or may go.

    Raises:
        UsageError: if something else is there.
    """
    if not output.exists() or (output.is_dir() and not any(output.iterdir())):
        return
    index = read_index(output)
    if index is None:
        raise UsageError(
            f"{output} is no folder of prepared images, so it is not written to",
            id="not-prepared",
            hint="choose another --output",
        )
    if index.key != key and not overwrite:
        raise UsageError(
            f"{output} holds images of other files, or of another size or window",
            id="exists",
            hint="choose another --output, or replace it with --overwrite",
        )


def describe(
    config: PrepareConfig, manifest: Manifest, filled: Filled, chosen: Chosen
) -> PrepareReport:
    """Count what there is."""
    index, working = filled.index, filled.index.working
    refused = [*manifest.refused, *chosen.refused]
    splits = Counter(case.split for case in chosen.cases)
    volumes = working if isinstance(working, WorkingVolume) else None
    return PrepareReport(
        output=str(config.output),
        key=index.key,
        recipe=index.recipe,
        n_cases=index.n,
        n_refused=len(refused),
        refused_by_reason=dict(Counter(one.reason for one in refused).most_common()),
        splits={split: splits[split] for split in SPLITS if splits[split]},
        size=working.arrays[0].shape[-1] - 2 * working.margin,
        slices=volumes.size[0] if volumes else None,
        spacing_mm=volumes.spacing_mm if volumes else None,
        intensity=volumes.intensity if volumes else None,
        n_masks=sum(facts.masked for facts in index.facts),
        margin=working.margin,
        fit=working.fit,
        interpolation=working.interpolation,
        edge=working.edge if isinstance(working, Working) else None,
        dtype=working.dtype,
        window=working.window,
        exact=working.exact,
        size_bytes=index.n * row_bytes(working),
        engine=config.engine,
        reused=filled.reused,
        n_blocks=len(index.blocks),
        n_blocks_kept=filled.blocks_kept,
        notes=list(manifest.notes),
    )
