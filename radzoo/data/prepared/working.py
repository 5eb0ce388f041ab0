"""The form in which decoded images are kept."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, Literal, get_args

import numpy as np

from radzoo.core.case import Case
from radzoo.core.decoding import Decoding
from radzoo.core.image_recipe import ImageRecipe
from radzoo.core.window import Window
from radzoo.data.guard import Answer, Request
from radzoo.data.prepared.array_file import IMAGES, Array
from radzoo.data.prepared.kept import Kept
from radzoo.data.recipe import RECIPE_VERSION

Depth = Literal["uint8", "uint16"]
DEPTHS: Final[tuple[Depth, ...]] = get_args(Depth)


@dataclass(frozen=True, slots=True)
class Working:
    """Size and kind of the images, and how they come to it.

    Attributes:
        size: rows and columns that a network is fed.
        fit, interpolation, edge: see `resize.resize`.
        dtype: `uint16` keeps 65,536 grey values, `uint8` 256 in half the room.
        margin: pixels kept on every side beyond `size`, head-room for shifting and turning.
            With `crop` they are what the image has there, as far as it reaches; black else.
        exact: decode and resample every pixel; see `resize.Target`.
        window: one window in Hounsfield units for all; None = each file's own.
    """

    masked: ClassVar[bool] = False

    size: int
    fit: str = "pad"
    interpolation: str = "bilinear"
    edge: int | None = None
    dtype: Depth = "uint16"
    margin: int = 0
    exact: bool = False
    window: Window | None = None

    @property
    def decoding(self) -> Decoding:
        """What of it the user may decide for any network."""
        return Decoding(self.window, exact=self.exact)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one image as it is kept, margins and all."""
        side = self.size + 2 * self.margin
        return (side, side)

    @property
    def stored(self) -> "np.dtype[Any]":
        """Type of a value on the disk: little-endian on any machine."""
        return np.dtype(self.dtype).newbyteorder("<")

    @property
    def arrays(self) -> tuple[Array, ...]:
        """The arrays of the store: only images."""
        return (Array(IMAGES, self.shape, self.stored),)

    @property
    def text(self) -> str:
        """All of it and the version of the recipe, for keys."""
        return json.dumps({"recipe": RECIPE_VERSION, **asdict(self)}, sort_keys=True)

    def record(self, recipe: int) -> ImageRecipe:
        """Return it as it is written down, with the version of the recipe that was used."""
        return ImageRecipe(
            recipe=recipe, size=self.size, fit=self.fit, interpolation=self.interpolation,
            edge=self.edge, dtype=self.dtype, margin=self.margin, window=self.window,
            exact=self.exact,
        )  # fmt: skip

    def request(self, case: Case) -> Request:
        """Return what to ask the guard for."""
        size = self.size + 2 * self.beyond
        return Request(
            "pixels", case.path, case.member, size, self.fit, self.interpolation, self.edge,
            exact=self.exact, window=self.window, parts=case.parts,
        )  # fmt: skip

    def keep(self, answer: Answer) -> Kept | None:
        """Turn the answer of the guard into what to keep; None if it has another size."""
        size = self.size + 2 * self.beyond
        if len(answer.body) != 2 * size * size:
            return None
        if self.dtype == "uint16" and self.beyond == self.margin:
            return Kept((answer.body,))
        pixels = np.frombuffer(answer.body, "<u2").reshape(size, size)
        if self.dtype == "uint8":
            pixels = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
        return Kept((np.pad(pixels, self.margin - self.beyond).tobytes(),))

    def serves(self, wanted: "Working") -> bool:
        """Are these the images that are wanted, but for their depth and margin?

        Exact ones are as good as those that are decoded quickly, but not the other way.
        """
        as_exact = self.exact or not wanted.exact
        return as_exact and self._geometry == wanted._geometry and self.window == wanted.window

    @property
    def _geometry(self) -> Mapping[str, object]:
        edge = max(self.edge or self.size, self.size) if self.fit == "crop" else None
        return {
            "size": self.size, "fit": self.fit, "interpolation": self.interpolation, "edge": edge,
        }  # fmt: skip

    @property
    def beyond(self) -> int:
        """Pixels of the margin that a larger crop of the same scale gives."""
        if self.fit != "crop":
            return 0
        return min(self.margin, max(0, (self.edge or self.size) - self.size) // 2)
