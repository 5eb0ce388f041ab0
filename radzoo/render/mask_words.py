"""How metrics of masks are named and explained: no registry has them, a mean has no module."""

from dataclasses import dataclass

MEDIAN = "_median"


@dataclass(frozen=True, slots=True)
class MaskWord:
    """What is said of a metric of masks.

    Attributes:
        title: its name for a heading, without its unit.
        family: the group that it is shown in.
        meaning: what it is, in a few words.
        unit: of the values; empty for fractions and counts.
    """

    title: str
    family: str
    meaning: str
    unit: str = ""


OVERLAP, SURFACE, VOLUME, LESIONS = "Overlap", "Surface distance", "Volume", "Lesions"
MASK_WORDS = {
    "dice": MaskWord("Dice", OVERLAP, "twice the shared voxels over the voxels of both masks"),
    "iou": MaskWord("IoU", OVERLAP, "the shared voxels over the voxels of either mask"),
    "sensitivity": MaskWord(
        "Sensitivity", OVERLAP, "the share of the reference's voxels that the prediction has"
    ),
    "precision": MaskWord(
        "Precision", OVERLAP, "the share of the prediction's voxels that the reference has"
    ),
    "hd95": MaskWord(
        "HD95", SURFACE, "how far the borders lie apart, but for the farthest 5 %", "mm"
    ),
    "hd": MaskWord("HD", SURFACE, "the farthest that any border voxel lies off", "mm"),
    "assd": MaskWord("ASSD", SURFACE, "how far the borders lie apart, on average", "mm"),
    "nsd": MaskWord("NSD", SURFACE, "the share of the borders that lie within the tolerance (mm)"),
    "lesion_sensitivity": MaskWord(
        "Lesion sensitivity", LESIONS, "lesions found over the lesions of all cases"
    ),
    "false_positive_lesions": MaskWord(
        "False positive lesions", LESIONS, "predicted lesions that meet no true one, per case"
    ),
}
for _size, _unit, _shown in (("volume", "ml", "mL"), ("area", "mm2", "mm²")):
    MASK_WORDS |= {
        f"{_size}_difference_{_unit}": MaskWord(
            f"{_size.capitalize()} difference",
            VOLUME,
            f"predicted minus reference {_size}",
            _shown,
        ),
        f"absolute_{_size}_difference_{_unit}": MaskWord(
            f"Absolute {_size} difference",
            VOLUME,
            f"how far predicted and reference {_size} differ, whichever is larger",
            _shown,
        ),
        f"relative_{_size}_difference": MaskWord(
            f"Relative {_size} difference",
            VOLUME,
            f"predicted minus reference {_size}, over that of the reference",
        ),
    }


def title_of_mask(metric: str) -> str | None:
    """Name a metric of masks for a heading; None if it is none."""
    word = MASK_WORDS.get(metric.removesuffix(MEDIAN))
    if word is None:
        return None
    title = f"{word.title}, median" if metric.endswith(MEDIAN) else word.title
    return f"{title} ({word.unit})" if word.unit else title


def family_of_mask(metric: str) -> str | None:
    """Name the group of a metric of masks; None if it is none."""
    word = MASK_WORDS.get(metric.removesuffix(MEDIAN))
    return word.family if word else None


def explain_mask(metric: str) -> str:
    """Say in a few words what a metric of masks is; nothing if it is none."""
    word = MASK_WORDS.get(metric.removesuffix(MEDIAN))
    if word is None:
        return ""
    what = "median" if metric.endswith(MEDIAN) else "mean"
    return word.meaning if word.family == LESIONS else f"{word.meaning}; {what} over cases"
