"""An encoder, and a last layer of our own behind it."""

from typing import Final

from torch import Tensor, nn

ENCODER: Final = "encoder"
HEAD: Final = "head"


class Headed(nn.Module):
    """A network whose last layer is `head`, whatever its encoder has inside."""

    head_layers = (HEAD,)

    def __init__(self, encoder: nn.Module, head: nn.Module) -> None:
        super().__init__()
        # Nothing in the encoder is a last layer any more, whatever it ends in.
        encoder.head_layers = ()  # type: ignore[assignment]  # a plain attribute, as timm has
        self.encoder = encoder
        self.head = head

    def forward(self, batch: Tensor) -> Tensor:
        """Return outputs `(n, outputs)`."""
        outputs: Tensor = self.head(self.encoder(batch))
        return outputs
