"""`radzoo measure`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import progress, say, show, write_json, write_line
from radzoo.cli.data import check_output
from radzoo.cli.data_options import MaxRefused, Strict, Structures, Workers, allowed_refusals
from radzoo.cli.options import Format, Settings, with_settings
from radzoo.cli.table_name import check_table_name

if TYPE_CHECKING:
    from radzoo.core.measure_report import MeasureReport


@app.command("measure")
@with_settings
def measure(
    settings: Settings,
    masks: Annotated[
        list[Path],
        Argument(
            metavar="MASK...|FOLDER|TABLE|RUN",
            help="Mask files, a folder of them, a table with a column mask or prediction, or a "
            "folder that radzoo predict wrote.",
        ),
    ],
    image: Annotated[
        Path | None,
        Option(
            help="The image that the mask lies on, or a folder of images by the masks' names: "
            "needed for DICOM masks, and adds mean and sd under each structure."
        ),
    ] = None,
    reference: Annotated[
        Path | None,
        Option(help="The true mask, or a folder of them by name: adds the agreement of sizes."),
    ] = None,
    structures: Structures = None,
    spacing_mm: Annotated[
        str | None,
        Option("--spacing-mm", help="Rows and columns of pictures that do not say: '0.5 0.5'."),
    ] = None,
    output: Annotated[
        Path | None, Option("--output", "-o", help="A .csv or .parquet with every measure.")
    ] = None,
    overwrite: Annotated[bool, Option("--overwrite", help="Replace the file at -o.")] = False,
    n_boot: Annotated[
        int, Option("--n-boot", min=0, help="Bootstrap draws for the agreement of sizes.")
    ] = 2000,
    max_refused: MaxRefused = None,
    strict: Strict = False,
    num_workers: Workers = None,
) -> None:
    """Measure masks: volumes in mL, surfaces, diameters, and values under them."""
    from radzoo.core.mask_pairs import parse_spacing, parse_structures
    from radzoo.metrics.estimate import IntervalOptions
    from radzoo.workflows.measure import MeasureOptions
    from radzoo.workflows.measure import measure as run
    from radzoo.workflows.measure_inputs import MeasureInputs

    if output is not None:
        check_table_name(output, "--output")
        check_output(output, overwrite=overwrite)
    report = run(
        MeasureInputs(masks, image, reference),
        MeasureOptions(
            structures=parse_structures(structures or ""),
            spacing_mm=parse_spacing(spacing_mm or ""),
            intervals=IntervalOptions(n_boot=n_boot, seed=settings.seed),
            workers=num_workers or 2,
            max_refused=allowed_refusals(max_refused, strict=strict),
        ),
        track=progress("Measuring masks", quiet=settings.quiet),
        warn=lambda message: None if settings.quiet else say(f"warning: {message}"),
    )
    if output is not None:
        save(output, report)
    show_measures(report, settings)


def save(path: Path, report: "MeasureReport") -> None:
    """Write every measure as a table."""
    from radzoo.core import delimited, parquet
    from radzoo.core.predictions_table import is_parquet
    from radzoo.core.publish import publish
    from radzoo.render.measures import measure_columns

    columns = measure_columns(report)
    write = parquet.write_columns if is_parquet(path) else delimited.write_columns
    publish(path, lambda partial: write(partial, columns))


def show_measures(report: "MeasureReport", settings: Settings) -> None:
    """Write the measures to stdout; where a format has no room for doubts they go to stderr."""
    from radzoo.render.json import to_json
    from radzoo.render.measures import measure_heading, measure_rows, render_measures
    from radzoo.render.rows import write_rows

    if settings.output is Format.JSON:
        write_json(to_json(report))
    elif settings.output is Format.TABLE:
        show(render_measures(report))
    else:
        heading, rows = measure_heading(report), measure_rows(report)
        write_line(write_rows(heading, rows, settings.output.value))
        for warning in () if settings.quiet else report.warnings:
            say(f"warning: {warning}")
