"""`radzoo audit`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import progress, say, show, write_json
from radzoo.cli.data_options import DataFlags, Workers, listed, with_data_flags
from radzoo.cli.decoding_options import DecodingFlags, with_decoding_flags
from radzoo.cli.options import Format, Settings, with_settings
from radzoo.core.errors import UsageError


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
    num_workers: Workers = None,
) -> None:
    """Look for the traps that make a result a lie: in DATA, its split, and a trained model."""
    from radzoo.core.decoding import Decoding
    from radzoo.data.options import DataOptions
    from radzoo.render.audit import render_audit
    from radzoo.workflows.audit.audit import audit as run
    from radzoo.workflows.audit.subject import AuditConfig
    from radzoo.workflows.run.folder import RunFolder
    from radzoo.zoo.store import cache_root

    if settings.output not in {Format.TABLE, Format.JSON}:
        raise UsageError(
            f"audit has no format {settings.output}", id="wrong-format", hint="choose table or json"
        )
    of_run = RunFolder(place).config.is_file()
    report = run(
        AuditConfig(
            data=data if of_run else place,
            run=place if of_run else None,
            cache=cache_root(settings.cache_dir),
            task=task or "binary",
            options=layout.over(DataOptions()),
            decoding=decoding.over(Decoding()),
            quick=quick,
            only=tuple(listed(only or "")),
            skip=tuple(listed(skip or "")),
            seed=settings.seed,
            device=settings.device,
            workers=num_workers or 2,
        ),
        track=progress("Reading images", quiet=settings.quiet),
        log=(lambda message: None) if settings.quiet else say,
    )
    if settings.output is Format.JSON:
        write_json(report.model_dump(mode="json"))
    else:
        show(render_audit(report))
