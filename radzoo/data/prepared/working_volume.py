"""The form in which decoded volumes are kept."""

import json
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final

import numpy as np
from pydantic import ValidationError

from radzoo.core.case import Case
from radzoo.core.decoding import WHOLE, Framing
from radzoo.core.window import Window
from radzoo.data.guard import Answer, Request
from radzoo.data.prepared.array_file import IMAGES, MASKS, Array
from radzoo.data.prepared.kept import Kept, VolumeFacts
from radzoo.data.prepared.working import Depth
from radzoo.data.recipe import RECIPE_VERSION
from radzoo.data.region import needs_mask
from radzoo.data.volume.target import Intensity, Shape, Triple, VolumeTarget

LABELS: "Final[np.dtype[Any]]" = np.dtype("<u2")
FACTS_VERSION: Final = 2


@dataclass(frozen=True, slots=True)
class WorkingVolume:
    """Grid and grey values of the volumes.

    Attributes:
        size: slices, rows and columns that a network is fed.
        spacing_mm, fit, intensity, window, dtype: see `volume.target.VolumeTarget`.
        margin: voxels kept on every side beyond `size`: what the volume has there, as far as
            it reaches; black else.
        masked: are masks kept beside the volumes, on the same grid?
        framing: how much is seen around the regions of cases that have one.
    """

    interpolation: ClassVar[str] = "trilinear"
    exact: ClassVar[bool] = True

    size: Shape
    spacing_mm: Triple | None = None
    fit: str = "pad"
    intensity: Intensity = "auto"
    window: Window | None = None
    dtype: Depth = "uint16"
    margin: int = 0
    masked: bool = False
    framing: Framing = WHOLE

    @property
    def target(self) -> VolumeTarget:
        """What a child of the guard is asked for."""
        return VolumeTarget(
            self.size, self.spacing_mm, self.fit, self.intensity, self.window, self.dtype,
            self.margin,
        )  # fmt: skip

    @property
    def arrays(self) -> tuple[Array, ...]:
        """The arrays of the store: volumes, and masks beside them."""
        volumes = Array(IMAGES, self.target.shape, self.target.stored)
        return (volumes, Array(MASKS, self.target.shape, LABELS)) if self.masked else (volumes,)

    @property
    def text(self) -> str:
        """All of it and the version of the recipe, for keys."""
        volumes = asdict(self)
        if self.framing == WHOLE:  # such stores were made before there were regions
            del volumes["framing"]
        own = {"recipe": RECIPE_VERSION, "facts": FACTS_VERSION, "volumes": volumes}
        return json.dumps(own, sort_keys=True)

    def request(self, case: Case) -> Request:
        """Return what to ask the guard for."""
        return Request(
            "fitted", case.path, case.member, parts=case.parts, volume=self.target,
            mask=case.mask if needs_mask(case, masked=self.masked) else None,
            mask_member=case.mask_member, masked=self.masked,
            region=case.region, framing=self.framing,
        )  # fmt: skip

    def keep(self, answer: Answer) -> Kept | None:
        """Turn the answer of the guard into what to keep; None if it is not what was asked for."""
        parts, start = [], 0
        for array in self.arrays:
            parts.append(answer.body[start : start + array.row_bytes])
            start += array.row_bytes
        if len(answer.body) != start:
            return None
        try:
            return Kept(tuple(parts), VolumeFacts.model_validate(answer.fields))
        except ValidationError:
            return None

    def serves(self, wanted: "WorkingVolume") -> bool:
        """Are these the volumes that are wanted, but for their depth, margin and masks?"""
        masks = self.masked or not wanted.masked
        return self._meaning == wanted._meaning and masks

    @property
    def _meaning(self) -> tuple[object, ...]:
        fit = None if self.spacing_mm else self.fit
        return self.size, self.spacing_mm, fit, self.intensity, self.window, self.framing

    def __str__(self) -> str:
        spacing = self.spacing_mm
        how = " x ".join(f"{step:g}" for step in spacing) + " mm" if spacing else self.fit
        values = f"window {self.window}" if self.window else f"intensity {self.intensity}"
        framing = f", {self.framing}" if self.framing != WHOLE else ""
        return f"{' x '.join(map(str, self.size))} voxels ({how}, {values}{framing})"
