"""How well a network could learn, stage by stage: dead units, saturation, size of the gradient.

All of it is measured at the end of an epoch on the same few validation cases, in evaluation
mode and full precision, so that epochs, recipes and resumed runs can be compared.
"""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from radzoo.models.activations.flow import watch
from radzoo.models.activations.meter import Meter
from radzoo.models.samples import Rows
from radzoo.models.training.layers import encoder_stages, head_weights

MOST_STAGES, HEAD = 7, "head"
FEWEST_CASES, MOST_CASES, SHARE = 8, 32, 100


class Monitor:
    """Measures one network again and again; its layers must not change in between.

    Attributes:
        stages: for every weight the stage that it stands in; stages in the order of computing.
        dims: where the channels are in every call of an activation.
    """

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.stages: dict[str, str] = {}
        self.dims: list[int | None] = []

    def measure(
        self, images: Tensor, targets: Tensor, loss: Callable[[Tensor, Tensor], Tensor]
    ) -> dict[str, float]:
        """Return `dead[STAGE]`, `saturation[STAGE]` and `gradient[STAGE]`, where there are any.

        * dead: share of the units (channels, neurons) that let no gradient through anywhere in
          any case: the slope of their activation is below a thousandth of the steepest that
          the function has. For ReLU: they are always zero.
        * saturation: share of all values where the slope is below a twentieth of the steepest.
          For ReLU: zeros; half of all values is usual.
        * gradient: Euclidean norm of the gradient of the loss with respect to the stage's
          weights; 0 where they do not learn.

        The network is left in evaluation mode; its gradients and all random numbers are left
        as they are.
        """
        self.network.eval()
        if not self.stages:
            self.stages = name_stages(self.network)
            self.dims = watch(self.network, images.shape).calls
        meter = Meter(self.network, self.stages, self.dims)
        with torch.inference_mode(False), torch.enable_grad(), meter.hooked(), meter:
            logits = self.network(images)
        value = loss(logits.float(), targets)
        with torch.no_grad():
            return meter.summary() | self.gradients(value)

    def gradients(self, loss: Tensor) -> dict[str, float]:
        """Return the norm of the gradient in every stage, without touching what is stored."""
        learning = {
            name: weight for name, weight in self.network.named_parameters() if weight.requires_grad
        }
        found = torch.autograd.grad(loss, list(learning.values()), allow_unused=True)
        norms: dict[str, list[Tensor]] = {stage: [] for stage in self.stages.values()}
        for name, gradient in zip(learning, found, strict=True):
            if gradient is not None:
                norms[self.stages[name]].append(gradient.norm())
        zero = loss.new_zeros(())
        sizes = [torch.stack([*values, zero]).norm() for values in norms.values()]
        told = torch.stack(sizes).tolist()  # one wait for the device
        return {f"gradient[{stage}]": size for stage, size in zip(norms, told, strict=True)}


def name_stages(network: nn.Module) -> dict[str, str]:
    """Return the stage of every weight; neighbours are joined where there are many stages.

    The last stage is the last layer.
    """
    every = encoder_stages(network)
    parts = [part for part in np.array_split(np.arange(len(every)), MOST_STAGES) if len(part)]
    names: dict[str, str] = {}
    for part in parts:
        name = join_names(every[part[0]].name, every[part[-1]].name)
        names |= {weight: name for number in part for weight in every[number].weights}
    return names | dict.fromkeys(sorted(head_weights(network)), HEAD)


def join_names(first: str, last: str) -> str:
    """Name the stages from one to another: `blocks.0-3`."""
    if first == last:
        return first
    parent, _, name = last.rpartition(".")
    return f"{first}-{name if first.rpartition('.')[0] == parent else last}"


def pick_cases(n_validation: int, n_training: int) -> Rows:
    """Return which validation cases are measured: as many as cost little beside an epoch."""
    wanted = min(MOST_CASES, max(FEWEST_CASES, n_training // SHARE), n_validation)
    chosen: Rows = np.unique(np.linspace(0, n_validation - 1, wanted).astype(np.int64))
    return chosen


def kinds_of(stages: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Sort `KIND[STAGE]` into kinds."""
    kinds: dict[str, dict[str, float]] = {}
    for name, value in stages.items():
        kind, _, stage = name.removesuffix("]").partition("[")
        kinds.setdefault(kind, {})[stage] = value
    return kinds
