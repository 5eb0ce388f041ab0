"""The folder of a training run: what lies where, and what its records say."""

import csv
import hashlib
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from radzoo.core.case import Split
from radzoo.core.config import RunConfig
from radzoo.core.errors import InputError
from radzoo.core.image_recipe import ImageRecipe
from radzoo.core.json_text import from_text
from radzoo.core.publish import publish_text
from radzoo.core.report import EvalReport, RefusedCase

FOLDS = "folds.json"
"""What stands beside the runs of a cross-validation."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where each file of a run is."""

    path: Path

    @property
    def config(self) -> Path:
        """The resolved configuration: a `RunConfig`."""
        return self.path / "config.json"

    @property
    def plan(self) -> Path:
        """What was proposed before the training, and why: a `core.plan.Plan`."""
        return self.path / "plan.json"

    @property
    def manifest(self) -> Path:
        """What went in and came out, with hashes: a `RunManifest`."""
        return self.path / "manifest.json"

    @property
    def history(self) -> Path:
        """One line per epoch."""
        return self.path / "history.csv"

    @property
    def history_json(self) -> Path:
        """The same for programs; what is not finite is null."""
        return self.path / "history.json"

    @property
    def tracking(self) -> Path:
        """What other programs keep of the training, each in a folder of its name."""
        return self.path / "tracking"

    @property
    def weights(self) -> Path:
        """The weights of the best epoch."""
        return self.path / "weights.safetensors"

    @property
    def checkpoints(self) -> Path:
        """What an unfinished run is gone on with; see `training.checkpoint`."""
        return self.path / "checkpoints"

    @property
    def best(self) -> Path:
        """Another name of the weights of a finished run."""
        return self.checkpoints / "best.safetensors"

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
        n_cases: cases per split that were used, and `n_patients` of them.
        n_labelled: by label, those of which it is known; of the others nothing was learnt.
        n_positive: cases with each finding, or of each class; empty of other tasks.
            These three are empty in runs of earlier versions.
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
    n_labelled: dict[str, dict[str, int]] = {}
    n_positive: dict[str, dict[str, int]] = {}
    refused: list[RefusedCase]
    notes: list[str]
    warnings: list[str]
    best_epoch: int
    epochs_run: int
    split_id: str | None = None
    images: ImageRecipe | None = None


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
    if run.config.is_file() and not run.manifest.exists():
        return unfinished(run.path)
    return InputError(
        f"{run.path} is not a whole run: weights or manifest are missing or damaged",
        id="incomplete-run",
        hint="make it again with radzoo finetune",
    )


def unfinished(path: Path) -> InputError:
    """Say that a run has not come to its end."""
    return InputError(
        f"the run {path} is not finished",
        id="incomplete-run",
        hint=f"go on with it: radzoo finetune --resume --out {path}",
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


def write_history(run: RunFolder, lines: Sequence[dict[str, float | int]]) -> None:
    """Write one line per epoch, as CSV and as JSON; numbers keep every digit."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    publish_text(run.history, text.getvalue())
    epochs = [
        {name: value if math.isfinite(value) else None for name, value in line.items()}
        for line in lines
    ]
    document = {"schema_version": 1, "epochs": epochs}
    publish_text(run.history_json, json.dumps(document, indent=1, allow_nan=False) + "\n")


def sha256_of(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
