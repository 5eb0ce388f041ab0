"""`radzoo pull`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import drawable, say, show, stderr, write_json, write_line
from radzoo.cli.options import Format, Settings, with_settings
from radzoo.core.errors import UsageError
from radzoo.core.source import Progress, no_progress

if TYPE_CHECKING:
    from radzoo.core.entry import ZooEntry
    from radzoo.workflows.pull import Pulled


@app.command("pull")
@with_settings
def pull_models(
    settings: Settings,
    names: Annotated[list[str], Argument(metavar="NAME...", help="Models, see radzoo list.")],
    accept_license: Annotated[
        bool, Option("--accept-license", help="Accept licences that restrict use.")
    ] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Say what would be fetched.")] = False,
    force: Annotated[bool, Option("--force", help="Fetch again what is already here.")] = False,
) -> None:
    """Bring models to this machine, each verified by its hash."""
    from radzoo.workflows.pull import pull
    from radzoo.zoo.catalog import find_entry
    from radzoo.zoo.store import cache_root

    if settings.output not in {Format.TABLE, Format.JSON}:
        raise UsageError(
            f"pull has no format {settings.output}", id="wrong-format", hint="choose table or json"
        )
    entries = [find_entry(name, settings.registries) for name in dict.fromkeys(names)]
    with bars(quiet=settings.quiet) as progress:
        pulled = pull(
            entries,
            cache=cache_root(settings.cache_dir),
            offline=settings.offline,
            accept_licence=accept_license,
            dry_run=dry_run,
            force=force,
            progress=progress,
            log=say,
        )
    present(pulled, settings)


def present(pulled: "list[Pulled]", settings: Settings) -> None:
    """Write what was pulled: JSON, paths for pipes, or a table for people."""
    if settings.output is Format.JSON:
        write_json({"schema_version": 1, "pulled": [record(one) for one in pulled]})
    elif settings.quiet or (settings.format is Format.AUTO and not sys.stdout.isatty()):
        for one in pulled:
            if one.path is not None:
                write_line(str(one.path))
    else:
        from radzoo.render.zoo import pulled_table

        show(pulled_table([record(one) for one in pulled]))


def record(one: "Pulled") -> dict[str, object]:
    """Return one result with the keys of the JSON output."""
    return {
        "name": one.name,
        "path": None if one.path is None else str(one.path),
        "sha256": one.sha256,
        "size_bytes": one.size_bytes,
        "cached": one.cached,
    }


@contextmanager
def bars(*, quiet: bool) -> "Iterator[Callable[[ZooEntry], Progress]]":
    """Show a bar for each transfer on stderr, if that is a terminal."""
    if quiet or not drawable(sys.stderr):
        yield lambda entry: no_progress
        return
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr(), transient=True) as display:

        def bar_of(entry: "ZooEntry") -> Callable[[int, int | None], None]:
            bar = display.add_task(entry.name, total=entry.source.size_bytes)
            return lambda done, total: display.update(bar, completed=done, total=total)

        yield bar_of
