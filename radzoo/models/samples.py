"""The cases of one split, ready to be fed, and the order in which they are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Matrix

if TYPE_CHECKING:
    from torch import Tensor

Rows = NDArray[np.int64]
Feed: TypeAlias = "Callable[[Rows, int | None], Tensor]"
"""From case numbers and epoch to a batch on the device; epoch None = for evaluation."""
ORDER, AUGMENTATION, NETWORK, LOW_RANK, MIXING = range(5)


@dataclass(frozen=True, slots=True)
class Samples:
    """Images and targets of one split.

    Attributes:
        images: uint16 or uint8 `(any, side, side)`, usually a memory map shared by all splits;
            0 = least dense, the highest value of the type = densest.
        rows: `(n_cases,)`, which images are of this split.
        targets: `(n_cases, n_labels)`, NaN = not labelled.
        names: `n_cases` names by which the user knows the cases.
        margin: pixels on every side that only augmentation sees: what lies beyond the image.
        covariates: `(n_cases, k)`, what a network is told beside each image; None = nothing.
    """

    images: NDArray[np.uint16] | NDArray[np.uint8]
    rows: Rows
    targets: Matrix
    names: tuple[str, ...]
    margin: int = 0
    covariates: Matrix | None = None

    @property
    def middle(self) -> NDArray[np.uint16] | NDArray[np.uint8]:
        """The images without their margins, `(any, size, size)`; nothing is copied."""
        side = self.images.shape[-1]
        inner = slice(self.margin, side - self.margin)
        return self.images[:, inner, inner]

    @property
    def size(self) -> int:
        """Rows and columns that a network is fed."""
        return int(self.images.shape[-1]) - 2 * self.margin

    def __len__(self) -> int:
        return len(self.rows)


def generator(seed: int, epoch: int, purpose: int, *step: int) -> np.random.Generator:
    """Return the random numbers of one epoch (and step) for one purpose, unlike all others."""
    return np.random.default_rng(np.random.SeedSequence([seed, epoch, purpose, *step]))


def batches(n: int, batch_size: int, *, seed: int, epoch: int) -> Iterator[Rows]:
    """Yield every index below `n` once, in an order that follows from seed and epoch."""
    return cut_order(generator(seed, epoch, ORDER).permutation(n), batch_size)


def cut_order(order: Rows, batch_size: int) -> Iterator[Rows]:
    """Yield the batches of an epoch.

    A single case left over joins the batch before it: batch normalisation cannot learn
    from one image.
    """
    n = len(order)
    starts = list(range(0, n, batch_size))
    if len(starts) > 1 and n - starts[-1] == 1:
        starts.pop()
    for start, end in zip(starts, [*starts[1:], n], strict=True):
        yield order[start:end]


def steps_per_epoch(n: int, batch_size: int) -> int:
    """Return how many batches `batches` yields."""
    whole, rest = divmod(n, batch_size)
    return max(1, whole + (rest > 1))
