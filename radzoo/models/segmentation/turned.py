"""A network whose axes lie otherwise than those of radzoo's volumes."""

from torch import Tensor, nn

from radzoo.models.volume_feed import turn, turn_back


class TurnedNetwork(nn.Module):
    """Turns what it is fed to the axes that a network knows, and the answer back.

    Args:
        network: maps `(n, channels, *axes)` to logits `(n, classes, *axes)`.
        orientation: of those axes, as `RAS`.
    """

    def __init__(self, network: nn.Module, orientation: str) -> None:
        super().__init__()
        self.network = network
        self.orientation = orientation

    def forward(self, volumes: Tensor) -> Tensor:
        """Return logits `(n, classes, slices, rows, columns)` of volumes in the same order."""
        logits: Tensor = self.network(turn(volumes, self.orientation).contiguous())
        return turn_back(logits, self.orientation)
