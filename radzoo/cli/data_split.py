"""`radzoo data split`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from radzoo.cli.console import say, write_json, write_line
from radzoo.cli.data import Data, Output, Overwrite, check_output, data_app
from radzoo.cli.data_options import DataFlags, with_data_flags
from radzoo.cli.options import Format, Settings, with_settings
from radzoo.cli.table_name import check_table_name

if TYPE_CHECKING:
    from radzoo.core.split_report import SplitReport


class By(StrEnum):
    """What is never divided."""

    PATIENT = "patient"


@data_app.command("split")
@with_settings
@with_data_flags
def split_data(
    settings: Settings,
    data: Data,
    output: Output,
    layout: DataFlags,
    by: Annotated[By, Option(help="What stays together: always the patient.")] = By.PATIENT,
    test: Annotated[
        float | None, Option(help="Share of patients for testing. (default: 0.2)")
    ] = None,
    val: Annotated[
        float | None, Option(help="Share of patients for validation. (default: 0.1)")
    ] = None,
    stratify: Annotated[
        list[str] | None,
        Option(
            metavar="LABEL",
            help="Label, or group such as site, that is to be as common everywhere; repeatable; "
            "none = by chance. (default: all labels)",
        ),
    ] = None,
    hold_out: Annotated[
        list[str] | None,
        Option(
            metavar="FIELD=VALUE",
            help="Test on these alone: site=A, scanner=B, 'period>=2020-01'; repeatable.",
        ),
    ] = None,
    folds: Annotated[
        int | None, Option(help="Number the patients that are not test by so many folds, from 0.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Split DATA anew by patient, stratified by label, and write it as a stamped manifest.

    Splits that DATA gives are put aside. The same seed gives each patient the same place,
    whatever the order of rows and the machine.
    """
    from radzoo.data.options import DataOptions
    from radzoo.data.split.hold_out import parse_hold_out
    from radzoo.data.split.plan import SplitPlan
    from radzoo.workflows.split import split

    strata = None if stratify is None else tuple(name for name in stratify if name != "none")
    plan = SplitPlan(
        test=test,
        val=val,
        stratify=strata,
        hold_out=tuple(parse_hold_out(text) for text in hold_out or ()),
        folds=folds,
        seed=settings.seed,
    )
    check_output(output, overwrite=overwrite)
    check_table_name(output, "--output")
    report = split(data, Path(output), options=layout.over(DataOptions()), plan=plan)
    for warning in report.warnings:
        say(f"warning: {warning}")
    if not settings.quiet:
        for line in (*report.notes, summarise(report)):
            say(f"note: {line}")
    if settings.output is Format.JSON:
        write_json(report.model_dump(mode="json"))
    else:
        write_line(str(output))


def summarise(report: "SplitReport") -> str:
    """Say in one line what is where."""
    parts = ", ".join(
        f"{name} {part.n_cases:,} cases of {part.n_patients:,} patients"
        for name, part in report.parts.items()
    )
    return f"{parts}; split {report.split_id}"
