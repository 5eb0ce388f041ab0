"""The last layer of a network: where it is, and how a new one is put there."""

from collections.abc import Sequence

from torch import Tensor, nn

from radzoo.core.errors import InputError


def head_names(network: nn.Module) -> tuple[str, ...]:
    """Name the modules that turn features into outputs; distilled networks have two.

    timm says which they are, and so does a network of radzoo that answers at several depths
    (`head_layers`); in a torchvision network it is the last linear layer, or the last
    convolution where there is none (SqueezeNet).

    Raises:
        InputError: if the network has no such layer.
    """
    own = getattr(network, "head_layers", None)
    if own is not None:
        return tuple(own)
    config = getattr(network, "pretrained_cfg", None)
    if config is not None:
        named = config.get("classifier")
        return (named,) if isinstance(named, str) else tuple(named)
    for kind in (nn.Linear, nn.Conv2d, nn.Conv3d):
        found = [name for name, module in network.named_modules() if isinstance(module, kind)]
        if found:
            return (found[-1],)
    raise InputError(
        "the network has no last layer that could be replaced",
        id="no-head",
        hint="choose a classification network; radzoo list shows some",
    )


def replace_head(network: nn.Module, outputs: int) -> None:
    """Give a torchvision network a new last layer with `outputs` outputs."""
    (name,) = head_names(network)
    old = network.get_submodule(name)
    if isinstance(old, nn.Conv2d):
        network.set_submodule(name, nn.Conv2d(old.in_channels, outputs, kernel_size=1))
    elif isinstance(old, nn.Linear):
        network.set_submodule(name, nn.Linear(old.in_features, outputs))


def answer_only(network: nn.Module, outputs: Sequence[int]) -> None:
    """Let a network give these of its outputs and no others, whoever asks it."""
    kept = list(outputs)

    def choose(module: nn.Module, inputs: tuple[Tensor, ...], every: Tensor) -> Tensor:
        return every[:, kept]

    network.register_forward_hook(choose)


def take_grey_input(network: nn.Module) -> None:
    """Let a torchvision network take one grey channel instead of three colours."""
    name, first = next(
        (name, module) for name, module in network.named_modules() if isinstance(module, nn.Conv2d)
    )
    if first.in_channels == 1:
        return
    grey = nn.Conv2d(
        1,
        first.out_channels,
        kernel_size=first.kernel_size,  # type: ignore[arg-type]  # a tuple of two
        stride=first.stride,  # type: ignore[arg-type]  # as above
        padding=first.padding,  # type: ignore[arg-type]  # as above
        bias=first.bias is not None,
    )
    network.set_submodule(name, grey)


def head_modules(network: nn.Module) -> list[nn.Module]:
    """Return the modules that `head_names` names."""
    return [network.get_submodule(name) for name in head_names(network)]
