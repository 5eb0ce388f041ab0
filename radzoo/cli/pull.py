"""`radzoo pull`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from typer import Option

from radzoo.cli.app import app, report
from radzoo.cli.console import drawable, say, show, stderr, write_json, write_line
from radzoo.cli.options import Format, ModelNames, Settings, with_settings
from radzoo.core.errors import ExitCode, RadzooError, UsageError
from radzoo.core.source import WAITING, Progress, no_progress

if TYPE_CHECKING:
    from radzoo.core.entry import ZooEntry
    from radzoo.workflows.pull import Outcome, Pulled

ELSEWHERE = "waiting for another radzoo that fetches it"
# Of several failures the gravest decides the exit code; all others count less than these.
GRAVITY = (ExitCode.ENVIRONMENT, ExitCode.LICENCE, ExitCode.INTEGRITY)


@app.command("pull")
@with_settings
def pull_models(
    settings: Settings,
    names: ModelNames,
    accept_license: Annotated[
        bool, Option("--accept-license", help="Accept licences that restrict use; remembered.")
    ] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Say what would be fetched.")] = False,
    force: Annotated[bool, Option("--force", help="Fetch again what is already here.")] = False,
    trust_again: Annotated[
        bool,
        Option("--trust-again", help="Fetch again, and accept a change where no hash is known."),
    ] = False,
    jobs: Annotated[int, Option("--jobs", min=1, max=16, help="Transfers at a time.")] = 3,
) -> None:
    """Bring models to this machine, each verified by its hash."""
    from radzoo.workflows.pull import PullConfig, pull
    from radzoo.zoo.catalog import find_entry
    from radzoo.zoo.store import cache_root

    if settings.output not in {Format.TABLE, Format.JSON}:
        raise UsageError(
            f"pull has no format {settings.output}", id="wrong-format", hint="choose table or json"
        )
    entries = [find_entry(name, settings.registries, say) for name in dict.fromkeys(names)]
    config = PullConfig(
        cache=cache_root(settings.cache_dir), offline=settings.offline,
        accept_licence=accept_license, dry_run=dry_run, force=force, trust_again=trust_again,
        jobs=jobs,
    )  # fmt: skip
    with bars(quiet=settings.quiet or dry_run) as (progress, log):
        outcome = pull(entries, config, progress=progress, log=log)
    if dry_run and settings.output is not Format.JSON and not settings.quiet:
        for entry, one in zip(entries, outcome.pulled, strict=True):
            say(intention(entry, one, fetched=one.path is None or force or trust_again))
    present(outcome, settings, dry_run=dry_run)
    fail(outcome, settings)


def present(outcome: "Outcome", settings: Settings, *, dry_run: bool) -> None:
    """Write what was pulled: JSON, paths for pipes, or a table for people."""
    pulled = outcome.pulled
    if not pulled:
        return
    if settings.output is Format.JSON:
        records = [record(one) for one in pulled]
        if dry_run:
            records = [{**record(one), "from": one.origin} for one in pulled]
        write_json({"schema_version": 1, "pulled": records, **failures(outcome)})
    elif settings.quiet or (settings.format is Format.AUTO and not sys.stdout.isatty()):
        for one in pulled:
            if one.path is not None:
                write_line(str(one.path))
    else:
        from radzoo.render.zoo import pulled_table

        show(pulled_table([record(one) for one in pulled]))


def fail(outcome: "Outcome", settings: Settings) -> None:
    """Say what could not be brought, and end with the gravest error, which is said last."""
    if not outcome.failed:
        return
    as_json = settings.output is Format.JSON
    if not as_json and len(outcome.pulled) + len(outcome.failed) > 1:
        say(f"failed: {', '.join(name for name, _ in outcome.failed)}")
    *others, gravest = sorted((error for _, error in outcome.failed), key=gravity)
    for error in others:
        report(error, as_json=as_json)
    raise gravest


def gravity(error: RadzooError) -> int:
    """Return how much an error counts: a file that is not what it claims to be, most of all."""
    return GRAVITY.index(error.exit_code) if error.exit_code in GRAVITY else -1


def record(one: "Pulled") -> dict[str, object]:
    """Return one result with the keys of the JSON output."""
    return {
        "name": one.name,
        "path": None if one.path is None else str(one.path),
        "sha256": one.sha256,
        "size_bytes": one.size_bytes,
        "cached": one.cached,
    }


def failures(outcome: "Outcome") -> dict[str, object]:
    """Return what failed for the JSON output; nothing if nothing did."""
    failed = [
        {"name": name, "code": int(error.exit_code), "id": error.id, "message": str(error)}
        for name, error in outcome.failed
    ]
    return {"failed": failed} if failed else {}


def intention(entry: "ZooEntry", one: "Pulled", *, fetched: bool) -> str:
    """Say what a pull would do with one model."""
    size = "size not known"
    if entry.source.size_bytes is not None:
        size = f"{entry.source.size_bytes:,} bytes"
    elif entry.source.size_mb is not None:
        size = f"about {entry.source.size_mb:,.0f} MB"
    if one.path is not None and not fetched:
        return f"{one.name}: is here, would be verified ({size})"
    return f"{one.name}: would be fetched from {one.origin} ({size})"


@contextmanager
def bars(
    *, quiet: bool
) -> "Iterator[tuple[Callable[[ZooEntry], Progress], Callable[[str], None]]]":
    """Show a bar for each transfer on stderr, if that is a terminal.

    Gives what makes a bar for a model, and what says a line above the bars.
    """
    if quiet or not drawable(sys.stderr):
        yield (lambda entry: no_progress), say
        return
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    from radzoo.core.text import visible

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr(), transient=True) as display:

        def bar_of(entry: "ZooEntry") -> Callable[[int, int | None], None]:
            size = entry.source.size_bytes
            bar = display.add_task(entry.name, total=size)

            def tell(done: int, total: int | None) -> None:
                name = f"{entry.name}: {ELSEWHERE}" if done == WAITING else entry.name
                display.update(bar, description=name, completed=max(done, 0), total=total or size)

            return tell

        def above(line: str) -> None:
            display.console.print(visible(line), markup=False)

        yield bar_of, above
