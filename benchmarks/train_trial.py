"""What `train_kills.py` and `train_full_disk.py` need: a small training as processes of its own.

A process is forked from one that has imported everything, and runs `radzoo finetune` through
the command line's own entry; with `whole=True` a new interpreter does.
"""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SEED = 20260101
REGISTRY = """\
schema_version: 1
models:
  small:
    summary: a network for tests
    task: backbone
    modality: any
    family: test
    architecture: {library: timm, name: test_resnet}
    source: {kind: local, path: small.safetensors}
    input: {channels: 1, size: 32, mean: [0.5], std: [0.25], value_range: [0.0, 1.0],
      fit: pad, interpolation: bilinear}
    license: {code: MIT, weights: MIT, data: MIT}
    citation: {text: nobody}
    intended_use: tests
"""
SAME = ("weights.safetensors", "predictions-val.csv", "predictions-test.csv", "thresholds.json")
TIMES = ("images_per_s", "seconds")


@dataclass(frozen=True)
class Trial:
    """A training: its settings, and where everything of it lies."""

    home: Path
    settings: tuple[str, ...] = ()

    @property
    def run(self) -> Path:
        """The folder of the run."""
        return self.home / "run"

    @property
    def checkpoints(self) -> Path:
        """Its checkpoints."""
        return self.run / "checkpoints"

    def command(self, *more: str) -> list[str]:
        """Return the words after `radzoo`."""
        files = self.home.parent
        return [
            "finetune", "small", "--data", str(files / "data.npz"), "--registry",
            str(files / "zoo.yaml"), "--cache-dir", str(files / "cache"), "--out", str(self.run),
            "--device", "cpu", "--from-scratch", "--epochs", "4", "--batch-size", "8",
            "--early-stopping", "0", "--checkpoint-minutes", "0", *self.settings, *more,
        ]  # fmt: skip

    def start(
        self, *more: str, whole: bool = False, before: Callable[[], None] = lambda: None
    ) -> int:
        """Start a process and return its number; its words go to `home/said`.

        Args:
            more: further words of the command.
            whole: as a new interpreter, which takes seconds to start.
            before: run in a forked process before the command.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        command = self.command(*more)
        if whole:
            with (self.home / "said").open("wb") as said:
                process = subprocess.Popen(
                    [sys.executable, "-m", "radzoo", *command], stdout=said, stderr=said
                )
            process.returncode = 0  # waited for by its number, below
            return process.pid
        pid = os.fork()
        if pid:
            return pid
        with (self.home / "said").open("wb") as said:
            for stream in (1, 2):
                os.dup2(said.fileno(), stream)
        from radzoo.cli.app import main

        before()
        os._exit(main(command))

    def said(self) -> str:
        """Return what the last process wrote."""
        return (self.home / "said").read_text("utf-8")

    def result(self) -> tuple[object, ...]:
        """Return everything of the run that may not depend on interruptions."""
        with (self.run / "history.csv").open() as file:
            rows = [
                {k: v for k, v in row.items() if k not in TIMES} for row in csv.DictReader(file)
            ]
        report = json.loads((self.run / "report.json").read_text())
        return (*((self.run / name).read_bytes() for name in SAME), rows, report["metrics"])


def wait(pid: int, *, patience_s: float = 600) -> int:
    """Wait for a process, kill it if it takes too long; gives its exit code, -9 if killed."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(pid, 9)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def prepare(folder: Path) -> None:
    """Write the data and a registry, and import what the processes will need."""
    numbers = np.random.default_rng(SEED)
    parts = {}
    for split, n in (("train", 41), ("val", 12), ("test", 16)):
        images = numbers.integers(0, 120, (n, 28, 28)).astype(np.uint8)
        labels = np.arange(n) % 2
        images[labels == 1, :10, :10] += 60
        parts |= {f"{split}_images": images, f"{split}_labels": labels[:, None].astype(np.uint8)}
    np.savez(folder / "data.npz", **parts)
    (folder / "zoo.yaml").write_text(REGISTRY)
    os.environ |= {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    import timm  # noqa: F401
    import torch

    import radzoo.workflows.finetune  # noqa: F401

    torch.set_num_threads(1)


def partials(trial: Trial) -> Iterator[Path]:
    """Yield the checkpoint files that are being written just now."""
    if trial.checkpoints.is_dir():
        yield from trial.checkpoints.glob(".state-*.partial")
