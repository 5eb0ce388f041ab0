"""What a network is taught with: cases, and how they are fed to it.

Images, volumes and images with masks differ in this alone; the loop over epochs is the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from radzoo.core.entry import PlaneInput
from radzoo.core.plugins import Matrix, Vector
from radzoo.core.recipe import Recipe
from radzoo.models.augmentation import AUGMENTATIONS
from radzoo.models.device import Engine
from radzoo.models.feed import Feed, image_feed
from radzoo.models.pixels import pixels_for, stored_of
from radzoo.models.samples import Rows, Samples

Loss: TypeAlias = Callable[[Tensor, Tensor], Tensor]
Judge: TypeAlias = Callable[[Matrix, NDArray[np.float32]], float]


class Cases(Protocol):
    """Cases of a split, whatever they are: images, volumes, or patches of them."""

    @property
    def targets(self) -> Matrix:
        """What is known of each, `(n_cases, n_columns)`; no column where targets are masks."""

    @property
    def names(self) -> tuple[str, ...]:
        """By which the user knows them."""

    @property
    def size(self) -> int:
        """Rows and columns that a network is fed; the longest of them for volumes."""

    def __len__(self) -> int:
        """Return how many there are."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What there is to examine a network with.

    Attributes:
        learner: what is fed.
        loss: `(outputs, targets)` to a scalar.
        engine: every process has a share of the cases.
        batch_size: cases that are held at a time.
        track: wraps what is gone through; it may end it.
    """

    learner: nn.Module
    loss: Loss
    engine: Engine
    batch_size: int
    track: Callable[[Iterable[Rows]], Iterable[Rows]]


@dataclass(frozen=True, slots=True)
class Feeds:
    """From the numbers of cases to what a network is fed and what is true of them.

    Attributes:
        feed: `(case numbers, epoch)` to a batch of training on the device; `val_feed` of
            validation, where the epoch is None.
        targets: `(case numbers, epoch)` to the targets of training on the device, of the same
            patches and flips where those are drawn; NaN, or 255 of integers, = unknown.
        val_targets: case numbers to the targets of validation on the device.
        expect: told the case numbers that the feed will be asked for next.
        examine: returns loss and score on validation; None = of one row of outputs for each case.
    """

    feed: Feed
    val_feed: Feed
    targets: Callable[[Rows, int], Tensor]
    val_targets: Callable[[Rows], Tensor]
    expect: Callable[[Sequence[Rows]], object] = lambda batches: None
    examine: Callable[[Examination], tuple[float, float]] | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """Training and validation, and how they are fed.

    Attributes:
        feeds: `(recipe, engine)` to the feeds, once the network is on its device.
        shown: `(n_training,)`, how often each training case is expected in an epoch that shows
            rare ones more often; None = they are all alike.
    """

    training: Cases
    validation: Cases
    feeds: Callable[[Recipe, Engine], Feeds]
    shown: Vector | None = None


def plane_lesson(
    training: Samples, validation: Samples, contract: PlaneInput, shown: Vector | None = None
) -> Lesson:
    """Return the lesson of square images, each with one row of targets.

    Args:
        training: cases to learn from.
        validation: cases that choose the epoch.
        contract: what the network is to be fed.
        shown: see `Lesson`.
    """

    def feeds(recipe: Recipe, engine: Engine) -> Feeds:
        augmentation = AUGMENTATIONS.find(recipe.augmentation)
        wide = augmentation is not None and augmentation.changes
        pixels = pixels_for(stored_of(training, margins=wide), engine)
        val_pixels = pixels_for(stored_of(validation, margins=False), engine)
        feed = image_feed(
            training, contract, engine, augmentation=augmentation, seed=recipe.seed, pixels=pixels
        )
        wanted, val_wanted = (
            rows_of_targets(cases.targets, engine.device) for cases in (training, validation)
        )
        return Feeds(
            feed=feed,
            val_feed=image_feed(validation, contract, engine, pixels=val_pixels),
            targets=lambda chosen, epoch: wanted(chosen),
            val_targets=val_wanted,
            expect=pixels.expect,
        )

    return Lesson(training, validation, feeds, shown)


def rows_of_targets(targets: Matrix, device: torch.device) -> Callable[[Rows], Tensor]:
    """Return a function from case numbers to rows of targets, which lie on the device."""
    every = torch.from_numpy(targets.astype(np.float32)).to(device)
    return lambda chosen: every[torch.from_numpy(chosen).to(device)]
