"""Asking a network about cases as it wants them: square images, or volumes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from torch import nn

from radzoo.core.case import Case, Refused
from radzoo.core.decoding import Decoding
from radzoo.core.entry import PlaneInput, VolumeInput
from radzoo.core.predictions import Predictions
from radzoo.core.reading import Reading
from radzoo.data.prepared import Prepared, PreparedVolumes, prepare, prepare_volumes
from radzoo.models.device import Engine
from radzoo.tasks.task import Task
from radzoo.workflows.inference import samples_of, score_cases
from radzoo.workflows.volume_inference import score_volumes, volume_samples_of, working_of

Contract: TypeAlias = PlaneInput | VolumeInput
Stock: TypeAlias = Prepared | PreparedVolumes
Track: TypeAlias = Callable[[Iterable[Case]], Iterable[Case]]


@dataclass(frozen=True, slots=True)
class Question:
    """What one network is asked.

    Attributes:
        contract: what it is fed.
        labels: whose scores are wanted.
        reading: how its outputs are read.
    """

    contract: Contract
    task: Task
    labels: tuple[str, ...]
    reading: Reading
    engine: Engine
    batch_size: int


def decode(
    cases: Sequence[Case],
    contract: Contract,
    decoding: Decoding,
    *,
    image_size: int,
    cache: Path,
    workers: int,
    track: Track,
    log: Callable[[str], object],
) -> Stock:
    """Decode images or volumes as a network wants them, or find them decoded.

    Args:
        cases: that it will be asked about.
        contract: what it is fed.
        decoding: window, exactness, regions.
        image_size: rows and columns of images.
        cache: where they are kept.
        workers: processes that decode.
        track: shows progress over the cases.
        log: told if another process has to be waited for.
    """
    if isinstance(contract, VolumeInput):
        return prepare_volumes(
            cases, working_of(contract, decoding.framing), cache=cache, workers=workers,
            track=track, log=log,
        )  # fmt: skip
    return prepare(
        cases, size=image_size, fit=contract.fit, interpolation=contract.interpolation,
        edge=contract.edge_at(image_size), decoding=decoding, cache=cache, workers=workers,
        track=track, log=log,
    )  # fmt: skip


def ask(
    network: nn.Module, stock: Stock, question: Question, refused: Sequence[Refused]
) -> Predictions:
    """Ask a network, which is on its device, about all that was decoded."""
    task, labels, reading = question.task, question.labels, question.reading
    places, contract = range(len(stock.cases)), question.contract
    if isinstance(contract, VolumeInput):
        assert isinstance(stock, PreparedVolumes)
        return score_volumes(
            network, stock.cases,
            volume_samples_of(stock, task, labels, places, reading.covariates),
            labels=labels, task=task, reading=reading, contract=contract, engine=question.engine,
            batch_size=question.batch_size, refused=refused,
        )  # fmt: skip
    assert isinstance(stock, Prepared)
    return score_cases(
        network, stock.cases, samples_of(stock, task, labels, places, reading.covariates),
        labels=labels, task=task, reading=reading, contract=contract, engine=question.engine,
        batch_size=question.batch_size, refused=refused,
    )  # fmt: skip
