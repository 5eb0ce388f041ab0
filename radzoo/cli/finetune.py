"""`radzoo finetune`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from radzoo.cli.app import app
from radzoo.cli.data_options import DataFlags
from radzoo.cli.decoding_options import DecodingFlags
from radzoo.cli.job_options import Job, JobFlags, given_seed, with_job_flags
from radzoo.cli.keeping_options import PANEL, KeepingFlags, with_keeping_flags
from radzoo.cli.launch_options import LaunchFlags, take_place, with_launch_flags
from radzoo.cli.options import Settings, complete_models, with_settings
from radzoo.cli.recipe_options import RecipeFlags


@app.command("finetune")
@with_settings
@with_job_flags
@with_keeping_flags
@with_launch_flags
def finetune(
    settings: Settings,
    flags: JobFlags,
    training: RecipeFlags,
    layout: DataFlags,
    decoding: DecodingFlags,
    keeping: KeepingFlags,
    launching: LaunchFlags,
    context: Context,
    model: Annotated[
        str | None,
        Argument(
            metavar="MODEL",
            help="A model of the zoo, see radzoo list.",
            autocompletion=complete_models,
        ),
    ] = None,
    out: Annotated[Path | None, Option(help="Folder of the run, to be made.")] = None,
    overwrite: Annotated[bool, Option("--overwrite", help="Replace the run at --out.")] = False,
    folds: Annotated[
        int | None,
        Option(min=2, max=100, help="Train once for each of so many folds of the patients."),
    ] = None,
    config: Annotated[
        Path | None,
        Option(help="A RUN/config.json: do the same again.", rich_help_panel=PANEL),
    ] = None,
) -> None:
    """Teach MODEL a new task on DATA; the folder OUT tells everything about it."""
    from radzoo.cli.finetune_folds import run_folds
    from radzoo.cli.finetune_output import show_run, write_page
    from radzoo.cli.finetune_request import Request, find_earlier, make_config
    from radzoo.cli.training_display import watching
    from radzoo.workflows.finetune import finetune as run

    job = Job(flags, training, layout, decoding, given_seed(context, settings.seed))
    request = Request(
        model=model, out=out, config=config, overwrite=overwrite, job=job, keeping=keeping
    )
    launch, place = take_place(launching, find_earlier(request), one_run=folds is None)
    made = replace(make_config(request, settings), launch=launch)
    if place is not None and place.rank:
        from radzoo.workflows.teaching.following import follow

        follow(made, place)
        return
    if folds is not None:
        run_folds(made, folds, settings)
        return
    with watching(quiet=settings.quiet) as watcher:
        report = run(made, watcher, draw=write_page)
    show_run(report, settings)
