"""What went into a run, by content: files by their bytes, cases and pixels as they were used."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np

from radzoo.core.case import Case
from radzoo.core.config import RunConfig
from radzoo.core.source import Fetched
from radzoo.data.options import names_layout
from radzoo.data.prepared import Prepared, PreparedVolumes
from radzoo.workflows.run.folder import InputFile, sha256_of

PIECE = 64


def inputs_of(
    config: RunConfig,
    prepared: Prepared | PreparedVolumes,
    fetched: Fetched | None,
    *,
    cases: str,
    pixels: str,
) -> list[InputFile]:
    """Name everything that went in.

    Args:
        config: what the run did.
        prepared: the images it saw.
        fetched: the published weights; None for a network from scratch.
        cases: what `hash_cases` gave.
        pixels: what `hash_pixels` gave.
    """
    n_bytes = prepared.images[:1].nbytes * len(prepared.rows)
    inputs = [
        InputFile(kind="cases", path=None, sha256=cases),
        InputFile(kind="pixels", path=None, size_bytes=n_bytes, sha256=pixels),
        *files_of(config),
    ]
    if fetched is not None:
        inputs.append(
            InputFile(
                kind="weights", path=None, sha256=fetched.sha256, size_bytes=fetched.size_bytes
            )
        )
    return inputs


def files_of(config: RunConfig) -> Iterator[InputFile]:
    """Hash the files that say what the cases are; a layout that ships with radzoo is none."""
    layout = config.data_options.get("data_format")
    if isinstance(layout, str) and not names_layout(layout):
        layout = None
    files: tuple[tuple[Literal["data", "labels", "layout"], object], ...] = (
        ("data", config.data), ("labels", config.data_options.get("labels")), ("layout", layout),
    )  # fmt: skip
    for kind, name in files:
        if isinstance(name, str) and Path(name).is_file():
            size = Path(name).stat().st_size
            yield InputFile(kind=kind, path=name, sha256=sha256_of(Path(name)), size_bytes=size)


def hash_pixels(prepared: Prepared | PreparedVolumes) -> str:
    """Hash the images of the cases, and their masks, in order; a few at a time are in memory."""
    digest = hashlib.sha256()
    for start in range(0, len(prepared.rows), PIECE):
        rows = prepared.rows[start : start + PIECE]
        digest.update(np.ascontiguousarray(prepared.images[rows]).data)
        if prepared.masks is not None:
            digest.update(np.ascontiguousarray(prepared.masks[rows]).data)
    return digest.hexdigest()


def hash_cases(prepared: Prepared | PreparedVolumes, labels: list[str]) -> str:
    """Hash names, patients, splits, targets, times and covariates, in their order."""
    digest = hashlib.sha256()
    for case in prepared.cases:
        targets = [case.targets.get(label) for label in labels]
        line = json.dumps([case.case_id, case.patient_id, case.split, targets, *beside(case)])
        digest.update(line.encode("utf-8", "surrogateescape") + b"\n")
    return digest.hexdigest()


def beside(case: Case) -> list[object]:
    """Return what else is known of a case that weights follow from; nothing of most cases."""
    times = [] if case.time is None else [case.time, case.event]
    return [*times, *([dict(case.covariates)] if case.covariates else [])]
