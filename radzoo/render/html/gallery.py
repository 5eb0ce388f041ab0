"""Cases that the model got most wrong, as the page shows them: never whose they are."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One case on the wrong side of the threshold.

    Attributes:
        name: what it is called on the page: a number, or the case id where that was asked for.
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

    @property
    def picture(self) -> str | None:
        """The picture as an address that holds the data itself."""
        if self.png is None:
            return None
        return f"data:image/png;base64,{base64.b64encode(self.png).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The worst cases of one label and one kind, the worst first."""

    label: str
    kind: str
    items: list[GalleryItem]


def arrange(gallery: Sequence[GalleryItem]) -> list[Shelf]:
    """Put cases of the same label and kind together, in the order given."""
    shelves: dict[tuple[str, str], list[GalleryItem]] = {}
    for item in gallery:
        shelves.setdefault((item.label, item.kind), []).append(item)
    return [Shelf(label, kind, items) for (label, kind), items in shelves.items()]
