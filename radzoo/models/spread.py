"""Is a network spread over processes? Asking takes no time where none can be."""

import sys

from torch import nn


def is_spread(network: nn.Module) -> bool:
    """Does this process hold no more than a part of some weight?"""
    library = sys.modules.get("torch.distributed.tensor")
    return library is not None and any(
        isinstance(weight, library.DTensor) for weight in network.parameters()
    )
