"""`radzoo finetune`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Context, Option

from radzoo.cli.app import app
from radzoo.cli.data_options import (
    DataFlags,
    MaxRefused,
    Strict,
    Workers,
    with_data_flags,
)
from radzoo.cli.decoding_options import DecodingFlags, with_decoding_flags
from radzoo.cli.options import Settings, complete_models, with_settings
from radzoo.cli.recipe_options import RecipeFlags, with_recipe_flags

AGAIN = "Repeating"


@app.command("finetune")
@with_settings
@with_recipe_flags
@with_decoding_flags
@with_data_flags
def finetune(
    settings: Settings,
    training: RecipeFlags,
    layout: DataFlags,
    decoding: DecodingFlags,
    context: Context,
    model: Annotated[
        str | None,
        Argument(
            metavar="MODEL",
            help="A model of the zoo, see radzoo list.",
            autocompletion=complete_models,
        ),
    ] = None,
    data: Annotated[
        Path | None, Option(help="Manifest, folder or .npz; needs train and test cases.")
    ] = None,
    out: Annotated[Path | None, Option(help="Folder of the run, to be made.")] = None,
    overwrite: Annotated[bool, Option("--overwrite", help="Replace the run at --out.")] = False,
    task: Annotated[str | None, Option(help="What is predicted: binary.")] = None,
    allow_leakage: Annotated[
        bool | None,
        Option(
            "--allow-leakage",
            help="Go on though patients stand in two splits; the report says so.",
            rich_help_panel="Data",
            show_default=False,
        ),
    ] = None,
    max_refused: MaxRefused = None,
    strict: Strict = False,
    num_workers: Workers = None,
    image_size: Annotated[
        int | None, Option("--image-size", help="Rows and columns. (default: the model's)")
    ] = None,
    batch_size: Annotated[
        str | None,
        Option(
            "--batch-size", metavar="N|auto",
            help="Cases per step; auto holds as many at a time as fit the device.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        Option(help="A RUN/config.json: do the same again.", rich_help_panel=AGAIN),
    ] = None,
    set_: Annotated[
        list[str] | None,
        Option(
            "--set", metavar="KEY=VALUE", help="Any setting of the recipe, repeatable.",
            rich_help_panel=AGAIN,
        ),
    ] = None,
) -> None:  # fmt: skip
    """Teach MODEL a new task on DATA; the folder OUT tells everything about it."""
    from radzoo.cli.finetune_output import show_run, write_page
    from radzoo.cli.finetune_request import Request, make_config
    from radzoo.cli.training_display import watching
    from radzoo.workflows.finetune import finetune as run

    wishes = training.wishes()
    if is_given(context, "seed"):
        wishes["seed"] = settings.seed
    request = Request(
        model=model, data=data, out=out, config=config, task=task, image_size=image_size,
        allow_leakage=allow_leakage, max_refused=0.0 if strict else max_refused,
        workers=num_workers, overwrite=overwrite, wishes=wishes,
        batch_size=batch_size, pairs=tuple(set_ or ()), add_data_options=layout.over,
        add_decoding=decoding.over,
    )  # fmt: skip
    made = make_config(request, settings)
    with watching(quiet=settings.quiet) as watcher:
        report = run(made, watcher, draw=write_page)
    show_run(report, settings)


def is_given(context: Context, name: str) -> bool:
    """Did the user give this option, or is it the default?"""
    source = context.get_parameter_source(name)
    return source is not None and source.name != "DEFAULT"
