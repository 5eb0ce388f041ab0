"""Key map `timm`: what timm itself does to files that others published for its networks."""

import inspect
import io
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout

from torch import Tensor, nn


def rename(state: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """Pass the state through the filter of the module that the network comes from."""
    module = sys.modules[type(network).__module__]
    convert = getattr(module, "checkpoint_filter_fn", None) or getattr(module, "_filter_fn", None)
    if convert is None:
        return dict(state)
    takes_network = len(inspect.signature(convert).parameters) > 1
    arguments = (dict(state), network) if takes_network else (dict(state),)
    with redirect_stdout(io.StringIO()):  # some filters print what they leave out
        renamed = convert(*arguments)
    return {name: tensor for name, tensor in renamed.items() if isinstance(tensor, Tensor)}
