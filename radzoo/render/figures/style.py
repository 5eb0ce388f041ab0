"""How all figures look, and how they become bytes that are the same every time."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from radzoo.core.errors import EnvironmentFailure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 300
# Okabe and Ito: told apart with every kind of colour vision, and in grey by their line style.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (3, 1)), "-")
SETTINGS: dict[Any, object] = {
    "font.size": 8.0,
    "axes.titlesize": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "legend.fontsize": 7.0,
    "lines.linewidth": 1.4,
    "savefig.dpi": DPI,
    "pdf.fonttype": 42,
    # A dollar in the name of a label is a dollar.
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "radzoo",
}
# Without these a file would carry the time at which it was written.
METADATA = {
    "svg": {"Date": None, "Creator": "radzoo"},
    "pdf": {"CreationDate": None, "Creator": "radzoo", "Producer": "matplotlib"},
    "png": {"Software": "radzoo"},
}
COLUMN_INCHES = 3.5


@contextmanager
def own_style() -> Iterator[None]:
    """Draw without a screen and in one style, whatever the user's own settings are.

    Raises:
        EnvironmentFailure: if matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
    except ImportError:
        raise EnvironmentFailure(
            "figures need the package matplotlib, which is not installed",
            id="missing-package",
            hint="pip install matplotlib",
        ) from None
    with mpl.rc_context():
        mpl.rcdefaults()
        for name, value in SETTINGS.items():
            mpl.rcParams[name] = value
        yield


def start(width: float = COLUMN_INCHES, height: float = COLUMN_INCHES) -> "tuple[Figure, Axes]":
    """Begin a figure of one pair of axes, in inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def to_bytes(figure: "Figure", format: str) -> bytes:  # noqa: A002
    """Return the file of a figure: `svg`, `pdf` or `png`."""
    stream = io.BytesIO()
    figure.savefig(stream, format=format, metadata=METADATA[format])
    return stream.getvalue()
