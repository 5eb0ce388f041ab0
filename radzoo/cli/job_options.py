"""What every command that trains is told: which data, how they are read, how it teaches."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from typer import Context, Option

from radzoo.cli.data_options import (
    PANEL,
    DataFlags,
    MaxRefused,
    Strict,
    Workers,
    with_data_flags,
)
from radzoo.cli.decoding_options import DecodingFlags, with_decoding_flags
from radzoo.cli.option_group import spread
from radzoo.cli.recipe_options import RecipeFlags, with_recipe_flags
from radzoo.cli.volume_options import Intensity

Command = Callable[..., None]


@dataclass(frozen=True)
class JobFlags:
    """What is to be learnt from what, as far as the user says."""

    data: Annotated[
        Path | None, Option(help="Manifest, folder or .npz; needs train and test cases.")
    ] = None
    task: Annotated[
        str | None,
        Option(
            help="What is predicted: binary, multilabel, multiclass, ordinal, regression, "
            "survival or segmentation. (default: binary)"
        ),
    ] = None
    image_size: Annotated[
        str | None,
        Option(
            "--image-size",
            metavar="N|SxRxC",
            help="Rows and columns; of volumes also slices: 32x96x96. (default: the model's, or "
            "by the data)",
        ),
    ] = None
    spacing_mm: Annotated[
        str | None,
        Option(
            "--spacing-mm",
            metavar="MM",
            help="Voxels of volumes: one number, or those of slices,rows,columns. (default: by "
            "model and data)",
        ),
    ] = None
    intensity: Annotated[
        Intensity | None,
        Option(help="Black and white of volumes. (default: hu for CT, else percentiles)"),
    ] = None
    batch_size: Annotated[
        str | None,
        Option(
            "--batch-size",
            metavar="N|auto",
            help="Cases per step; auto holds as many at a time as fit the device.",
        ),
    ] = None
    set_: Annotated[
        list[str] | None,
        Option("--set", metavar="KEY=VALUE", help="Any setting of the recipe, repeatable."),
    ] = None
    track: Annotated[
        list[str] | None,
        Option(
            "--track",
            metavar="NAME",
            help="Also tell tensorboard, mlflow or wandb, offline; repeatable.",
        ),
    ] = None
    allow_leakage: Annotated[
        bool | None,
        Option(
            "--allow-leakage",
            help="Go on though patients stand in two splits; the report says so.",
            rich_help_panel=PANEL,
            show_default=False,
        ),
    ] = None
    max_refused: MaxRefused = None
    strict: Strict = False
    num_workers: Workers = None


@dataclass(frozen=True, slots=True)
class Job:
    """All that the user said of a training, but for its model and its folder.

    Attributes:
        seed: None if the user gave none.
    """

    flags: JobFlags
    training: RecipeFlags
    layout: DataFlags
    decoding: DecodingFlags
    seed: int | None

    @property
    def max_refused(self) -> float | None:
        """Share of cases that may be refused; None if the user gave none."""
        return 0.0 if self.flags.strict else self.flags.max_refused


def with_job_flags(command: Command) -> Command:
    """Give a command the options of a training.

    It receives them in its parameters `flags`, `training`, `layout` and `decoding`.
    """
    with_data = with_decoding_flags(with_data_flags(command))
    return with_recipe_flags(spread("flags", JobFlags)(with_data))


def given_seed(context: Context, seed: int) -> int | None:
    """Return the seed if the user gave it, and not the default."""
    source = context.get_parameter_source("seed")
    return seed if source is not None and source.name != "DEFAULT" else None
