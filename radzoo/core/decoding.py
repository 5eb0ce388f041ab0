"""What the user may decide of how files become grey values; the recipe decides the rest."""

from dataclasses import dataclass, replace
from typing import Final, Self

from radzoo.core.entry import ZooEntry
from radzoo.core.window import Window


@dataclass(frozen=True, slots=True)
class Framing:
    """How much of an image is seen around the region of a case.

    Attributes:
        margin_mm: at least so much beyond a region, on every side.
        size_mm: width, height and depth of the region around a point.
        mm_per_pixel: the scale of every image, whatever the size of its region; None = the
            region and its margin fill the longer side of the image.
    """

    margin_mm: float = 0.0
    size_mm: float = 0.0
    mm_per_pixel: float | None = None

    def __str__(self) -> str:
        parts = [f"{self.mm_per_pixel:g} mm per pixel"] if self.mm_per_pixel else []
        parts += [f"points of {self.size_mm:g} mm"] if self.size_mm else []
        parts += [f"regions with a margin of {self.margin_mm:g} mm"] if self.margin_mm else []
        return ", ".join(parts)


WHOLE: Final = Framing()


@dataclass(frozen=True, slots=True)
class Decoding:
    """How images are decoded, beyond the recipe.

    Attributes:
        window: one window in Hounsfield units for all images; None = each file's own.
        exact: decode and resample every pixel, where a reduced image would nearly do.
        framing: how much is seen around regions.
        regions: are the images regions of files? None = nobody has looked.
    """

    window: Window | None = None
    exact: bool = False
    framing: Framing = WHOLE
    regions: bool | None = None

    def __str__(self) -> str:
        window = f"window {self.window}" if self.window else "the files' own windows"
        parts = [window, str(self.framing), "exact" if self.exact else ""]
        return ", ".join(part for part in parts if part)

    def or_window(self, window: Window | None) -> Self:
        """Return this, through `window` where it names none itself."""
        return self if self.window else replace(self, window=window)


def window_of(entry: ZooEntry) -> Window | None:
    """Return the window that a model was trained with, if it states one."""
    if entry.input.hu_window is None:
        return None
    low, high = entry.input.hu_window
    return Window((low + high) / 2, high - low)
