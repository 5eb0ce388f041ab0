"""How much an image may change: plain numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Augmentation:
    """The largest change of each kind; the change itself is uniform up to it.

    Attributes:
        rotation_degrees: either way.
        shift: of the image's side, in both directions.
        scale: natural logarithm of the magnification, either way.
        brightness: of the full range, added.
        contrast: natural logarithm of the factor about mid-grey.
        gamma: natural logarithm of the exponent.
        noise: standard deviation at most, of the full range.
        mirror: let every second image change left and right.
        upside_down: let every second image change top and bottom.
    """

    rotation_degrees: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    gamma: float = 0.0
    noise: float = 0.0
    mirror: bool = False
    upside_down: bool = False

    @property
    def changes(self) -> bool:
        """Does it change anything at all?"""
        return self != Augmentation()

    @property
    def moves(self) -> bool:
        """Does any pixel leave its place?"""
        return bool(
            self.rotation_degrees or self.shift or self.scale or self.mirror or self.upside_down
        )
