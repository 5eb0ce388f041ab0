"""`radzoo plan`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context

from radzoo.cli.app import app
from radzoo.cli.console import say, show, write_json, write_line
from radzoo.cli.data_options import DataFlags
from radzoo.cli.decoding_options import DecodingFlags
from radzoo.cli.job_options import Job, JobFlags, given_seed, with_job_flags
from radzoo.cli.options import Format, Settings, complete_models, with_settings
from radzoo.cli.recipe_options import RecipeFlags

NOWHERE = Path()
"""Nothing is written, so no place is asked for."""


@app.command("plan")
@with_settings
@with_job_flags
def plan(
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
) -> None:
    """Say what finetune would do with MODEL on DATA, and why; every setting can be overruled."""
    from radzoo.cli.finetune_request import Request, make_config
    from radzoo.workflows.finetune_config import Watcher
    from radzoo.workflows.plan import plan_training

    job = Job(flags, training, layout, decoding, given_seed(context, settings.seed))
    request = Request(model=model, out=NOWHERE, config=None, overwrite=False, job=job)
    watcher = Watcher() if settings.quiet else Watcher(log=lambda note: say(f"note: {note}"))
    proposed = plan_training(make_config(request, settings), watcher)
    if settings.output is Format.JSON:
        write_json(proposed.model_dump(mode="json"))
        return
    from radzoo.render.plan import PLAN_COLUMNS, plan_rows, render_plan
    from radzoo.render.rows import write_rows

    if settings.output in (Format.CSV, Format.MD, Format.TEX):
        write_line(write_rows(PLAN_COLUMNS, plan_rows(proposed), settings.output.value))
    else:
        show(render_plan(proposed))
