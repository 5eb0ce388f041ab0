"""Networks that answer at several depths while they learn, all in the same form."""

import torch
from torch import Tensor, nn


class PlannedUnet(nn.Module):
    """MONAI's DynUNet, with every part in one place only.

    The library keeps each part twice, under two names, and a file of weights would hold them
    twice. Names are those of the library; what it computes is the same.

    Args:
        made: a network of MONAI, whose parts are taken.
    """

    def __init__(self, made: nn.Module) -> None:
        super().__init__()
        for name, part in made.named_children():
            if name != "skip_layers":
                self.add_module(name, part)

    def forward(self, images: Tensor) -> Tensor:
        """Return logits `(n, classes, *space)`; while learning `(n, depths, classes, *space)`.

        Args:
            images: `(n, channels, *space)`.
        """
        features = self.get_submodule("input_block")(images)
        kept = [features]
        for down in self.get_submodule("downsamples").children():
            features = down(features)
            kept.append(features)
        features = self.get_submodule("bottleneck")(features)
        levels = []
        for up, beside in zip(self.get_submodule("upsamples").children(), kept[::-1], strict=True):
            features = up(features, beside)
            levels.append(features)
        answer: Tensor = self.get_submodule("output_block")(features)
        if not self.training or "deep_supervision_heads" not in self._modules:
            return answer
        heads = self.get_submodule("deep_supervision_heads").children()
        coarse = [head(level) for head, level in zip(heads, levels[-2::-1], strict=False)]
        return stack([answer, *coarse])


def stack(answers: list[Tensor]) -> Tensor:
    """Bring answers of several depths to the size of the first: `(n, depths, classes, *space)`."""
    size = answers[0].shape[2:]
    return torch.stack([nn.functional.interpolate(one, size) for one in answers], dim=1)


def stack_depths(network: nn.Module) -> None:
    """Let a network that gives a list of answers while it learns give them as one tensor."""

    def join(module: nn.Module, inputs: object, answer: object) -> object:
        return stack(answer) if isinstance(answer, list) else answer

    network.register_forward_hook(join)
