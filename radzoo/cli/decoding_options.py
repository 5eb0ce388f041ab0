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


@dataclass(frozen=True)
class DecodingFlags:
    """How images are decoded, as far as the user says."""

    window: WindowText = None
    exact: Exact = False

    @property
    def given(self) -> bool:
        """Did the user say anything?"""
        return self.window is not None or self.exact

    def over(self, start: "Decoding") -> "Decoding":
        """Return `start` with what the user gave.

        Raises:
            UsageError: if the window is none.
        """
        from radzoo.core.decoding import Decoding
        from radzoo.core.window import Window

        window = start.window if self.window is None else Window.parse(self.window)
        return Decoding(window, exact=self.exact or start.exact)


with_decoding_flags = spread("decoding", DecodingFlags)
"""Gives a command the options of decoding; it receives them as one `DecodingFlags`."""
