"""The folder of a training run: what lies where, and how it comes to be whole or not at all."""

import csv
import hashlib
import io
import json
import os
import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from radzoo.core.case import Split
from radzoo.core.config import RunConfig
from radzoo.core.errors import EnvironmentFailure, InputError, UsageError
from radzoo.core.image_recipe import ImageRecipe
from radzoo.core.json_text import from_text
from radzoo.core.publish import cannot_write, flush, publish_text
from radzoo.core.report import EvalReport, RefusedCase

OWNER = "owner.json"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where each file of a run is."""

    path: Path

    @property
    def config(self) -> Path:
        """The resolved configuration: a `RunConfig`."""
        return self.path / "config.json"

    @property
    def manifest(self) -> Path:
        """What went in and came out, with hashes: a `RunManifest`."""
        return self.path / "manifest.json"

    @property
    def history(self) -> Path:
        """One line per epoch."""
        return self.path / "history.csv"

    @property
    def weights(self) -> Path:
        """The weights of the best epoch."""
        return self.path / "weights.safetensors"

    @property
    def checkpoint(self) -> Path:
        """The best weights so far, while it runs."""
        return self.path / "checkpoints" / "best.safetensors"

    @property
    def thresholds(self) -> Path:
        """Thresholds frozen on validation."""
        return self.path / "thresholds.json"

    @property
    def report(self) -> Path:
        """The evaluation on the test split."""
        return self.path / "report.json"

    @property
    def page(self) -> Path:
        """The same for a browser."""
        return self.path / "report.html"

    def predictions(self, split: Split) -> Path:
        """Scores of the cases of a split."""
        return self.path / f"predictions-{split}.csv"


class InputFile(BaseModel):
    """A file, or a set of values, that a run was made from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["weights", "data", "labels", "layout", "cases", "pixels"]
    path: str | None
    sha256: str
    size_bytes: int | None = None


