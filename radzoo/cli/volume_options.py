"""Options that say how volumes are kept."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from typer import Option

from radzoo.cli.option_group import spread
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.data.prepared import WorkingVolume

PANEL = "Volumes"


class Intensity(StrEnum):
    """Which values of a volume become black and white."""

    AUTO = "auto"
    HU = "hu"
    PERCENTILES = "percentiles"
    RANGE = "range"


Slices = Annotated[
    int | None,
    Option(
        min=1,
        max=4096,
        help="Prepare volumes of so many slices, of --size rows and columns.",
        rich_help_panel=PANEL,
    ),
]
SpacingText = Annotated[
    str | None,
    Option(
        "--spacing-mm",
        help="Voxels of this size: one number, or those of slices,rows,columns. "
        "(default: as --fit needs it)",
        rich_help_panel=PANEL,
    ),
]
IntensityName = Annotated[
    Intensity | None,
    Option(
        help="Black and white: hu -1024 and 3071, percentiles 0.5 and 99.5 %, range lowest and "
        "highest. (default: auto, hu where the file says Hounsfield units, else percentiles)",
        rich_help_panel=PANEL,
    ),
]


@dataclass(frozen=True)
class VolumeFlags:
    """How volumes are kept, as far as the user says."""

    slices: Slices = None
    spacing_mm: SpacingText = None
    intensity: IntensityName = None

    def over(self, start: "WorkingVolume") -> "WorkingVolume":
        """Return `start` with what the user gave.

        Raises:
            UsageError: if a spacing is none, or the volumes are too large to be read.
        """
        from dataclasses import replace

        from radzoo.core.volume_axes import read_spacing
        from radzoo.data.door import MAX_VOXELS

        intensity = self.intensity.value if self.intensity else start.intensity
        spacing = read_spacing(self.spacing_mm) if self.spacing_mm is not None else None
        made = replace(start, spacing_mm=spacing, intensity=intensity)
        slices, rows, columns = made.target.shape
        if slices * rows * columns > MAX_VOXELS:
            raise UsageError(
                f"volumes of {slices} x {rows} x {columns} voxels, with their margins, are "
                f"beyond the budget of {MAX_VOXELS:,}",
                id="too-large",
                hint="choose a smaller --slices, --size or --margin",
            )
        return made

    def check_images(self) -> None:
        """See that nothing was said of volumes where images are prepared.

        Raises:
            UsageError: if so.
        """
        if self.spacing_mm is not None or self.intensity is not None:
            name = "--spacing-mm" if self.spacing_mm is not None else "--intensity"
            raise UsageError(
                f"{name} goes with volumes, and --slices is not given",
                id="images-not-volumes",
                hint="say how many slices a volume is to have: --slices 96",
            )


with_volume_flags = spread("volumes", VolumeFlags)
"""Gives a command the options of volumes; it receives them as one `VolumeFlags`."""
