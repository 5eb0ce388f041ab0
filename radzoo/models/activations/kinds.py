"""Activation functions: those that can be asked for, and how those of a network are known."""

from collections.abc import Callable, Mapping

from torch import nn

from radzoo.core.errors import UsageError
from radzoo.core.registry import did_you_mean
from radzoo.models.activations.concatenated import CReLU


class HiddenSigmoid(nn.Sigmoid):
    """A sigmoid as activation of a hidden layer: every other sigmoid is a gate."""


# Erickson et al. 2018 draw six of them in figure 1: the first four, sigmoid and tanh.
MAKERS: Mapping[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "crelu": CReLU,
    "prelu": nn.PReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "sigmoid": HiddenSigmoid,
    "tanh": nn.Tanh,
}
LIBRARIES = ("torch.nn.modules.activation", "timm.layers.activations", "radzoo.models.activations")
FUNCTIONS = frozenset([
    "relu", "relu_", "relu6", "leaky_relu", "leaky_relu_", "rrelu", "rrelu_", "prelu", "elu",
    "elu_", "selu", "selu_", "celu", "celu_", "gelu", "silu", "mish", "hardswish", "hardtanh",
    "hardtanh_", "tanh", "tanh_", "softplus", "softsign", "tanhshrink",
])  # fmt: skip
MODULES = frozenset(name.replace("_", "") for name in FUNCTIONS) | frozenset([
    "crelu", "hiddensigmoid", "gelutanh", "quickgelu", "swish", "swishme", "hardswishme",
    "hardmish", "hardmishme", "mishme",
])  # fmt: skip


def make_activation(name: str) -> nn.Module:
    """Return a new activation.

    Raises:
        UsageError: if there is none of this name.
    """
    make = MAKERS.get(name)
    if make is None:
        raise UsageError(
            f"there is no activation '{name}'",
            id="unknown-activation",
            hint=did_you_mean(name, MAKERS) or f"known: {', '.join(MAKERS)}",
        )
    return make()


def is_activation(module: nn.Module) -> bool:
    """Is this the activation of a hidden layer?

    What squeezes into 0 to 1 (sigmoid, hard sigmoid, softmax) is a gate in every published
    network of the zoo: it weighs what another layer found, and stays as it is.
    """
    kind = type(module)
    return kind.__module__.startswith(LIBRARIES) and kind.__name__.lower() in MODULES
