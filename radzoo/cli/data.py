"""`radzoo data`: describe, split and convert data sets."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from radzoo.cli.app import app
from radzoo.cli.console import progress, say, show, write_json, write_line
from radzoo.cli.data_options import DataFlags, Workers, with_data_flags
from radzoo.cli.options import Format, Settings, with_settings
from radzoo.cli.table_name import check_table_name
from radzoo.core.errors import UsageError

data_app = Typer(
    name="data",
    help="Look at data sets, split them by patient, convert them, decode them once.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(data_app, name="data")

Data = Annotated[
    Path, Argument(metavar="DATA", help="A manifest, a folder, an .npz, or one image.")
]
Output = Annotated[Path, Option("--output", "-o", help="The manifest to write, .csv or .parquet.")]
Overwrite = Annotated[bool, Option("--overwrite", help="Replace what is there.")]


@data_app.command("describe")
@with_settings
@with_data_flags
def describe_data(
    settings: Settings,
    data: Data,
    layout: DataFlags,
    page: Annotated[
        Path | None, Option("--report", help="Write a page for a browser here, too.")
    ] = None,
    overwrite: Annotated[
        bool, Option("--overwrite", help="Replace what --report would hit.")
    ] = False,
    num_workers: Workers = None,
) -> None:
    """Read every image of DATA once: counts, labels, formats, and what is refused and why."""
    from radzoo.data.guard import default_workers
    from radzoo.data.options import DataOptions
    from radzoo.workflows.describe import describe

    if settings.output not in {Format.TABLE, Format.JSON}:
        raise UsageError(
            f"describe has no format {settings.output}",
            id="wrong-format",
            hint="choose table or json",
        )
    if page is not None:
        check_output(page, overwrite=overwrite)
    workers = num_workers or default_workers()
    report = describe(
        data,
        options=layout.over(DataOptions(needs_targets=False, workers=workers)),
        workers=workers,
        track=progress("Reading", quiet=settings.quiet),
    )
    if page is not None:
        from radzoo.core.publish import publish_text
        from radzoo.render.html import data_page

        publish_text(page, data_page(report, title=data.resolve().name))
    if settings.output is Format.JSON:
        write_json(report.model_dump(mode="json"))
        return
    from radzoo.render.data import render_data

    show(render_data(report))


@data_app.command("convert")
@with_settings
@with_data_flags
def convert_data(
    settings: Settings, data: Data, output: Output, layout: DataFlags, overwrite: Overwrite = False
) -> None:
    """Write DATA as a manifest: one row per image, with its labels, patient and split."""
    from collections import Counter

    from radzoo.data.load import load_manifest
    from radzoo.data.manifest_file import write_manifest
    from radzoo.data.options import DataOptions

    check_output(output, overwrite=overwrite)
    check_table_name(output, "--output")
    manifest = load_manifest(data, options=layout.over(DataOptions(needs_targets=False)))
    write_manifest(output, manifest)
    if not settings.quiet:
        for note in manifest.notes:
            say(f"note: {note}")
    for refused in manifest.refused:
        say(f"warning: refused {refused.case_id} ({refused.reason})")
    if settings.output is Format.JSON:
        splits = Counter(case.split for case in manifest.cases if case.split)
        document = {"output": str(output), "n_cases": len(manifest.cases), "splits": splits}
        write_json({"schema_version": 1, **document})
    else:
        write_line(str(output))


def check_output(output: Path, *, overwrite: bool) -> None:
    """Touch nothing that is there, unless asked to; a folder never.

    Raises:
        UsageError: if the file exists.
    """
    if output.is_dir():
        raise UsageError(
            f"{output} is a folder; needed the name of a file",
            id="output-is-folder",
            hint=f"name a file in it, such as {output / 'NAME'}",
        )
    if output.exists() and not overwrite:
        raise UsageError(f"{output} exists", id="exists", hint="replace it with --overwrite")
