"""The running mean of the weights, which is what is judged and kept when it is wanted."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from radzoo.models.training.spreading import local


class RunningMean:
    """Exponential moving average of every weight that is ever taught.

    After every applied step `mean = decay * mean + (1 - decay) * weight`. While few steps are
    done the decay is `(1 + steps) / (10 + steps)` if that is less, so that the mean does not
    hang on the weights of the beginning. Buffers (statistics of batch normalisation) are not
    averaged: the mean works with those of the moment.

    Make it before the first epoch, when all weights that are ever taught require gradients.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self._weights = {n: w for n, w in network.named_parameters() if w.requires_grad}
        self._mean = {name: weight.detach().clone() for name, weight in self._weights.items()}

    @torch.no_grad()
    def update(self) -> None:
        """Take in the weights after a step."""
        self.steps += 1
        kept = min(self.decay, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(
            [local(one) for one in self._mean.values()],
            [local(one.detach()) for one in self._weights.values()],
            1 - kept,
        )

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the network have the mean for weights, as long as this lasts."""
        self._exchange()
        try:
            yield
        finally:
            self._exchange()

    @torch.no_grad()
    def _exchange(self) -> None:
        for name, weight in self._weights.items():
            taught = weight.detach().clone()
            weight.copy_(self._mean[name])
            self._mean[name].copy_(taught)

    def state_dict(self) -> dict[str, int | dict[str, Tensor]]:
        """Return the mean and how many steps it has seen."""
        return {"steps": self.steps, "mean": dict(self._mean)}

    def load_state_dict(self, state: dict[str, int | dict[str, Tensor]]) -> None:
        """Take back what `state_dict` gave.

        Raises:
            KeyError: if it is the mean of other weights.
        """
        steps, mean = state["steps"], state["mean"]
        if not isinstance(steps, int) or not isinstance(mean, dict):
            raise TypeError
        if mean.keys() != self._mean.keys():
            raise KeyError
        self.steps = steps
        for name, value in mean.items():
            self._mean[name].copy_(value)
