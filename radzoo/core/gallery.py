"""A case that a model got wrong, as it may be shown to anybody: never whose it is."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One case on the wrong side of the threshold.

    Attributes:
        name: what it is called where it is shown: a number, or the case id where that was asked
            for.
        kind: called positive and healthy, or called negative and diseased.
        score: what the model said; `target` what is true.
        png: the picture as a PNG file; None without one.
        note: what must be said of the picture, or why there is none.
    """

    name: str
    label: str
    kind: Literal["false positive", "false negative"]
    score: float
    target: float
    threshold: float
    png: bytes | None = None
    note: str | None = None
