"""How the images of a run were made: enough to make them again."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from radzoo.core.decoding import WHOLE, Framing
from radzoo.core.window import Window


class ImageRecipe(BaseModel):
    """The recipe of the pixels and its settings, as they were used and not as they were asked for.

    Attributes:
        recipe: version of the recipe; docs/concepts/pixels.md says what each does.
        size: rows and columns that the network was fed.
        edge: shorter edge before a crop, in pixels; null = `size`.
        dtype: grey values that were kept.
        margin: pixels kept beyond `size` on every side.
        window: in Hounsfield units, for all images; null = each file's own.
        exact: was every pixel decoded and resampled?
        framing: how much is seen around the regions of cases that have one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipe: int
    size: int
    fit: str
    interpolation: str
    edge: int | None
    dtype: Literal["uint8", "uint16"]
    margin: int
    window: Window | None
    exact: bool
    framing: Framing = WHOLE
