"""Where the pixels of cases are, and how they come to the device in time.

On a CPU they are gathered when they are wanted: a thread of its own would only take time from
the cores that compute. On a GPU a small data set lies in its memory as a whole; of a large one,
the next batch is gathered into pinned memory while the last one is computed.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from radzoo.models.device import Engine
from radzoo.models.samples import Rows, Samples

SHARE_OF_DEVICE: Final = 0.25
"""Of the memory that is free on a GPU: the rest is for the network and what a step keeps."""
PIECE: Final = 1024


class Pixels(Protocol):
    """Pixels of cases by their numbers, on the device, as they are stored."""

    def __call__(self, chosen: Rows) -> Tensor:
        """Return uint8 or uint16 `(n, size, size)`."""

    def expect(self, batches: Sequence[Rows]) -> None:
        """Hear which cases will be asked for next."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Pixels of a split as they lie in memory or in a file.

    Attributes:
        images: `(any, side, side)`, usually a memory map.
        rows: which images are of this split.
    """

    images: NDArray[Any]
    rows: Rows

    def gather(self, chosen: Rows) -> Tensor:
        """Read the pixels of cases."""
        # A plain array: every choice from a memory map would make another memory map.
        return torch.from_numpy(np.asarray(self.images)[self.rows[chosen]])


def stored_of(samples: Samples, *, margins: bool) -> Stored:
    """Return the pixels of a split, with the margins that only augmentation sees or without."""
    return Stored(samples.images if margins else samples.middle, samples.rows)


def pixels_for(stored: Stored, engine: Engine) -> Pixels:
    """Choose where the pixels of a split are kept while it is taught or examined."""
    if engine.device.type != "cuda":
        return PixelsAtHand(stored, engine)
    size = stored.images[:1].nbytes * len(stored.rows)
    free, _ = torch.cuda.mem_get_info(engine.device)
    if size <= SHARE_OF_DEVICE * free:
        return PixelsOnDevice(stored, engine)
    return PixelsAhead(stored, engine)


class PixelsAtHand:
    """Gathered when they are wanted."""

    def __init__(self, stored: Stored, engine: Engine) -> None:
        self.stored, self.engine = stored, engine

    def __call__(self, chosen: Rows) -> Tensor:
        """Return uint8 or uint16 `(n, size, size)`."""
        return self.engine.bring(self.stored.gather(chosen))

    def expect(self, batches: Sequence[Rows]) -> None:
        """Do nothing."""


class PixelsOnDevice:
    """All of a split lies in the memory of the device."""

    def __init__(self, stored: Stored, engine: Engine) -> None:
        device, n = engine.device, len(stored.rows)
        self.kind = stored.gather(np.arange(0)).dtype
        # Few operations know uint16: its bits are kept, and read so again after the choice.
        self.carrier = torch.int16 if self.kind == torch.uint16 else self.kind
        shape = (n, *stored.images.shape[1:])
        self.pixels = torch.empty(shape, dtype=self.carrier, device=device)
        for start in range(0, n, PIECE):
            rows = np.arange(start, min(n, start + PIECE))
            self.pixels[start : start + len(rows)] = stored.gather(rows).view(self.carrier)

    def __call__(self, chosen: Rows) -> Tensor:
        """Return uint8 or uint16 `(n, size, size)`."""
        places = torch.from_numpy(chosen).to(self.pixels.device, non_blocking=True)
        return self.pixels[places].view(self.kind)

    def expect(self, batches: Sequence[Rows]) -> None:
        """Do nothing: all are there."""


class PixelsAhead:
    """The next batch is gathered while the last one is computed."""

    def __init__(self, stored: Stored, engine: Engine) -> None:
        self.stored, self.engine = stored, engine
        self.coming: dict[bytes, Future[Tensor]] = {}
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="pixels")

    def __call__(self, chosen: Rows) -> Tensor:
        """Return uint8 or uint16 `(n, size, size)`."""
        future = self.coming.pop(chosen.tobytes(), None)
        pixels = self._ready(chosen) if future is None else future.result()
        return pixels.to(self.engine.device, non_blocking=True)

    def expect(self, batches: Sequence[Rows]) -> None:
        """Begin to gather these batches; what was expected before and never asked for goes."""
        wanted = {chosen.tobytes(): chosen for chosen in batches}
        self.coming = {
            key: self.coming.get(key) or self.thread.submit(self._ready, chosen)
            for key, chosen in wanted.items()
        }

    def _ready(self, chosen: Rows) -> Tensor:
        pixels = self.stored.gather(chosen)
        return pixels.pin_memory() if self.engine.device.type == "cuda" else pixels
