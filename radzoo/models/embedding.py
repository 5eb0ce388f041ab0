"""What a network sees in an image before it decides: one row of features for each case."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from torch import nn

from radzoo.core.errors import InputError
from radzoo.models.device import Engine
from radzoo.models.feed import Feed
from radzoo.models.samples import Rows
from radzoo.models.training.probe import can_cache, features


def embed(
    network: nn.Module,
    feed: Feed,
    n: int,
    engine: Engine,
    *,
    batch_size: int = 32,
    track: Callable[[Iterable[Rows]], Iterable[Rows]] = iter,
) -> NDArray[np.float32]:
    """Return what reaches the last layer, `(n_cases, n_features)`, in evaluation mode.

    Maps of features are averaged over the image. The last layer itself plays no part: it may
    be a new one with random weights.

    Args:
        network: on the CPU; ends on the engine's device.
        feed: `(case numbers, None)` to a batch.
        n: number of cases.
        engine: where it computes.
        batch_size: cases at a time.
        track: wraps the batches.

    Raises:
        InputError: if the network has two last layers (distilled ones have).
    """
    if not can_cache(network):
        raise InputError(
            "the network has two last layers, so no one row of features",
            id="two-heads",
            hint="choose a network with one last layer",
        )
    engine.place(network)
    seen = features(network, feed, n, batch_size=batch_size, track=track).cpu()
    if seen.ndim > 2:
        seen = seen.flatten(2).mean(dim=2)
    rows: NDArray[np.float32] = seen.numpy()
    return rows
