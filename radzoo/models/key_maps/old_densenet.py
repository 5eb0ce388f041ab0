"""Key map `old-densenet`: the names of torchvision's first DenseNets.

They, and all that were trained from them, say `norm.1` for `norm1`.
"""

import re
from collections.abc import Mapping
from typing import Final

from torch import Tensor, nn

OLD: Final = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12])\.")


def rename(state: Mapping[str, Tensor], network: nn.Module | None = None) -> dict[str, Tensor]:
    """Take the dot out; newer names stay as they are."""
    return {OLD.sub(r"\1\2.", name): tensor for name, tensor in state.items()}
