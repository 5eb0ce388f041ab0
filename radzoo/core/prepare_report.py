"""What was prepared: plain values that every renderer reads."""

from typing import Literal

from radzoo.core.report import SCHEMA_VERSION, Report
from radzoo.core.window import Window


class PrepareReport(Report):
    """What `radzoo data prepare` says.

    Attributes:
        output: the folder, to be given as DATA.
        key: name of what the images were made from.
        n_cases: cases that have an image.
        size: rows and columns that a network is fed; the images have `margin` more on each
            side.
        slices: of volumes; None for images.
        spacing_mm: of volumes, along slices, rows and columns; None = as the fit needs it.
        intensity: of volumes: which values became black and white, if no window says so.
        n_masks: masks that are kept beside volumes.
        window: in Hounsfield units, for all images; None = each file's own.
        exact: was every pixel decoded and resampled?
        size_bytes: of the images.
        reused: was everything there already?
        n_blocks: parts in which the images were written.
        n_blocks_kept: of them, those that a process had left that was killed.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    output: str
    key: str
    recipe: int
    n_cases: int
    n_refused: int
    refused_by_reason: dict[str, int]
    splits: dict[str, int]
    size: int
    slices: int | None
    spacing_mm: tuple[float, float, float] | None
    intensity: str | None
    n_masks: int
    margin: int
    fit: str
    interpolation: str
    edge: int | None
    dtype: str
    window: Window | None
    exact: bool
    size_bytes: int
    engine: str
    reused: bool
    n_blocks: int
    n_blocks_kept: int
    notes: list[str]
