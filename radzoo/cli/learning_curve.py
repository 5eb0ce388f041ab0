"""`radzoo learning-curve`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Context, Option

from radzoo.cli.app import app
from radzoo.cli.data_options import DataFlags
from radzoo.cli.decoding_options import DecodingFlags
from radzoo.cli.job_options import Job, JobFlags, given_seed, with_job_flags
from radzoo.cli.options import Settings, complete_models, with_settings
from radzoo.cli.recipe_options import RecipeFlags
from radzoo.cli.trainings import make_note, make_train, read_numbers, show_trainings

if TYPE_CHECKING:
    from radzoo.core.learning_report import LearningReport


@app.command("learning-curve")
@with_settings
@with_job_flags
def learning_curve(
    settings: Settings,
    flags: JobFlags,
    training: RecipeFlags,
    layout: DataFlags,
    decoding: DecodingFlags,
    context: Context,
    model: Annotated[
        str,
        Argument(
            metavar="MODEL",
            help="A model of the zoo, see radzoo list.",
            autocompletion=complete_models,
        ),
    ],
    out: Annotated[Path, Option(help="Folder for all the runs; run again to go on.")],
    shares: Annotated[
        str, Option(help="Shares of the training patients to learn from.")
    ] = "0.1,0.25,0.5,1",
    repeats: Annotated[
        int, Option(min=1, max=100, help="Trainings on each share, on other patients.")
    ] = 3,
    ahead: Annotated[str, Option(help="Multiples of the patients to look ahead to.")] = "2,4",
    n_boot: Annotated[int, Option(min=100, max=100_000, help="Draws for the intervals.")] = 1000,
) -> None:
    """Train MODEL on ever more of the patients, and say what further patients would bring.

    All trainings are judged on the same test patients.
    """
    from radzoo.cli.finetune_request import Request, make_config
    from radzoo.workflows.learning_curve import CurveConfig, draw_learning_curve

    job = Job(flags, training, layout, decoding, given_seed(context, settings.seed))
    request = Request(model=model, out=out, config=None, overwrite=False, job=job)
    config = CurveConfig(
        make_config(request, settings),
        shares=read_numbers("--shares", shares, "0.25,0.5,1"),
        repeats=repeats,
        ahead=read_numbers("--ahead", ahead, "2,4"),
        n_boot=n_boot,
    )
    report = draw_learning_curve(config, make_train(settings), log=make_note(settings))
    show_curve(report, settings)


def show_curve(report: "LearningReport", settings: Settings) -> None:
    """Write the curve to stdout."""
    from radzoo.render.learning_curve import CURVE_COLUMNS, curve_rows, render_curve

    show_trainings(
        report, settings, columns=CURVE_COLUMNS, rows=curve_rows(report),
        drawn=lambda: render_curve(report),
    )  # fmt: skip
