"""The preprocessing contract of an entry: what its network expects to be fed."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from radzoo.core.entry.record import Record, Text, list_to_pair
from radzoo.core.errors import InputError
from radzoo.core.volume_axes import (
    CANONICAL,
    Shape,
    Triple,
    axis_of,
    check_orientation,
    to_canonical,
)
from radzoo.core.volume_axes import Intensity as Intensity

Pair = Annotated[tuple[float, float], BeforeValidator(list_to_pair)]
Pixels = Annotated[int, Field(ge=8, le=4096)]
Voxels = Annotated[int, Field(ge=1, le=4096)]
Millimetres = Annotated[float, Field(gt=0)]
Sizes = Annotated[tuple[Voxels, Voxels, Voxels], BeforeValidator(list_to_pair)]
Steps = Annotated[tuple[Millimetres, Millimetres, Millimetres], BeforeValidator(list_to_pair)]
PLANE_FACTS = ("channels", "size", "value_range", "mean", "std", "fit", "interpolation")
VOLUME_FACTS = ("channels", "normalisation")
PUBLISHED_VOLUME_FACTS = (*VOLUME_FACTS, "size", "spacing_mm", "orientation", "fit")
GREY_CHANNELS = (1, 3)


class PlaneInput(Record):
    """A contract for square 2-D images in which every fact is known.

    The fields are those of `Preprocessing`.
    """

    channels: Literal[1, 3]
    size: Pixels
    value_range: Pair = (0.0, 1.0)
    mean: list[float]
    std: list[float]
    fit: Literal["pad", "crop", "squash"] = "pad"
    interpolation: Literal["bilinear", "bicubic"] = "bilinear"
    resize: Pixels | None = None

    def edge_at(self, size: int) -> int | None:
        """Return the shorter edge before a crop, for another size of the input."""
        if self.resize is None or self.fit != "crop":
            return None
        return round(self.resize * size / self.size)


class VolumeInput(Record):
    """A contract for volumes in which every fact is known.

    A volume is brought to `spacing_mm` and cut or padded to `size` (`pad`, `crop`, `squash`: see
    `data.volume.target`), or seen through a window of `size` that slides over it (`patch`).
    Values are cut to `hu_window` of Hounsfield units, or as `intensity` says, brought to
    `value_range`, and then normalised.

    Attributes:
        size: slices, rows and columns that the network is fed.
        spacing_mm: of slices, rows and columns; None = each volume's own.
        intensity: which values become the ends of `value_range`, without `hu_window`; see
            `data.volume.target.VolumeTarget`.
        mean, std: one for each channel, with the normalisation `mean-std`.
        orientation: of the axes that the network is fed, as of `Preprocessing`; `size` and
            `spacing_mm` are those of slices, rows and columns all the same.
    """

    channels: Annotated[int, Field(ge=1, le=64)] = 1
    size: Sizes
    spacing_mm: Steps | None = None
    fit: Literal["pad", "crop", "squash", "patch"] = "pad"
    hu_window: Pair | None = None
    intensity: Intensity = "auto"
    value_range: Pair = (0.0, 1.0)
    normalisation: Literal["mean-std", "z-score", "z-score-nonzero", "none"] = "none"
    mean: list[float] = Field(default=[])
    std: list[Annotated[float, Field(gt=0)]] = Field(default=[])
    orientation: Annotated[str, AfterValidator(check_orientation)] = CANONICAL

    @model_validator(mode="after")
    def _numbers_agree(self) -> "VolumeInput":
        needed = self.channels if self.normalisation == "mean-std" else 0
        if (len(self.mean), len(self.std)) != (needed, needed):
            raise ValueError("mean and std go with mean-std, one value per channel")
        return self

    @property
    def fed_size(self) -> Shape:
        """The size along the axes that the network is fed, in their own order."""
        first, second, third = (self.size[axis_of(letter)] for letter in self.orientation)
        return first, second, third


class Preprocessing(Record):
    """What the network expects to be fed; null = a fact that nobody has verified.

    Attributes:
        dimensions: 2 for images and slices, 3 for volumes.
        channels: of the network's input; a grey image is repeated for 3.
        channel_names: what each channel holds, in order (the sequences of an MR study).
        colour_order: `grey`, `RGB` or `BGR`.
        size: pixels or voxels: one number for a square or cube, or one for each axis.
        resize: the shorter edge is brought to this many pixels before `fit`.
        value_range: what the least dense and the densest grey value become, before
            `mean` and `std` (in units of that range) are applied.
        normalisation: `mean-std` (with the numbers given), `z-score` of each image,
            `z-score-nonzero` of its voxels that are not 0, `histogram`, or `none`.
        photometric: `bright-is-dense` as in MONOCHROME2, or `dark-is-dense`.
        fit: how an image gets the wanted shape: `pad` keeps all of it, `crop` keeps the
            middle, `squash` changes its proportions, `patch` slides a window over it.
        spacing_mm: the voxel or pixel spacing that the network was trained at, each axis.
        orientation: of the axes of a volume, such as RAS.
        hu_window: lowest and highest Hounsfield units; what is beyond is clipped.
    """

    dimensions: Literal[2, 3] = 2
    channels: Annotated[int, Field(ge=1, le=64)] | None = None
    channel_names: list[Text] | None = None
    colour_order: Literal["grey", "RGB", "BGR"] | None = None
    size: Pixels | Annotated[list[Pixels], Field(min_length=2, max_length=3)] | None = None
    resize: Pixels | None = None
    value_range: Pair | None = None
    normalisation: Literal["mean-std", "z-score", "z-score-nonzero", "histogram", "none"] | None = (
        None
    )
    mean: list[float] | None = None
    std: list[Annotated[float, Field(gt=0)]] | None = None
    photometric: Literal["bright-is-dense", "dark-is-dense"] | None = None
    fit: Literal["pad", "crop", "squash", "patch"] | None = None
    interpolation: Literal["nearest", "bilinear", "bicubic", "trilinear"] | None = None
    spacing_mm: Annotated[list[Millimetres], Field(min_length=2, max_length=3)] | None = None
    orientation: Annotated[str, Field(pattern=r"^[LR][AP][SI]$|^[A-Z]{3}$")] | None = None
    hu_window: Pair | None = None

    @model_validator(mode="after")
    def _numbers_agree(self) -> "Preprocessing":
        for name in ("mean", "std", "channel_names"):
            given = getattr(self, name)
            if given is not None and self.channels is not None and len(given) != self.channels:
                raise ValueError(f"{name} needs one value per channel")
        for name in ("value_range", "hu_window"):
            pair = getattr(self, name)
            if pair is not None and pair[0] >= pair[1]:
                raise ValueError(f"{name} needs the lower value first")
        for name in ("size", "spacing_mm"):
            given = getattr(self, name)
            if isinstance(given, list) and len(given) != self.dimensions:
                raise ValueError(f"{name} needs one number for each of {self.dimensions} axes")
        return self

    def as_plane(self, name: str) -> PlaneInput:
        """Return the contract for 2-D images, if every fact of it is known.

        Args:
            name: of the model, for the message.

        Raises:
            InputError: if the network takes something else, or a fact is not known.
        """
        if self.dimensions != 2:
            raise InputError(
                f"{name} takes volumes, this command feeds images",
                id="volumes-not-supported",
                hint="radzoo list --dimensions 2 shows models for images",
            )
        self._need(PLANE_FACTS, name)
        if self.normalisation not in (None, "mean-std", "none") or self.colour_order == "BGR":
            raise _unsupported(name, "normalisation or colour order")
        try:
            return PlaneInput.model_validate(self.model_dump(include={*PLANE_FACTS, "resize"}))
        except ValidationError as error:
            raise _unsupported(name, str(error.errors()[0]["loc"][0])) from None

    def as_volume(
        self,
        name: str,
        *,
        size: Shape | None = None,
        spacing_mm: Triple | None = None,
        scratch: bool = False,
    ) -> VolumeInput:
        """Return the contract for volumes, if every fact of it is known.

        A network that is yet to learn may leave open how large and how fine its volumes are:
        then `size` and `spacing_mm` are taken from the data, and what it was trained with is
        what radzoo makes of them. One that is asked as it was published may leave nothing open.

        Args:
            name: of the model, for the message.
            size: slices, rows and columns that it will learn from; None = as published.
            spacing_mm: of those; None = each volume's own.
            scratch: will it learn from random weights? Then it expects nothing yet.

        Raises:
            InputError: if the network takes something else, or a fact is not known.
        """
        self.check_volumes(name)
        published = size is None
        known = self
        if scratch and self.normalisation is None:
            known = self.model_copy(update={"normalisation": "none", "value_range": (0.0, 1.0)})
        known._need(PUBLISHED_VOLUME_FACTS if published else VOLUME_FACTS, name)
        known._need(_facts_of(known.normalisation), name)
        if known.normalisation == "histogram" or known.channels not in GREY_CHANNELS:
            raise _unsupported(name, "normalisation or number of channels")
        averages = known.normalisation == "mean-std"
        return VolumeInput.model_validate(
            {
                "channels": known.channels,
                "size": size or known.canonical_size,
                "spacing_mm": known.canonical_spacing if published else spacing_mm,
                "fit": "pad" if known.fit in (None, "patch") else known.fit,
                "hu_window": known.hu_window,
                "value_range": known.value_range or (0.0, 1.0),
                "normalisation": known.normalisation,
                "mean": known.mean if averages else [],
                "std": known.std if averages else [],
                "orientation": known.orientation or CANONICAL,
            }
        )

    def check_volumes(self, name: str) -> None:
        """See that the network takes volumes.

        Raises:
            InputError: if it takes images.
        """
        if self.dimensions != 3:
            raise InputError(
                f"{name} takes images, this command feeds volumes",
                id="images-not-supported",
                hint="radzoo list --dimensions 3 shows models for volumes; --pool-slices attention "
                "lets a model for images look at their slices",
            )

    @property
    def canonical_size(self) -> Shape | None:
        """Slices, rows and columns of a volume; None if not known."""
        if self.size is None:
            return None
        sizes = self.size if isinstance(self.size, list) else [self.size] * 3
        return to_canonical((sizes[0], sizes[1], sizes[2]), self.orientation or CANONICAL)

    @property
    def canonical_spacing(self) -> Triple | None:
        """The spacing of slices, rows and columns of a volume; None if not known."""
        if self.spacing_mm is None:
            return None
        x, y, z = self.spacing_mm
        return to_canonical((x, y, z), self.orientation or CANONICAL)

    def _need(self, facts: Sequence[str], name: str) -> None:
        unknown = [fact for fact in facts if getattr(self, fact) is None]
        if unknown:
            raise InputError(
                f"nobody has verified what {name} expects as {', '.join(unknown)}",
                id="unknown-preprocessing",
                hint=f"radzoo registry add {name} copies the entry into your own registry, "
                "where you can state it",
            )


def _facts_of(normalisation: str | None) -> tuple[str, ...]:
    """Return what else has to be known for it: a z-score does not depend on the range."""
    if normalisation == "mean-std":
        return ("value_range", "mean", "std")
    return ("value_range",) if normalisation == "none" else ()


def _unsupported(name: str, fact: str) -> InputError:
    return InputError(
        f"radzoo cannot yet feed {name} the {fact} that it expects",
        id="unsupported-preprocessing",
        hint=f"radzoo show {name} says what it expects",
    )
