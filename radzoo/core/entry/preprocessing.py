"""The preprocessing contract of an entry: what its network expects to be fed."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from radzoo.core.entry.record import Record, Text, list_to_pair
from radzoo.core.errors import InputError

Pair = Annotated[tuple[float, float], BeforeValidator(list_to_pair)]
Pixels = Annotated[int, Field(ge=8, le=4096)]
Voxels = Annotated[int, Field(ge=1, le=4096)]
Millimetres = Annotated[float, Field(gt=0)]
PLANE_FACTS = ("channels", "size", "value_range", "mean", "std", "fit", "interpolation")


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
    """

    channels: Annotated[int, Field(ge=1, le=64)] = 1
    size: tuple[Voxels, Voxels, Voxels]
    spacing_mm: tuple[Millimetres, Millimetres, Millimetres] | None = None
    fit: Literal["pad", "crop", "squash", "patch"] = "pad"
    hu_window: Pair | None = None
    intensity: Literal["auto", "hu", "percentiles", "range"] = "auto"
    value_range: Pair = (0.0, 1.0)
    normalisation: Literal["mean-std", "z-score", "z-score-nonzero", "none"] = "none"
    mean: list[float] = Field(default=[])
    std: list[Annotated[float, Field(gt=0)]] = Field(default=[])


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
        unknown = [fact for fact in PLANE_FACTS if getattr(self, fact) is None]
        if unknown:
            raise InputError(
                f"nobody has verified what {name} expects as {', '.join(unknown)}",
                id="unknown-preprocessing",
                hint=f"radzoo registry add {name} copies the entry into your own registry, "
                "where you can state it",
            )
        if self.normalisation not in (None, "mean-std", "none") or self.colour_order == "BGR":
            raise _unsupported(name, "normalisation or colour order")
        try:
            return PlaneInput.model_validate(self.model_dump(include={*PLANE_FACTS, "resize"}))
        except ValidationError as error:
            raise _unsupported(name, str(error.errors()[0]["loc"][0])) from None


def _unsupported(name: str, fact: str) -> InputError:
    return InputError(
        f"radzoo cannot yet feed {name} the {fact} that it expects",
        id="unsupported-preprocessing",
        hint=f"radzoo show {name} says what it expects",
    )