class RunManifest(BaseModel):
    """`RUN/manifest.json`: what a run was made from, by what, and what it made.

    Attributes:
        inputs: `weights` and the files of data, labels and layout by their content; `cases`
            (names, patients, splits and targets) and `pixels` (prepared images) as they were
            used.
        outputs: name of a file of the run to its sha256.
        n_cases: cases per split that were used; `n_patients` and, by label, `n_positive` of
            them. The latter two are empty in runs of earlier versions.
        split_id: the stamp of the split, by which `evaluate` knows it again; None in runs of
            earlier versions.
        images: how the pixels were made; None likewise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    radzoo_version: str
    started: str
    finished: str
    seconds: dict[str, float]
    seed: int
    versions: dict[str, str]
    hardware: dict[str, str | int]
    inputs: list[InputFile]
    outputs: dict[str, str]
    n_cases: dict[str, int]
    n_patients: dict[str, int] = {}
    n_positive: dict[str, dict[str, int]] = {}
    refused: list[RefusedCase]
    notes: list[str]
    warnings: list[str]
    best_epoch: int
    epochs_run: int
    split_id: str | None = None
    images: ImageRecipe | None = None


def check_out(out: Path, *, overwrite: bool) -> None:
    """Refuse to touch what is there, before any work is done.

    Raises:
        UsageError: if `out` exists and is not empty, unless it is a run and may be overwritten.
    """
    if not out.exists() and not out.is_symlink():
        return
    if out.is_dir() and not any(out.iterdir()):
        return
    if not overwrite:
        raise UsageError(
            f"{out} exists already",
            id="run-exists",
            hint="choose another --out, or replace that run with --overwrite",
        )
    if not (out / "config.json").is_file():
        raise UsageError(
            f"{out} is not the folder of a run, so it is not overwritten",
            id="not-a-run",
            hint="choose another --out",
        )


@contextmanager
def new_run(out: Path, *, overwrite: bool) -> Iterator[RunFolder]:
    """Give a hidden folder beside `out`; it takes that name when all is done.

    If anything goes wrong it is removed: no half-made run ever looks like a run.

    Raises:
        UsageError: if `out` exists, unless it is a run and may be overwritten.
        EnvironmentFailure: if the place cannot be written, or another process makes this run.
    """
    check_out(out, overwrite=overwrite)
    out = out.absolute()
    hidden = out.with_name(f".{out.name}.unfinished")
    claim(out, hidden)
    try:
        yield RunFolder(hidden)
        (hidden / OWNER).unlink()
        move_into_place(hidden, out)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def claim(out: Path, hidden: Path) -> None:
    """Make the hidden folder; what a process that is no more left there is swept away.

    Raises:
        EnvironmentFailure: if it cannot be made, or another process is at work in it.
    """
    owner = {"pid": os.getpid(), "host": socket.gethostname()}
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if hidden.exists() and not is_abandoned(hidden / OWNER):
            raise EnvironmentFailure(
                f"another process is making the run {out}",
                id="run-in-progress",
                hint=f"wait for it, choose another --out, or if there is none remove {hidden}",
            )
        shutil.rmtree(hidden, ignore_errors=True)
        hidden.mkdir(mode=0o700)
    except OSError as error:
        raise cannot_write(out, error) from None
    publish_text(hidden / OWNER, json.dumps(owner))


def is_abandoned(owner: Path) -> bool:
    """Was the run left behind by a process of this machine that is no more?"""
    try:
        written = json.loads(owner.read_text("utf-8"))
        pid, host = int(written["pid"]), str(written["host"])
    except (OSError, ValueError, KeyError, TypeError):
        return True
    if host != socket.gethostname() or os.name == "nt":  # there, signal 0 would be Ctrl-C
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def move_into_place(hidden: Path, out: Path) -> None:
    """Give a finished run its name, in place of the one that may be there."""
    old = out.with_name(f".{out.name}.replaced")
    try:
        if out.exists():
            out.rename(old)
        hidden.rename(out)
        flush(out.parent)
    except OSError as error:
        raise cannot_write(out, error) from None
    shutil.rmtree(old, ignore_errors=True)


def read_config(path: Path) -> RunConfig:
    """Read a `config.json`.

    Raises:
        InputError: if it is absent or no configuration of a run.
    """
    try:
        return from_text(RunConfig, path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(
            f"there is no configuration {path}",
            id="no-such-run",
            hint="name the folder of a run of radzoo finetune, or its config.json",
        ) from None
    except (ValueError, IsADirectoryError):
        raise InputError(
            f"{path} is not the configuration of a run",
            id="bad-config",
            hint="radzoo finetune writes one: RUN/config.json",
        ) from None


def read_manifest(run: RunFolder) -> RunManifest:
    """Read what a finished run was made from and what it made.

    Raises:
        InputError: if it is absent or damaged.
    """
    try:
        return from_text(RunManifest, run.manifest.read_text("utf-8"))
    except (OSError, ValueError):
        raise _not_whole(run) from None


def noted_hash(run: RunFolder) -> str:
    """Return the sha256 of the weights that was noted when they were made.

    Raises:
        InputError: if weights or manifest are absent.
    """
    try:
        run.weights.stat()
        return read_manifest(run).outputs[run.weights.name]
    except (OSError, KeyError):
        raise _not_whole(run) from None


def _not_whole(run: RunFolder) -> InputError:
    return InputError(
        f"{run.path} is not a whole run: weights or manifest are missing or damaged",
        id="incomplete-run",
        hint="make it again with radzoo finetune",
    )


def read_report(run: RunFolder) -> EvalReport:
    """Read the evaluation on the test split.

    Raises:
        InputError: if it is absent or damaged.
    """
    try:
        return from_text(EvalReport, run.report.read_text("utf-8"))
    except (OSError, ValueError):
        raise InputError(
            f"{run.path} has no readable report.json",
            id="incomplete-run",
            hint="make it again with radzoo finetune",
        ) from None


def write_history(path: Path, lines: Sequence[dict[str, float | int]]) -> None:
    """Write one line per epoch; numbers keep every digit."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    publish_text(path, text.getvalue())


def sha256_of(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
