"""The form in which decoded images are kept."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isqrt
from typing import Any, Final, Literal, get_args

import numpy as np

from radzoo.core.case import Case
from radzoo.core.decoding import WHOLE, Decoding, Framing
from radzoo.core.image_recipe import ImageRecipe
from radzoo.core.window import Window
from radzoo.data.guard import Answer, Request
from radzoo.data.prepared.array_file import IMAGES, MASKS, Array
from radzoo.data.prepared.kept import Kept
from radzoo.data.recipe import RECIPE_VERSION
from radzoo.data.region import needs_mask

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
        masked: are masks kept beside the images, pixel for pixel?
        framing: how much is seen around the regions of cases that have one.
    """

    size: int
    fit: str = "pad"
    interpolation: str = "bilinear"
    edge: int | None = None
    dtype: Depth = "uint16"
    margin: int = 0
    exact: bool = False
    window: Window | None = None
    masked: bool = False
    framing: Framing = WHOLE

    @property
    def decoding(self) -> Decoding:
        """What of it the user may decide for any network."""
        return Decoding(self.window, exact=self.exact, framing=self.framing)

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
        """The arrays of the store: images, and masks beside them."""
        images = Array(IMAGES, self.shape, self.stored)
        masks = Array(MASKS, self.shape, np.dtype("<u2"))
        return (images, masks) if self.masked else (images,)

    @property
    def text(self) -> str:
        """All of it and the version of the recipe, for keys."""
        own = asdict(self)
        if not self.masked:  # such stores were made before there were masks
            del own["masked"]
        if self.framing == WHOLE:  # or regions
            del own["framing"]
        return json.dumps({"recipe": RECIPE_VERSION, **own}, sort_keys=True)

    def record(self, recipe: int) -> ImageRecipe:
        """Return it as it is written down, with the version of the recipe that was used."""
        return ImageRecipe(
            recipe=recipe, size=self.size, fit=self.fit, interpolation=self.interpolation,
            edge=self.edge, dtype=self.dtype, margin=self.margin, window=self.window,
            exact=self.exact, framing=self.framing,
        )  # fmt: skip

    def request(self, case: Case) -> Request:
        """Return what to ask the guard for."""
        cropped = case.region is not None or self.framing.mm_per_pixel is not None
        beyond = self.margin if cropped else self.beyond
        return Request(
            "pixels", case.path, case.member, self.size + 2 * beyond, self.fit,
            self.interpolation, self.edge,
            exact=self.exact, window=self.window, parts=case.parts,
            mask=case.mask if needs_mask(case, masked=self.masked) else None,
            mask_member=case.mask_member, masked=self.masked,
            region=case.region, framing=self.framing, beyond=beyond if cropped else 0,
        )  # fmt: skip

    def keep(self, answer: Answer) -> Kept | None:
        """Turn the answer of the guard into what to keep; None if it has another size."""
        images, *masks = self.arrays
        of_pixel = 2 + sum(one.dtype.itemsize for one in masks)
        size = isqrt(len(answer.body) // of_pixel)
        rest = (images.shape[0] - size) // 2
        # Of a region, what lies around it is there; of a whole image, as far as it reaches.
        if len(answer.body) != of_pixel * size**2 or rest not in (0, self.margin - self.beyond):
            return None
        start = 2 * size * size
        if self.dtype == "uint16" and rest == 0 and not masks:
            return Kept((answer.body,))
        pixels = np.frombuffer(answer.body[:start], "<u2").reshape(size, size)
        if self.dtype == "uint8":
            pixels = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
        labels = [np.frombuffer(answer.body[start:], one.dtype).reshape(size, size)
                  for one in masks]  # fmt: skip
        return Kept(tuple(np.pad(part, rest).tobytes() for part in (pixels, *labels)))

    def serves(self, wanted: "Working") -> bool:
        """Are these the images that are wanted, but for their depth and margin?

        Exact ones are as good as those that are decoded quickly, but not the other way.
        """
        as_exact = self.exact or not wanted.exact
        masks = self.masked or not wanted.masked
        same = self._geometry == wanted._geometry and self.window == wanted.window
        return as_exact and masks and same

    @property
    def _geometry(self) -> Mapping[str, object]:
        edge = max(self.edge or self.size, self.size) if self.fit == "crop" else None
        return {
            "size": self.size, "fit": self.fit, "interpolation": self.interpolation, "edge": edge,
            "framing": self.framing,
        }  # fmt: skip

    @property
    def beyond(self) -> int:
        """Pixels of the margin that a larger crop of the same scale gives."""
        if self.fit != "crop":
            return 0
        return min(self.margin, max(0, (self.edge or self.size) - self.size) // 2)
