"""How much of its features a network loses while it learns."""

from torch import Tensor, nn

from radzoo.models.heads import head_modules

# What timm calls the layers between the features and the last layer (of VGG).
CLASSIFIER = "pre_logits."


def own_dropouts(network: nn.Module) -> list[nn.Dropout]:
    """Return the dropout layers before the last layer that the network is published with.

    AlexNet and VGG have two, Inception and GoogLeNet one, most later networks none: layers
    that drop nothing do not count, but for those of timm's VGG.
    """
    return [
        module
        for name, module in network.named_modules()
        if isinstance(module, nn.Dropout) and (module.p > 0 or name.startswith(CLASSIFIER))
    ]


def published_dropout(network: nn.Module) -> float:
    """Return the share that a new network drops if nobody says anything else."""
    return max((layer.p for layer in own_dropouts(network)), default=0.0)


def drop_features(network: nn.Module, share: float) -> None:
    """Let a network lose a share of its features while it is in training mode.

    Its own dropout layers take the share. Where it has none, or where they rest since only
    the last layer learns, the inputs of the last layer are dropped: by a hook, which works
    alike for every architecture and keeps the names of the weights.
    """
    own = own_dropouts(network)
    for layer in own:
        layer.p = share
    if not share:
        return

    def drop(head: nn.Module, inputs: tuple[Tensor, ...]) -> Tensor:
        drops = head.training and not any(layer.training for layer in own)
        return nn.functional.dropout(inputs[0], share, drops)

    for head in head_modules(network):
        head.register_forward_pre_hook(drop)
