"""What is said of a volume or mask that is used all the same: one table of codes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

REMARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "copies-left-out": "slices that stand twice, pixel for pixel; one of each was kept",
        "localisers-left-out": "localisers in the series, left out",
        "others-left-out": "objects of the series that hold no image, left out",
        "gantry-tilt": "slices shifted against each other by a tilted gantry; the affine says so",
        "no-rescale": "CT slices without slope or intercept: values as stored, unit not known",
        "not-hu": "CT slices whose rescaled values are not in HU by their header",
        "hu-range": "slices of a volume whose values no CT would give: an intercept left out?",
        "sform-qform-differ": "two affines in the header that differ; the sform was used",
        "orientation-unknown": "no affine in the header: the stored axes were taken as they are",
        "contours-left-out": "contours that are open or mere points, left out",
    }
)
