"""A window: which part of the Hounsfield scale a CT image shows, and the ones with a name."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self

from radzoo.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Window:
    """A window in Hounsfield units: `center - width / 2` is black, `center + width / 2` white.

    It is applied by the formula `LINEAR_EXACT` of DICOM PS3.3 C.11.2.1.3.2, which has no
    offset of half a unit, so that it means the same for integers and for floating point.
    """

    center: float
    width: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.center) and math.isfinite(self.width) and self.width > 0):
            raise ValueError("a window needs a finite center and a width above 0")
        # Written as text, 40 and 40.0 would name two windows.
        object.__setattr__(self, "center", float(self.center))
        object.__setattr__(self, "width", float(self.width))

    def __str__(self) -> str:
        return f"{self.center:g}/{self.width:g}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the window of a name such as `lung`, or of `CENTER/WIDTH`.

        Raises:
            UsageError: if it is neither.
        """
        if text in WINDOWS:
            return cls(WINDOWS[text].center, WINDOWS[text].width)
        center, slash, width = text.partition("/")
        try:
            if slash:
                return cls(float(center), float(width))
        except ValueError:
            pass
        raise UsageError(
            "a CT window is a name or CENTER/WIDTH in Hounsfield units",
            id="window",
            hint=f"names: {', '.join(WINDOWS)}; or numbers, such as -600/1500",
        )


# Centers and widths as a radiology reference gives them: "Windowing (CT)", Radiopaedia,
# https://radiopaedia.org/articles/windowing-ct; where it gives a range (subdural: level 50 to
# 100, width 130 to 300) its middle. `wide` is ours.
WINDOWS: Final[Mapping[str, Window]] = MappingProxyType(
    {
        "lung": Window(-600, 1500),
        "mediastinum": Window(50, 350),
        "abdomen": Window(50, 400),
        "liver": Window(30, 150),
        "bone": Window(400, 1800),
        "spine": Window(50, 250),
        "brain": Window(40, 80),
        "subdural": Window(75, 215),
        "stroke": Window(40, 40),
        "temporal-bone": Window(600, 2800),
        "wide": Window(0, 2000),
    }
)
# What a CT image gets that names no window of its own: air to dense bone, -1000 to 1000.
DEFAULT_CT: Final = WINDOWS["wide"]
