"""What a network says of every case."""

from collections.abc import Callable, Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from radzoo.core.entry import PlaneInput
from radzoo.models.device import Engine, memory_guard
from radzoo.models.feed import Feed, image_feed, in_order
from radzoo.models.ranks import ALONE, Ranks, watch
from radzoo.models.samples import Rows, Samples
from radzoo.models.spread import is_spread


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
    ranks = engine.ranks
    return run(network, feed, len(samples), batch_size=batch_size, track=track, ranks=ranks).numpy()


def run(
    network: nn.Module,
    feed: Feed,
    n: int,
    *,
    batch_size: int,
    track: Callable[[Iterable[Rows]], Iterable[Rows]] = iter,
    ranks: Ranks = ALONE,
) -> Tensor:
    """Pass `n` cases through a network in evaluation mode; gives its outputs on the CPU.

    Several processes share the batches out among them, and each gets all outputs.
    """
    network.eval()
    # What is put together of a spread network in inference mode could not be learnt with later.
    quiet = torch.no_grad if is_spread(network) else torch.inference_mode
    with watch(ranks), quiet(), memory_guard(batch_size):
        every = list(in_order(n, batch_size))
        mine = every[ranks.rank :: ranks.count]
        # A network that is spread over the processes needs all of them in every pass.
        idle = -(-len(every) // ranks.count) - len(mine)
        passed = track([*mine, *every[:idle]])
        said = [network(feed(chosen, None)).float().cpu() for chosen in passed]
        if ranks.count == 1:
            return torch.cat(said)
        outputs = torch.zeros(n, *said[0].shape[1:])
        for chosen, rows in zip(mine, said, strict=False):
            outputs[torch.from_numpy(chosen)] = rows
        return ranks.sum(outputs)
