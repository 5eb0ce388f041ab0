"""What is done to the values of volumes before a network of segmentation sees them."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.volume_axes import Intensity
from radzoo.workflows.segmentation.fingerprint import Fingerprint

CT: Final = "CT"
NOT_HOUNSFIELD: Final = (
    "nothing says that the values are Hounsfield units, as {name} expects them: --intensity hu, "
    "or another model"
)


@dataclass(frozen=True, slots=True)
class Intensities:
    """How values are kept and normalised: fields of `SegmentationPlan`, and the reason.

    Attributes:
        intensity: how they are kept; see `data.volume.target.VolumeTarget`.
    """

    kind: Literal["ct", "z-score"]
    intensity: Intensity
    reason: str
    mean: float = 0.0
    std: float = 1.0
    low: float | None = None
    high: float | None = None
    warning: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a plan."""
        return {
            "normalisation": self.kind, "intensity": self.intensity, "mean": self.mean,
            "std": self.std, "low": self.low, "high": self.high,
        }  # fmt: skip

    @property
    def words(self) -> str:
        """What it does, for people."""
        if self.kind == "z-score":
            return "z-score"
        cut = "" if self.low is None else f"{self.low:.4g} to {self.high:.4g}, "
        return f"ct: {cut}(x - {self.mean:.4g}) / {self.std:.4g}"


def choose_intensities(
    entry: ZooEntry, seen: Fingerprint, modality: str, wish: Intensity | None
) -> Intensities:
    """Choose by what the network was trained with, else by what the data say they are.

    CT has a scale of its own: values are cut to what the structures have and brought to their
    mean and spread, the same for all cases. All else has none, and each volume is brought to its
    own mean and spread.

    Args:
        entry: the model.
        seen: of the data.
        modality: as the data set declares it.
        wish: how the user wants values to be kept; `hu` declares Hounsfield units.

    Raises:
        InputError: if the network expects what radzoo cannot make of volumes.
    """
    hounsfield = seen.hounsfield or modality == CT or wish == "hu"
    if entry.source.kind != "none" and (
        known := published_intensities(entry, hounsfield=hounsfield)
    ):
        return known
    if wish not in ("percentiles", "range") and hounsfield:
        found = seen.foreground
        whose = "the files say Hounsfield units" if seen.hounsfield else "declared as CT"
        return Intensities(
            "ct", "hu",
            f"{whose}: percentiles 0.5 and 99.5, mean and spread of structures in "
            f"{len(seen.seen)} volumes",
            found.mean, found.std, found.low, found.high,
        )  # fmt: skip
    why = f"declared as {modality}" if modality else "nothing says Hounsfield units"
    intensity: Intensity = "range" if wish in (None, "auto", "hu") else wish
    return Intensities("z-score", intensity, f"{why}: each volume by its own mean and spread")


def published_intensities(entry: ZooEntry, *, hounsfield: bool) -> Intensities | None:
    """Return what a published network expects; None if nobody has verified it.

    Args:
        entry: the model.
        hounsfield: are the values of the data Hounsfield units?

    Raises:
        InputError: if radzoo cannot make of volumes what it expects.
    """
    known = entry.input
    if known.normalisation in ("z-score-nonzero", "histogram"):
        raise InputError(
            f"radzoo cannot yet feed {entry.name} the normalisation that it expects in a "
            "segmentation",
            id="unsupported-preprocessing",
            hint=f"radzoo show {entry.name} says what it expects",
        )
    reason = "what the model was trained with"
    if known.normalisation == "z-score" and known.hu_window is None:
        return Intensities("z-score", "range", reason)
    if known.hu_window is None:
        return None
    (low, high), (bottom, top) = known.hu_window, known.value_range or (0.0, 1.0)
    std = (high - low) / (top - bottom)
    mean = low - bottom * std
    if known.normalisation == "mean-std" and known.mean and known.std:
        mean, std = mean + known.mean[0] * std, std * known.std[0]
    warning = "" if hounsfield else NOT_HOUNSFIELD.format(name=entry.name)
    return Intensities("ct", "hu", reason, mean, std, low, high, warning)
