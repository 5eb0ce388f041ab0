"""`radzoo data`: describe, split and convert data sets."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option, Typer

from radzoo.cli.app import app
from radzoo.cli.console import progress, say, show, write_json, write_line
from radzoo.cli.data_options import (
    BlankLabels,
    DataFormat,
    Labels,
    Patient,
    PatientRegex,
    Positive,
    Readers,
    Target,
    UncertainLabels,
    View,
    Workers,
    data_options,
)
from radzoo.cli.options import Format, Settings, with_settings
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.core.case import Manifest

data_app = Typer(
    name="data",
    help="Look at data sets, split them by patient, convert them.",
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
def describe_data(
    settings: Settings,
    data: Data,
    data_format: DataFormat = None,
    labels: Labels = None,
    target: Target = None,
    positive: Positive = None,
    patient: Patient = None,
    patient_regex: PatientRegex = None,
    uncertain: UncertainLabels = None,
    blank: BlankLabels = None,
    readers: Readers = None,
    view: View = None,
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
    workers = num_workers or default_workers()
    options = data_options(
        DataOptions(needs_targets=False, workers=workers),
        data_format=data_format,
        labels=labels,
        target=target,
        positive=positive,
        patient=patient,
        patient_regex=patient_regex,
        uncertain=uncertain,
        blank=blank,
        readers=readers,
        view=view,
    )
    report = describe(
        data,
        options=options,
        workers=workers,
        track=progress("Reading", quiet=settings.quiet),
    )
    if settings.output is Format.JSON:
        write_json(report.model_dump(mode="json"))
        return
    from radzoo.render.data import render_data

    show(render_data(report))


@data_app.command("split")
@with_settings
def split_data(
    settings: Settings,
    data: Data,
    output: Output,
    data_format: DataFormat = None,
    labels: Labels = None,
    target: Target = None,
    positive: Positive = None,
    patient: Patient = None,
    patient_regex: PatientRegex = None,
    uncertain: UncertainLabels = None,
    blank: BlankLabels = None,
    readers: Readers = None,
    view: View = None,
    overwrite: Overwrite = False,
) -> None:
    """Split DATA anew by patient, 70/10/20, stratified by label, and write it as a manifest.

    Splits that DATA gives are put aside. The same seed gives each patient the same place,
    whatever the order of rows.
    """
    from radzoo.data.load import load_manifest
    from radzoo.data.options import DataOptions
    from radzoo.data.split import complete_splits

    options = data_options(
        DataOptions(),
        data_format=data_format,
        labels=labels,
        target=target,
        positive=positive,
        patient=patient,
        patient_regex=patient_regex,
        uncertain=uncertain,
        blank=blank,
        readers=readers,
        view=view,
    )
    manifest = load_manifest(data, options=options)
    unplaced = replace(manifest, cases=tuple(replace(case, split=None) for case in manifest.cases))
    done, warnings = complete_splits(unplaced, seed=settings.seed, allow_leakage=False)
    for warning in warnings:
        say(f"warning: {warning}")
    _write(settings, done, output, overwrite=overwrite)


@data_app.command("convert")
@with_settings
def convert_data(
    settings: Settings,
    data: Data,
    output: Output,
    data_format: DataFormat = None,
    labels: Labels = None,
    target: Target = None,
    positive: Positive = None,
    patient: Patient = None,
    patient_regex: PatientRegex = None,
    uncertain: UncertainLabels = None,
    blank: BlankLabels = None,
    readers: Readers = None,
    view: View = None,
    overwrite: Overwrite = False,
) -> None:
    """Write DATA as a manifest: one row per image, with its labels, patient and split."""
    from radzoo.data.load import load_manifest
    from radzoo.data.options import DataOptions

    options = data_options(
        DataOptions(needs_targets=False),
        data_format=data_format,
        labels=labels,
        target=target,
        positive=positive,
        patient=patient,
        patient_regex=patient_regex,
        uncertain=uncertain,
        blank=blank,
        readers=readers,
        view=view,
    )
    _write(settings, load_manifest(data, options=options), output, overwrite=overwrite)


def _write(settings: Settings, manifest: "Manifest", output: Path, *, overwrite: bool) -> None:
    """Write a manifest, say what was noted, and name the file on stdout."""
    from collections import Counter

    from radzoo.data.manifest_file import write_manifest

    if output.exists() and not overwrite:
        raise UsageError(f"{output} exists", id="exists", hint="replace it with --overwrite")
    write_manifest(output, manifest)
    if not settings.quiet:
        for note in manifest.notes:
            say(f"note: {note}")
    for refused in manifest.refused:
        say(f"warning: refused {refused.case_id} ({refused.reason})")
    splits = Counter(case.split for case in manifest.cases if case.split)
    if settings.output is Format.JSON:
        document = {"output": str(output), "n_cases": len(manifest.cases), "splits": splits}
        write_json({"schema_version": 1, **document})
    else:
        write_line(str(output))
