"""Does a network still answer as it did when its weights were known to be right?

A tiny image takes the way of every other: preprocessing contract, network, numbers. A wrong
mean, a renamed tensor or a layer that a new library version changed all show in the answer.
Of a network for volumes only weights and architecture are tested, see `models.small_volume`.
"""

import math
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

import numpy as np
import torch

from radzoo.core.entry import SelfTest, ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.source import Progress, no_progress
from radzoo.data.resize import quantise, resize
from radzoo.models.build import build_network
from radzoo.models.device import Engine, memory_guard, reproducible
from radzoo.models.feed import image_feed
from radzoo.models.predict import predict_logits
from radzoo.models.published import build_published, build_whole
from radzoo.models.samples import Samples
from radzoo.models.small_volume import small_volume, spread
from radzoo.models.training.probe import features
from radzoo.models.weights_file import WeightsFile
from radzoo.workflows.network_weights import published_weights

Reads = Literal["logits", "features"]
SIDE: Final = 8
MOST_VALUES: Final = 16
DIGITS: Final = 6
# Of the largest value. Processors and library versions differ by far less, a wrong mean by more.
TOLERANCE: Final = 1e-3
TOLERANCES: Final = (1e-4, 0.5)
ENGINE: Final = Engine(torch.device("cpu"), amp=False)


@dataclass(frozen=True, slots=True)
class SelfTestResult:
    """How far the answer is from the stored one.

    Attributes:
        largest_difference: over all stored values; infinite if the answer is no number.
        note: what else there is to say, if anything.
    """

    name: str
    passed: bool
    largest_difference: float
    tolerance: float
    reads: Reads
    note: str | None = None


def run_selftest(
    entry: ZooEntry, *, cache: Path, offline: bool = False, progress: Progress = no_progress
) -> SelfTestResult:
    """Compare what a network says of the stored image with the stored answer.

    Raises:
        InputError: if the entry stores none, or its network cannot be fed.
        IntegrityError: if the weights are not what they should be.
        EnvironmentFailure: if they are not here and cannot be fetched.
    """
    stored = entry.selftest
    if stored is None:
        raise InputError(
            f"the entry of {entry.name} stores no self-test",
            id="no-selftest",
            hint="radzoo registry lock --selftest makes one",
        )
    weights, _ = published_weights(entry, cache=cache, offline=offline, progress=progress)
    found = answer(entry, weights, stored.image, stored.reads)[: len(stored.values)]
    differences = [abs(a - b) for a, b in zip(found, stored.values, strict=False)]
    finite = len(found) == len(stored.values) and all(map(math.isfinite, found))
    largest = max(differences) if finite else math.inf
    passed = largest <= stored.tolerance
    note = None if passed else f"made with {stored.made_with}, run with {versions(entry)}"
    return SelfTestResult(entry.name, passed, largest, stored.tolerance, stored.reads, note)


def make_selftest(
    entry: ZooEntry, *, cache: Path, offline: bool = False, progress: Progress = no_progress
) -> SelfTest:
    """Ask a network about a small image, and note what it says.

    Raises:
        InputError: if the network cannot be fed, or says the same of any image.
        IntegrityError: if the weights are not what they should be.
        EnvironmentFailure: if they are not here and cannot be fetched.
    """
    weights, _ = published_weights(entry, cache=cache, offline=offline, progress=progress)
    reads: Reads = "logits" if any(entry.labels or ()) else "features"
    image = pattern()
    values = answer(entry, weights, image, reads)
    black = answer(entry, weights, [[0] * SIDE] * SIDE, reads)
    smallest, largest = TOLERANCES
    tolerance = min(max(TOLERANCE * max(map(abs, values)), smallest), largest)
    if not max(abs(a - b) for a, b in zip(values, black, strict=True)) > tolerance:
        raise InputError(
            f"{entry.name} says the same of a black image, so its answer tests nothing",
            id="no-selftest",
            hint="radzoo show says what the model expects: compare it with its authors' words",
        )
    return SelfTest(
        image=image,
        reads=reads,
        values=[significant(value) for value in values],
        tolerance=significant(tolerance, 2),
        made_with=versions(entry),
    )


def answer(
    entry: ZooEntry, weights: WeightsFile, image: list[list[int]], reads: Reads
) -> list[float]:
    """Return some values that a network gives for an image, on the CPU.

    Args:
        entry: whose preprocessing contract and network are meant.
        weights: its published weights.
        image: rows of grey values, 0 = black = least dense, 255 = white.
        reads: `logits` of the trained outputs, or `features` before the last layer; of a
            volume, all that the network gives, either way.
    """
    if entry.input.dimensions == 3:
        return answer_volume(entry, weights, image)
    contract = entry.input.as_plane(entry.name)
    grey = np.array(image, dtype=np.float32) / np.float32(255)
    square = resize(
        grey, contract.size, fit=contract.fit, interpolation=contract.interpolation,
        edge=contract.edge_at(contract.size),
    )  # fmt: skip
    one = Samples(quantise(square)[None], np.zeros(1, np.int64), np.full((1, 1), np.nan), ("",))
    with reproducible(ENGINE.device, threads=1):
        if reads == "logits":
            network = build_published(entry, weights)
            values = torch.from_numpy(predict_logits(network, one, contract, ENGINE))
        else:
            network = build_network(entry, outputs=1, weights=weights)
            values = features(network, image_feed(one, contract, ENGINE), 1, batch_size=1)
    return [float(value) for value in values.flatten()[:MOST_VALUES]]


def answer_volume(entry: ZooEntry, weights: WeightsFile, image: list[list[int]]) -> list[float]:
    """Return some values that a network gives for a small volume made of an image.

    Raises:
        InputError: if the network cannot be fed so.
    """
    network = build_whole(entry, weights).eval()
    volume = small_volume(image, entry.input)
    try:
        with reproducible(ENGINE.device), memory_guard(1), torch.inference_mode():
            return spread(network(volume), MOST_VALUES)
    except (AssertionError, LookupError, RuntimeError, TypeError, ValueError):
        shape = " x ".join(map(str, volume.shape[1:]))
        raise InputError(
            f"{entry.name} cannot be fed a volume of {shape}",
            id="no-selftest",
            hint="without a stored self-test, radzoo verify --selftest says whether weights fit",
        ) from None


def check_loads(
    entry: ZooEntry, *, cache: Path, offline: bool = False, progress: Progress = no_progress
) -> None:
    """Build the network of an entry and put its weights into it, every one.

    Raises:
        InputError: if radzoo cannot build it.
        IntegrityError: if the weights do not fit, or are not what they should be.
        EnvironmentFailure: if they are not here and cannot be fetched, or MONAI is missing.
    """
    weights, _ = published_weights(entry, cache=cache, offline=offline, progress=progress)
    build_whole(entry, weights)


def pattern() -> list[list[int]]:
    """Return a small image without symmetry, with every kind of edge, always the same."""
    return [
        [(37 * row + 101 * column + 13 * row * column) % 256 for column in range(SIDE)]
        for row in range(SIDE)
    ]


def versions(entry: ZooEntry) -> str:
    """Name the libraries that the network is computed with, and their versions."""
    library = entry.architecture.library
    names = ["torch", *([library] if library in ("timm", "torchvision", "monai") else [])]
    return ", ".join(f"{name} {version(name)}" for name in names)


def significant(value: float, digits: int = DIGITS) -> float:
    """Round to so many significant digits."""
    return float(f"{value:.{digits}g}")
