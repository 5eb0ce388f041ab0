"""Cases that the model got most wrong, by label and kind, as the page shows them."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from radzoo.core.gallery import GalleryItem as GalleryItem


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


def address(png: bytes) -> str:
    """Return an address that holds the picture itself."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
