"""Options that say how images are decoded: shared by every command that feeds a network."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from typer import Option

from radzoo.cli.data_options import PANEL
from radzoo.cli.option_group import spread

if TYPE_CHECKING:
    from radzoo.core.decoding import Decoding

WindowText = Annotated[
    str | None,
    Option(
        "--window",
        help="CT window for all images: lung, bone ... or CENTER/WIDTH in Hounsfield units "
        "(default: the model's, else each file's own)",
        rich_help_panel=PANEL,
    ),
]
Exact = Annotated[
    bool,
    Option(
        "--exact",
        help="Decode and resize every pixel: slower, hardly different.",
        rich_help_panel=PANEL,
    ),
]


RegionMargin = Annotated[
    float | None,
    Option(
        "--region-margin",
        min=0,
        max=1000,
        help="Millimetres of the image to see beyond each region. (default: 0)",
        rich_help_panel=PANEL,
    ),
]
RegionSize = Annotated[
    float | None,
    Option(
        "--region-size",
        min=0.01,
        max=1000,
        help="Millimetres around each point, from side to side.",
        rich_help_panel=PANEL,
    ),
]
MillimetresPerPixel = Annotated[
    float | None,
    Option(
        "--mm-per-pixel",
        min=0.001,
        max=100,
        help="One scale for all images. (default: each region fills its image)",
        rich_help_panel=PANEL,
    ),
]


@dataclass(frozen=True)
class DecodingFlags:
    """How images are decoded, as far as the user says."""

    window: WindowText = None
    exact: Exact = False
    region_margin: RegionMargin = None
    region_size: RegionSize = None
    mm_per_pixel: MillimetresPerPixel = None

    @property
    def given(self) -> bool:
        """Did the user say anything?"""
        framing = (self.region_margin, self.region_size, self.mm_per_pixel)
        return self.window is not None or self.exact or any(one is not None for one in framing)

    def over(self, start: "Decoding") -> "Decoding":
        """Return `start` with what the user gave.

        Raises:
            UsageError: if the window is none.
        """
        from dataclasses import replace

        from radzoo.core.decoding import Framing
        from radzoo.core.window import Window

        window = start.window if self.window is None else Window.parse(self.window)
        begun = start.framing
        framing = Framing(
            begun.margin_mm if self.region_margin is None else self.region_margin,
            begun.size_mm if self.region_size is None else self.region_size,
            begun.mm_per_pixel if self.mm_per_pixel is None else self.mm_per_pixel,
        )
        return replace(start, window=window, exact=self.exact or start.exact, framing=framing)


with_decoding_flags = spread("decoding", DecodingFlags)
"""Gives a command the options of decoding; it receives them as one `DecodingFlags`."""
