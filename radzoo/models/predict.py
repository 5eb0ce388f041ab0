"""What a network says of every case."""

from collections.abc import Callable, Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from radzoo.core.entry import PlaneInput
from radzoo.models.device import Engine, memory_guard
from radzoo.models.feed import Feed, image_feed, in_order
from radzoo.models.samples import Rows, Samples


def predict_logits(
    network: nn.Module,
    samples: Samples,
    contract: PlaneInput,
    engine: Engine,
    *,
    batch_size: int = 32,
    track: Callable[[Iterable[Rows]], Iterable[Rows]] = iter,
) -> NDArray[np.float32]:
    """Return the outputs `(n_cases, n_outputs)` in full precision, in the order of the cases."""
    feed = image_feed(samples, contract, engine)
    return run(network, feed, len(samples), batch_size=batch_size, track=track).numpy()


def run(
    network: nn.Module,
    feed: Feed,
    n: int,
    *,
    batch_size: int,
    track: Callable[[Iterable[Rows]], Iterable[Rows]] = iter,
) -> Tensor:
    """Pass `n` cases through a network in evaluation mode; gives its outputs on the CPU."""
    network.eval()
    with torch.inference_mode(), memory_guard(batch_size):
        rows = track(list(in_order(n, batch_size)))
        return torch.cat([network(feed(chosen, None)).float().cpu() for chosen in rows])
