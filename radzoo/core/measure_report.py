"""What `radzoo measure` says: sizes and shapes of structures, case by case."""

from typing import Final, Literal

from radzoo.core.report import SCHEMA_VERSION, RefusedCase
from radzoo.core.report_tasks import Agreement
from radzoo.core.report_values import Report

MEASURES: Final = (
    "voxels", "volume_ml", "area_mm2", "surface_mm2", "perimeter_mm", "sphericity",
    "circularity", "longest_mm", "across_mm", "axial_longest_mm", "axial_across_mm",
    "axial_slice", "components", "box_slices_mm", "box_rows_mm", "box_columns_mm",
    "centroid_x_mm", "centroid_y_mm", "centroid_z_mm", "mean", "sd", "lowest", "highest",
    "reference_volume_ml", "reference_area_mm2",
)  # fmt: skip
"""Names of all measures in the order of the columns; docs/reference/measures.md defines them."""
SIZES: Final = (("volume_ml", "mL"), ("area_mm2", "mm2"))


class Measurement(Report):
    """One structure of one case.

    Attributes:
        values: measure to value; what does not exist is not there.
        unit: of mean, sd, lowest and highest: `HU`, or empty where it is not known.
    """

    case_id: str
    patient_id: str = ""
    structure: str
    values: dict[str, float]
    unit: str = ""


class MeasureReport(Report):
    """All that was measured.

    Attributes:
        agreement: with the reference, per structure; empty without one.
        warnings: doubts, one sentence each.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    n_cases: int
    n_refused: int
    structures: list[str]
    measurements: list[Measurement]
    agreement: list[Agreement]
    warnings: list[str]
    refused: list[RefusedCase]

    @property
    def columns(self) -> list[str]:
        """Measures that at least one structure has, in their order."""
        there = {name for one in self.measurements for name in one.values}
        return [name for name in MEASURES if name in there]
