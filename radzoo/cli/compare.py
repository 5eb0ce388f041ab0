"""`radzoo compare`."""

from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import say, show, write_json, write_line
from radzoo.cli.evaluation_options import FILE_PANEL, Cluster
from radzoo.cli.options import Format, Settings, with_settings

if TYPE_CHECKING:
    from radzoo.core.compare_report import CompareReport


@app.command()
@with_settings
def compare(
    settings: Settings,
    given: Annotated[
        list[str],
        Argument(
            metavar="PREDICTIONS|RUN|MASKS...",
            help="Two or more predictions files or folders of runs, or values of masks case by "
            "case, on the same cases.",
        ),
    ],
    metric: Annotated[
        list[str] | None,
        Option(help="What to compare, repeatable or a,b,c; all (default: auroc; of masks dice)"),
    ] = None,
    margin: Annotated[
        float | None,
        Option(help="Test whether the first of each pair is not worse by this or more."),
    ] = None,
    adjust: Annotated[
        str, Option(help="For many tests: holm, bh, none; bonferroni, hochberg, hommel, by.")
    ] = "holm",
    reference: Annotated[
        str | None,
        Option(
            help="Compare this one with each other (default: all pairs, of more than four "
            "the first with each other)"
        ),
    ] = None,
    threshold: Annotated[
        str | None,
        Option(
            help="Of decisions: a number, youden, sens@0.95, spec@0.9, or a thresholds.json "
            "(default: the one that each run froze on validation, else 0.5)"
        ),
    ] = None,
    task: Annotated[
        str | None,
        Option(help="Task of the files, as in evaluate (default: by their columns)"),
    ] = None,
    n_boot: Annotated[int, Option(min=0, help="Bootstrap draws where they are needed.")] = 2000,
    level: Annotated[float, Option(help="Wanted coverage of the intervals.")] = 0.95,
    cluster: Annotated[
        Cluster, Option(help="Count patients, or take every case as independent.")
    ] = Cluster.PATIENT,
    target: Annotated[
        str | None, Option(help="Column that holds the target.", rich_help_panel=FILE_PANEL)
    ] = None,
    score: Annotated[
        str | None, Option(help="Column that holds the score.", rich_help_panel=FILE_PANEL)
    ] = None,
    patient: Annotated[
        str | None, Option(help="Column that holds the patient.", rich_help_panel=FILE_PANEL)
    ] = None,
    positive: Annotated[
        str | None, Option(help="Value that means diseased.", rich_help_panel=FILE_PANEL)
    ] = None,
    classes: Annotated[
        str | None,
        Option(help="Classes from the lowest to the highest: a,b,c.", rich_help_panel=FILE_PANEL),
    ] = None,
    time: Annotated[
        str | None,
        Option(help="Column that holds the time to the event.", rich_help_panel=FILE_PANEL),
    ] = None,
    event: Annotated[
        str | None,
        Option(
            help="Column that says whether the event came (1) or not (0).",
            rich_help_panel=FILE_PANEL,
        ),
    ] = None,
) -> None:
    """Say how far apart models are, on the cases that all of them have scored.

    Cases are found in every file by case_id. A difference is that of the first model minus
    the second.
    """
    from radzoo.core.predictions import Columns
    from radzoo.workflows.comparison.files import compare_files
    from radzoo.workflows.comparison.options import CompareOptions

    order = tuple(classes.split(",")) if classes else ()
    columns = Columns(target, score, patient, positive, task, order, time, event)
    options = CompareOptions(
        task=task,
        metrics=tuple(name.strip() for one in metric or () for name in one.split(",")),
        margin=margin,
        adjust=adjust,
        reference=reference,
        threshold=threshold,
        level=level,
        n_boot=n_boot,
        seed=settings.seed,
        cluster="patient" if cluster is Cluster.PATIENT else "none",
    )
    show_comparison(compare_files(given, columns, options), settings)


def show_comparison(report: "CompareReport", settings: Settings) -> None:
    """Write the report to stdout; where the format has no room for warnings, to stderr."""
    from radzoo.render.compare import (
        COMPARE_COLUMNS,
        compare_rows,
        paper_heading,
        paper_rows,
        render_compare,
    )
    from radzoo.render.json import to_json
    from radzoo.render.rows import write_rows

    if settings.output is Format.JSON:
        write_json(to_json(report))
    elif settings.output is Format.TABLE:
        show(render_compare(report))
    else:
        of_csv = settings.output is Format.CSV
        rows = compare_rows(report, COMPARE_COLUMNS) if of_csv else paper_rows(report)
        heading = COMPARE_COLUMNS if of_csv else paper_heading(report)
        write_line(write_rows(heading, rows, settings.output.value))
        if not settings.quiet:
            for warning in report.warnings:
                say(f"warning: {warning}")
