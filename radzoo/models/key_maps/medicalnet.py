"""Key map `medicalnet`: 3-D ResNets as MedicalNet saved them, on several GPUs, for MONAI's."""

from collections.abc import Mapping
from typing import Final

from torch import Tensor, nn

PARALLEL: Final = "module."
SEGMENTATION_HEAD: Final = "conv_seg."


def rename(state: Mapping[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """Take off the mark of parallel training, and the head that segmented."""
    names = {name.removeprefix(PARALLEL): tensor for name, tensor in state.items()}
    return {name: value for name, value in names.items() if not name.startswith(SEGMENTATION_HEAD)}
