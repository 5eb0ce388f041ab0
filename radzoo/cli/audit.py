"""`radzoo audit`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import progress, say, show, write_json, write_line
from radzoo.cli.data import check_output
from radzoo.cli.data_options import DataFlags, Workers, listed, with_data_flags
from radzoo.cli.decoding_options import DecodingFlags, with_decoding_flags
from radzoo.cli.options import Format, Settings, with_settings
from radzoo.core.errors import GateFailed, UsageError

if TYPE_CHECKING:
    from radzoo.core.finding import AuditReport, Severity

FailOn = Literal["info", "warning", "error"]


@app.command("audit")
@with_settings
@with_decoding_flags
@with_data_flags
def audit(
    settings: Settings,
    layout: DataFlags,
    decoding: DecodingFlags,
    place: Annotated[
        Path, Argument(metavar="DATA|RUN", help="A data set, or a run of finetune with its model.")
    ],
    data: Annotated[
        Path | None, Option(help="Of a RUN: where its data lie now, if they were moved.")
    ] = None,
    task: Annotated[str | None, Option(help="What is predicted. (default: binary)")] = None,
    quick: Annotated[bool, Option("--quick", help="Leave the slow checks out.")] = False,
    only: Annotated[str | None, Option(help="Codes of the checks to make: RZ001,RZ002.")] = None,
    skip: Annotated[str | None, Option(help="Codes of checks to leave out.")] = None,
    accept: Annotated[
        list[str] | None,
        Option(help="Code of a check whose findings are known, with --reason. Repeatable."),
    ] = None,
    reason: Annotated[
        list[str] | None, Option(help="Why: for each --accept, in the same order.")
    ] = None,
    fail_on: Annotated[
        FailOn | None, Option(help="End with exit code 8 at such a finding, or a worse one.")
    ] = None,
    page: Annotated[
        Path | None, Option("--report", help="Write a page for a browser here, too.")
    ] = None,
    with_ids: Annotated[
        bool, Option("--with-ids", help="Let the page name cases (never patients).")
    ] = False,
    overwrite: Annotated[
        bool, Option("--overwrite", help="Replace what --report would hit.")
    ] = False,
    num_workers: Workers = None,
) -> None:
    """Look for the traps that make a result a lie: in DATA, its split, and a trained model.

    Each finding is one sentence with its numbers and one thing to do. Of shortcuts it says apart
    whether the data allow them, and whether this model uses them.
    """
    from radzoo.core.decoding import Decoding
    from radzoo.data.options import DataOptions
    from radzoo.workflows.audit.audit import audit as run
    from radzoo.workflows.audit.subject import AuditConfig
    from radzoo.workflows.run.folder import RunFolder
    from radzoo.zoo.store import cache_root

    if page is not None:
        check_output(page, overwrite=overwrite)
    of_run = RunFolder(place).config.is_file()
    if data is not None and not of_run:
        raise UsageError(
            f"--data {data} was given, and {place} is no run of finetune",
            id="data-of-no-run",
            hint="name the data alone: radzoo audit DATA",
        )
    report = run(
        AuditConfig(
            data=data if of_run else place,
            run=place if of_run else None,
            cache=cache_root(settings.cache_dir),
            offline=settings.offline,
            task=task or "binary",
            options=layout.over(DataOptions()),
            decoding=decoding.over(Decoding()),
            quick=quick,
            only=codes_of(only),
            skip=codes_of(skip),
            accepted=pair_reasons(accept or (), reason or ()),
            seed=settings.seed,
            device=settings.device,
            workers=num_workers or 2,
        ),
        track=progress("Reading images", quiet=settings.quiet),
        log=(lambda message: None) if settings.quiet else say,
    )
    if page is not None:
        from radzoo.core.publish import publish_text
        from radzoo.render.html.audit_page import audit_page

        publish_text(page, audit_page(report, title=place.resolve().name, with_ids=with_ids))
    show_audit(report, settings)
    if fail_on is not None:
        stop_at_findings(report, fail_on)


def codes_of(text: str | None) -> tuple[str, ...]:
    """Read codes of checks."""
    return tuple(code.upper() for code in listed(text))


def pair_reasons(accept: Sequence[str], reason: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Put the reason to each accepted check.

    Raises:
        UsageError: if one lacks the other.
    """
    if len(accept) != len(reason) or not all(one.strip() for one in reason):
        raise UsageError(
            f"--accept was given {len(accept)} and --reason {len(reason)} times; each accepted "
            "check needs a reason",
            id="accept-without-reason",
            hint='radzoo audit DATA --accept RZ042 --reason "an external set is on its way"',
        )
    return tuple((code.upper(), why.strip()) for code, why in zip(accept, reason, strict=True))


def show_audit(report: "AuditReport", settings: Settings) -> None:
    """Write the report to stdout."""
    from radzoo.render.audit import AUDIT_COLUMNS, audit_rows, render_audit
    from radzoo.render.rows import write_rows

    if settings.output is Format.JSON:
        write_json(report.model_dump(mode="json"))
    elif settings.output is Format.TABLE:
        show(render_audit(report, verbose=settings.verbose > 0))
    else:
        write_line(write_rows(AUDIT_COLUMNS, audit_rows(report), settings.output.value))


def stop_at_findings(report: "AuditReport", worst: "Severity") -> None:
    """End with exit code 8 if a finding is as bad as that; accepted ones do not count.

    Raises:
        GateFailed: it names the checks.
    """
    from radzoo.core.finding import SEVERITIES

    bad = SEVERITIES[SEVERITIES.index(worst) :]
    found = [one for one in report.findings if one.severity in bad and one.accepted is None]
    if not found:
        return
    codes = ", ".join(dict.fromkeys(one.code for one in found))
    raise GateFailed(
        f"{len(found)} findings are as bad as '{worst}' or worse: {codes}",
        id="audit-failed",
        hint="mend them, or live with one knowingly: --accept CODE --reason TEXT",
    )
