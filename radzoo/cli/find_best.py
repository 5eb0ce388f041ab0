"""`radzoo find-best`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Context, Option

from radzoo.cli.app import app
from radzoo.cli.console import say
from radzoo.cli.data_options import DataFlags
from radzoo.cli.decoding_options import DecodingFlags
from radzoo.cli.job_options import Job, JobFlags, given_seed, with_job_flags
from radzoo.cli.options import Settings, complete_models, with_settings
from radzoo.cli.recipe_options import RecipeFlags
from radzoo.cli.trainings import make_note, make_train, show_trainings
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.core.recipe import Scalar
    from radzoo.core.trainings_report import BestReport


@app.command("find-best")
@with_settings
@with_job_flags
def find_best(
    settings: Settings,
    flags: JobFlags,
    training: RecipeFlags,
    layout: DataFlags,
    decoding: DecodingFlags,
    context: Context,
    models: Annotated[
        list[str],
        Argument(
            metavar="MODEL...",
            help="Models of the zoo, see radzoo list.",
            autocompletion=complete_models,
        ),
    ],
    out: Annotated[Path, Option(help="Folder for all the runs; run again to go on.")],
    tries: Annotated[
        list[str] | None,
        Option(
            "--try",
            metavar="KEY=VALUE,VALUE...",
            help="Values of a setting to try, each with each; repeatable: "
            "strategy=full,LP lr=0.001,0.0003 activation=relu,elu.",
        ),
    ] = None,
) -> None:
    """Train several MODELs, or one in several ways, and choose the best on validation.

    Test cases play no part in the choice; the result on them is told of the best alone.
    """
    from radzoo.cli.finetune_request import Request, make_config
    from radzoo.workflows.find_best import SearchConfig
    from radzoo.workflows.find_best import find_best as search
    from radzoo.zoo.catalog import find_entry

    job = Job(flags, training, layout, decoding, given_seed(context, settings.seed))
    request = Request(model=models[0], out=out, config=None, overwrite=False, job=job)
    config = SearchConfig(
        make_config(request, settings),
        entries=[find_entry(name, settings.registries, say) for name in dict.fromkeys(models)],
        tries=dict(read_try(text) for text in tries or ()),
    )
    report = search(config, make_train(settings), log=make_note(settings))
    show_best(report, settings)


def read_try(text: str) -> "tuple[str, list[Scalar]]":
    """Read a setting and the values to try.

    Raises:
        UsageError: if it is no KEY=VALUE,VALUE.
    """
    from radzoo.cli.finetune_request import parse

    name, equals, values = text.partition("=")
    parts = [part for part in values.split(",") if part]
    if not equals or not name or not parts:
        raise UsageError(
            f"--try {text} was given; needed KEY=VALUE,VALUE",
            id="bad-setting",
            hint="--try lr=0.001,0.0003",
        )
    return name, [parse(part) for part in parts]


def show_best(report: "BestReport", settings: Settings) -> None:
    """Write the ranking to stdout."""
    from radzoo.render.trainings import BEST_COLUMNS, best_rows, render_best

    show_trainings(
        report, settings, columns=BEST_COLUMNS, rows=best_rows(report),
        drawn=lambda: render_best(report),
    )  # fmt: skip
