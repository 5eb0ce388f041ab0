"""One file as text and blocks for the terminal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from radzoo.core.text import visible

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

NAMES = {
    "sop_class": "kind",
    "transfer_syntax": "compression",
    "spacing_mm": "spacing in mm",
    "stored": "stored values",
}
LAST = ("stored", "values", "unit", "window", "shown", "grey", "share_black", "share_white")
# The upper half of a cell is drawn in the colour of the sign, the lower as its background.
HALF = "\u2580"


def preview_facts(facts: Mapping[str, Any]) -> "Table":
    """Return the facts of a file, a line each: what it is, and what becomes of its values."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    first = [name for name in facts if name not in LAST and facts[name] not in ("", None, [])]
    for name in first:
        table.add_row(NAMES.get(name, name.replace("_", " ")), Text(_plain(facts[name])))
    if "stored" in facts:
        table.add_row(NAMES["stored"], Text(_plain(facts["stored"])))
    if "values" in facts:
        unit = f" {facts['unit']}" if facts.get("unit") else ""
        table.add_row("values", Text(f"{_plain(facts['values'])}{unit}"))
    if facts.get("window"):
        table.add_row("window", Text(_plain(facts["window"])))
    if "shown" in facts:
        table.add_row("black and white at", Text(_plain(facts["shown"])))
    if "grey" not in facts:  # a case as a network is fed it, and not a file
        return table
    table.add_row("grey, of 0 to 1", Text(_plain(facts["grey"])))
    clipped = f"{facts['share_black']:.1%} black, {facts['share_white']:.1%} white"
    table.add_row("of the picture", Text(clipped))
    return table


def preview_blocks(picture: NDArray[np.uint8], *, columns: int, lines: int) -> "Text":
    """Draw a picture with half blocks, two pixels in each cell of the terminal.

    Args:
        picture: `(rows, columns)`, 0 = black.
        columns: signs that fit beside each other.
        lines: lines that fit below each other.
    """
    from PIL import Image as Pillow
    from rich.style import Style
    from rich.text import Text

    high, wide = picture.shape
    scale = min(columns / wide, 2 * lines / high)
    size = max(1, round(wide * scale)), max(2, 2 * round(high * scale / 2))
    small = np.asarray(Pillow.fromarray(picture).resize(size, Pillow.Resampling.BILINEAR))
    text = Text()
    for upper, lower in zip(small[::2], small[1::2], strict=True):
        for top, bottom in zip(upper, lower, strict=True):
            text.append(HALF, Style(color=_grey(int(top)), bgcolor=_grey(int(bottom))))
        text.append("\n")
    return text


def _grey(value: int) -> str:
    return f"rgb({value},{value},{value})"


def _plain(value: object) -> str:
    if isinstance(value, list):
        return " to ".join(_plain(one) for one in value)
    return f"{value:,.6g}" if isinstance(value, float) else visible(str(value))
