"""A run of `finetune` as checks see it: scores row by row, and a network that can be asked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from radzoo.checks.subject import Mode, Question, Rows, Trained
from radzoo.core.case import Case
from radzoo.core.config import RunConfig
from radzoo.core.entry import PlaneInput
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.predictions_file import read_predictions
from radzoo.core.thresholds import ThresholdsFile, read_thresholds
from radzoo.data.covariates import told_of
from radzoo.data.prepared import Prepared
from radzoo.models.device import Engine, reproducible
from radzoo.models.embedding import embed
from radzoo.models.feed import image_feed, in_order
from radzoo.models.predict import run
from radzoo.models.samples import Samples
from radzoo.workflows.asking import decode
from radzoo.workflows.audit.cheap import headline_of
from radzoo.workflows.audit.ledger import look
from radzoo.workflows.audit.scores import scores_of
from radzoo.workflows.predict import Ready
from radzoo.workflows.run.folder import RunFolder, read_manifest, read_report
from radzoo.workflows.teaching.teaching import JUDGED

BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class Bench:
    """What a network is asked with.

    Attributes:
        ready: network, task, and how its outputs are read.
        cases: of the audit.
        places: `(n_cases,)`, the row of each case in `stock`; -1 where it could not be read.
        columns: which column of the scores answers each question.
    """

    ready: Ready
    contract: PlaneInput
    cases: tuple[Case, ...]
    stock: Prepared
    places: NDArray[np.int64]
    columns: tuple[int, ...]
    engine: Engine
    workers: int

    def take(self, rows: Rows) -> NDArray[Any]:
        """Return images as the network is fed, but for its own scaling."""
        return np.asarray(self.stock.images[self.places[rows]])

    def samples(self, rows: Rows, images: NDArray[Any]) -> Samples:
        """Return images beside what the network is told of their cases."""
        asked = [self.cases[row] for row in rows]
        return Samples(
            images, np.arange(len(images)), np.empty((len(images), 0)),
            tuple(case.case_id for case in asked),
            covariates=told_of(asked, self.ready.readings[0].covariates),
        )  # fmt: skip

    def ask(self, rows: Rows, images: NDArray[Any], batch_size: int, mode: Mode) -> Matrix:
        """Return `(m, n_questions)`; see `Network.ask`."""
        network, task = self.ready.networks[0], self.ready.task
        self.engine.place(network)
        feed = image_feed(self.samples(rows, images), self.contract, self.engine)
        with reproducible(self.engine.device):
            if mode == "serving":
                outputs = run(network, feed, len(images), batch_size=batch_size).numpy()
            else:
                outputs = as_while_learning(network, feed, len(images), batch_size)
        return np.asarray(task.scores(outputs, self.ready.readings[0])[:, self.columns])

    def features(self, rows: Rows, images: NDArray[Any]) -> Matrix:
        """Return what the last layer is told."""
        feed = image_feed(self.samples(rows, images), self.contract, self.engine)
        with reproducible(self.engine.device):
            seen = embed(self.ready.networks[0], feed, len(images), self.engine, batch_size=BATCH)
        return seen.astype(np.float64)

    def fed(self, rows: Rows, mode: Mode) -> NDArray[np.float32]:
        """Return the very numbers that the network is fed; serving decodes the files anew."""
        chosen = np.arange(len(rows))
        if mode == "training":
            feed = image_feed(self.samples(rows, self.take(rows)), self.contract, self.engine)
            return np.asarray(feed(chosen, None).cpu().numpy())
        with TemporaryDirectory() as cache:
            anew = decode(
                [self.cases[row] for row in rows], self.contract,
                self.stock.working.decoding if self.ready.decoding is None else self.ready.decoding,
                image_size=self.ready.image_size, cache=Path(cache), workers=self.workers,
                track=iter, log=lambda message: None,
            )  # fmt: skip
            images = np.array(anew.images[anew.rows])
        feed = image_feed(self.samples(rows, images), self.contract, self.engine)
        return np.asarray(feed(chosen, None).cpu().numpy())


def as_while_learning(
    network: torch.nn.Module, feed: Any, n: int, batch_size: int
) -> NDArray[np.float32]:
    """Return outputs with dropout and batch statistics as in training; nothing is kept of them."""
    kept = {name: value.clone() for name, value in network.named_buffers()}
    network.train()
    try:
        with torch.no_grad():
            said = [network(feed(rows, None)).float().cpu() for rows in in_order(n, batch_size)]
    finally:
        network.eval()
        for name, value in network.named_buffers():
            value.copy_(kept[name])
    return np.asarray(torch.cat(said).numpy())


def set_up(
    ready: Ready,
    cases: tuple[Case, ...],
    questions: Sequence[Question],
    stock: Prepared,
    engine: Engine,
    workers: int,
) -> Bench | None:
    """Lay out a network on images and what it is asked with; None for volumes and masks."""
    if not isinstance(ready.contract, PlaneInput) or not questions:
        return None
    found = {case.case_id: row for row, case in zip(stock.rows, stock.cases, strict=True)}
    places = np.array([found.get(case.case_id, -1) for case in cases], dtype=np.int64)
    return Bench(
        ready, ready.contract, cases, stock, places, columns_of_scores(ready, questions), engine,
        workers,
    )  # fmt: skip


def columns_of_scores(ready: Ready, questions: Sequence[Question]) -> tuple[int, ...]:
    """Return which column of the task's scores answers each question."""
    if ready.task.reads == "class":
        names = list(ready.readings[0].classes)
        return tuple(names.index(question.name) for question in questions)
    return tuple(range(len(questions)))


def read_trained(
    path: Path, made: RunConfig, cases: Sequence[Case], questions: Sequence[Question], reads: str
) -> Trained:
    """Read what a run has left: scores, settings, history, thresholds.

    Raises:
        InputError: if it is not whole.
    """
    folder = RunFolder(path)
    inputs = read_manifest(folder).model_dump(mode="json")
    said = [read_predictions(folder.predictions(split)) for split in JUDGED] if questions else []
    thresholds = folder.thresholds
    return Trained(
        name=made.model,
        scores=scores_of(said, cases, questions, reads),
        settings=made.model_dump(mode="json"),
        history=read_history(folder),
        thresholds=ThresholdsFile(thresholds=list(read_thresholds(thresholds)))
        if thresholds.is_file() else None,
        inputs=inputs,
        looks=look(said[-1], *headline_of(read_report(folder))) if said else None,
    )  # fmt: skip


def read_history(folder: RunFolder) -> Mapping[str, Vector]:
    """Return the columns of a training's history; what is not finite is NaN."""
    try:
        epochs = json.loads(folder.history_json.read_text("utf-8"))["epochs"]
    except (OSError, ValueError, KeyError):
        return {}
    names = dict.fromkeys(name for line in epochs for name in line)
    return {
        name: np.array([float("nan") if line.get(name) is None else line[name] for line in epochs])
        for name in names
    }
