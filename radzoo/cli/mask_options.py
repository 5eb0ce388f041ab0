"""Options of commands that find structures with a network: how, and how masks are written."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from typer import Option

from radzoo.cli.option_group import spread
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.workflows.segmentation.infer import Inference

PANEL = "Masks, of runs that segment"


class MaskFormat(StrEnum):
    """How masks are written."""

    NIFTI = "nifti"
    PNG = "png"
    SEG = "seg"


@dataclass(frozen=True)
class MaskFlags:
    """How structures are found and written, as far as the user says."""

    mask_format: Annotated[
        MaskFormat | None,
        Option(
            help="Kind of mask files (default: nifti of volumes, png of pictures).",
            rich_help_panel=PANEL,
        ),
    ] = None
    flips: Annotated[
        bool,
        Option(
            "--flips",
            help="Average over mirror images, as far as training had some: slower.",
            rich_help_panel=PANEL,
        ),
    ] = False
    overlap: Annotated[
        float | None,
        Option(
            min=0, max=0.9, help="Of the windows that slide over an image. (default: 0.5)",
            rich_help_panel=PANEL,
        ),
    ] = None  # fmt: skip
    keep_largest: Annotated[
        bool,
        Option(
            "--keep-largest",
            help="Of each structure keep the largest connected part alone.",
            rich_help_panel=PANEL,
        ),
    ] = False
    min_volume: Annotated[
        float | None,
        Option(
            min=0, help="Leave out connected parts of fewer mL.", rich_help_panel=PANEL,
        ),
    ] = None  # fmt: skip

    @property
    def given(self) -> bool:
        """Did the user say anything?"""
        return self != MaskFlags()

    def check_unused(self) -> None:
        """Refuse what speaks of masks where there are none.

        Raises:
            UsageError: if any was given.
        """
        if self.given:
            raise UsageError(
                "--mask-format, --flips, --overlap, --keep-largest and --min-volume are about "
                "masks, and this model does not segment",
                id="no-masks",
                hint="leave them out",
            )

    def inference(self) -> "Inference":
        """Return how structures are found."""
        from radzoo.workflows.segmentation.infer import Inference

        return Inference(
            overlap=0.5 if self.overlap is None else self.overlap,
            flips=self.flips,
            keep_largest=self.keep_largest,
            min_volume_ml=self.min_volume or 0.0,
        )


with_mask_flags = spread("masks", MaskFlags)
"""Gives a command the options of masks; it receives them as one `MaskFlags`."""
