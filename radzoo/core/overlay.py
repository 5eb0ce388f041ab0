"""Where a prediction and the reference disagree, as it may be shown to anybody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Overlay:
    """The outlines of one structure of one case on the slice where they differ most.

    Attributes:
        name: what the case is called where it is shown: its place in the list of the worst, or
            the case id where that was asked for.
        dice: of the whole structure; None where a mask is empty.
        slice: number from 1, of the canonical orientation; None of a picture.
        png: a PNG file; None without one.
        note: what must be said of the picture, or why there is none.
    """

    name: str
    label: str
    dice: float | None
    slice: int | None = None
    png: bytes | None = None
    note: str | None = None
