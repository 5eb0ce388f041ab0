"""What the user may decide of how files become grey values; the recipe decides the rest."""

from dataclasses import dataclass, replace
from typing import Self

from radzoo.core.entry import ZooEntry
from radzoo.core.window import Window


@dataclass(frozen=True, slots=True)
class Decoding:
    """How images are decoded, beyond the recipe.

    Attributes:
        window: one window in Hounsfield units for all images; None = each file's own.
        exact: decode and resample every pixel, where a reduced image would nearly do.
    """

    window: Window | None = None
    exact: bool = False

    def __str__(self) -> str:
        window = f"window {self.window}" if self.window else "the files' own windows"
        return f"{window}, exact" if self.exact else window

    def or_window(self, window: Window | None) -> Self:
        """Return this, through `window` where it names none itself."""
        return self if self.window else replace(self, window=window)


def window_of(entry: ZooEntry) -> Window | None:
    """Return the window that a model was trained with, if it states one."""
    if entry.input.hu_window is None:
        return None
    low, high = entry.input.hu_window
    return Window((low + high) / 2, high - low)
