"""A case is the unit that gets one prediction: an image, a series, a region."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = ("train", "val", "test")
NOTHING: Mapping[str, str] = MappingProxyType({})
NO_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType({})
NO_STRUCTURES: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Region:
    """The part of an image that a case is about; how much beyond it is seen: `core.decoding`.

    Attributes:
        kind: `box`, `point`, or `mask`: where the mask of the case is not 0.
        numbers: of a box x, y, width and height in pixels (pixel 3 reaches from 3 to 4), of a
            point the numbers x and y of a pixel; in a volume x, y, z, width, height and depth,
            or x, y and z, in voxels of the file as it is stored. Of a mask the labels that
            count; none = all but 0.
    """

    kind: Literal["box", "point", "mask"]
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One case and what is known of it before any pixel is read.

    Attributes:
        case_id: unique within a manifest; by default the path as the user gave it.
        path: the file (absolute, or relative to the working directory).
        member: the part of the file that holds the case, such as `train_images/17`
            of an `.npz`, `frame/3` of a file of many frames or `series/HASH` of a folder;
            empty for the whole.
        parts: the files of a DICOM series below the folder `path`, in any order.
        mask: the file that says which pixel belongs to what; None if there is none.
        mask_member: the part of it that is meant, such as `segment/2`; empty for all.
        patient_id: empty if unknown. Cases of one patient never stand in two splits.
        targets: label to true value; None where the case was not labelled.
        time: to the event, or to the end of the observation, in the unit of the data set; None
            if unknown. `event`: 1 if it came then, 0 if none was seen until then.
        covariates: columns of the table that a network is told beside the image, as text.
        region: the part of the image that is meant; None = all of it.
        said: what the user's table says beside all this, by column: to look for shortcuts in
            it, kept in memory alone.
        groups: site, scanner, sex, age, view ... as text, for subgroups.
        date: when the image was taken, `2023-07-31` or `20230731`, to hold out a period. It is
            kept in memory alone: never written, shown or counted.
    """

    case_id: str
    path: Path
    targets: Mapping[str, float | None]
    patient_id: str = ""
    study_id: str = ""
    series_id: str = ""
    member: str = ""
    split: Split | None = None
    groups: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    parts: tuple[str, ...] = ()
    mask: Path | None = None
    mask_member: str = ""
    date: str = field(default="", repr=False)
    time: float | None = None
    event: float | None = None
    covariates: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    region: Region | None = None
    said: Mapping[str, str] = field(default_factory=lambda: NOTHING, repr=False, compare=False)

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that the image is read from."""
        return tuple(self.path / part for part in self.parts) or (self.path,)


@dataclass(frozen=True, slots=True)
class Refused:
    """A case that was left out, and why: counted beside every number.

    Attributes:
        case_id: the name by which the user knows it, usually a path.
        reason: a short code and text from a fixed table; no foreign exception text.
    """

    case_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The cases of one data set.

    Attributes:
        labels: names of the findings, in column order.
        notes: what the reader did, one sentence each: match rates, rows left out.
        classes: label to the names of its values 0, 1, 2 ..., where it was given in words.
        structures: number in the masks to the name of what has it, as declared; the number 0
            = all that is not 0.
        modality: `CT` or `MR`, where the data set declares it for all of its cases.
    """

    cases: tuple[Case, ...]
    labels: tuple[str, ...]
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_NAMES)
    structures: Mapping[int, str] = field(default_factory=lambda: NO_STRUCTURES)
    modality: str = ""

    def of(self, split: Split) -> "Manifest":
        """Return the manifest with the cases of one split only."""
        kept = tuple(case for case in self.cases if case.split == split)
        return replace(self, cases=kept)


@dataclass(frozen=True, slots=True)
class Image:
    """Pixels whose meaning is settled.

    Attributes:
        pixels: float32 `(rows, columns)`, 0 = least dense (air, black), 1 = most dense.
        spacing_mm: row and column spacing; None if the file does not say.
        photometric: how the file stored it, such as `MONOCHROME1`; already undone.
    """

    pixels: NDArray[np.float32]
    spacing_mm: tuple[float, float] | None = None
    photometric: str = "MONOCHROME2"
