"""`radzoo cache`: what is kept on this machine, and how to make room."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option, Typer

from radzoo.cli.app import app
from radzoo.cli.console import say, show, write_json, write_line
from radzoo.cli.options import Format, Settings, complete_models, with_settings
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.workflows.cache import Removed
    from radzoo.zoo.cache_contents import Kept

cache_app = Typer(
    name="cache",
    help="See what radzoo keeps on this machine, and make room.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(cache_app, name="cache")

DryRun = Annotated[bool, Option("--dry-run", help="Only say what would be removed.")]


@cache_app.command("ls")
@with_settings
def list_cache(settings: Settings) -> None:
    """List what takes room: weights, converted weights, prepared images, partial files."""
    from radzoo.render.cache import contents_csv, contents_table
    from radzoo.render.zoo import megabytes
    from radzoo.zoo.cache_contents import list_contents
    from radzoo.zoo.catalog import load_catalog
    from radzoo.zoo.sources.hub import hub_cache
    from radzoo.zoo.store import cache_root

    refuse_formats(settings, {Format.TABLE, Format.JSON, Format.CSV})
    cache = cache_root(settings.cache_dir).absolute()
    entries = list(load_catalog(settings.registries).entries.values())
    contents = list_contents(entries, cache)
    records = [record(thing) for thing in contents]
    shared = sum(thing.size_bytes for thing in contents if thing.kind == "shared")
    own = sum(thing.size_bytes for thing in contents) - shared
    if settings.output is Format.JSON:
        write_json(
            {
                "schema_version": 1,
                "cache": str(cache),
                "shared_cache": str(hub_cache()),
                "contents": records,
                "total_bytes": own,
                "shared_bytes": shared,
            }
        )
    elif settings.output is Format.CSV:
        write_line(contents_csv(records))
    elif settings.quiet:
        for thing in contents:
            write_line(str(thing.path))
    else:
        show(contents_table(records))
        write_line(f"{megabytes(own)} in {cache}, {megabytes(shared)} in {hub_cache()} (shared)")


@cache_app.command("rm")
@with_settings
def remove_from_cache(
    settings: Settings,
    names: Annotated[
        list[str] | None,
        Argument(metavar="[NAME...]", help="Models.", autocompletion=complete_models),
    ] = None,
    shared: Annotated[
        bool,
        Option("--shared", help="Also from the Hugging Face cache, which other programs use."),
    ] = False,
    prepared: Annotated[bool, Option("--prepared", help="All prepared images.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Remove the weights of the models NAME, or all prepared images."""
    from radzoo.workflows.cache import remove_models
    from radzoo.zoo.catalog import find_entry, load_catalog
    from radzoo.zoo.store import cache_root

    refuse_formats(settings, {Format.TABLE, Format.JSON})
    if not names and not prepared:
        raise UsageError(
            "rm needs the name of a model, or --prepared",
            id="wrong-usage",
            hint="radzoo cache ls shows what there is",
        )
    entries = load_catalog(settings.registries).entries
    for name in names or ():
        if name not in entries:
            find_entry(name, settings.registries)
    removed = remove_models(
        names or (),
        list(entries.values()),
        cache_root(settings.cache_dir),
        shared=shared,
        prepared=prepared,
        dry_run=dry_run,
        log=say,
    )
    present(removed, settings)


@cache_app.command("prune")
@with_settings
def prune_cache(
    settings: Settings,
    older_than: Annotated[
        str,
        Option(metavar="DAYS", help="Prepared images not used for so long, such as 30d."),
    ] = "30d",
    unknown: Annotated[
        bool, Option("--unknown", help="Also files that belong to no known model.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Remove what is not needed: dead partial files, old prepared images, orphaned copies."""
    from radzoo.workflows.cache import prune
    from radzoo.zoo.catalog import load_catalog
    from radzoo.zoo.store import cache_root

    refuse_formats(settings, {Format.TABLE, Format.JSON})
    removed = prune(
        list(load_catalog(settings.registries).entries.values()),
        cache_root(settings.cache_dir),
        older_than_days=parse_days(older_than),
        unknown=unknown,
        dry_run=dry_run,
    )
    present(removed, settings)


@cache_app.command("path")
@with_settings
def print_path(settings: Settings) -> None:
    """Print the folder of the cache."""
    from radzoo.zoo.store import cache_root

    refuse_formats(settings, {Format.TABLE, Format.JSON})
    path: Path = cache_root(settings.cache_dir).absolute()
    if settings.output is Format.JSON:
        write_json({"schema_version": 1, "path": str(path)})
    else:
        write_line(str(path))


def refuse_formats(settings: Settings, known: "set[Format]") -> None:
    """Raise `UsageError` for a format that a command does not write."""
    if settings.output not in known:
        names = " or ".join(sorted(known, reverse=True))
        raise UsageError(
            f"this command has no format {settings.output}",
            id="wrong-format",
            hint=f"choose {names}",
        )


def parse_days(text: str) -> float:
    """Read `30d`, `12h` or `30` as a number of days."""
    match = re.fullmatch(r"(\d{1,5})(d|h|w)?", text)
    if match is None:
        raise UsageError(
            f"--older-than needs a number of days such as 30d, not '{text}'",
            id="wrong-usage",
            hint="0d removes them all; h is for hours, w for weeks",
        )
    return int(match[1]) * {"h": 1 / 24, "d": 1.0, "w": 7.0}[match[2] or "d"]


def present(removed: "Removed", settings: Settings) -> None:
    """Write what was removed and how much room that made."""
    if settings.output is Format.JSON:
        write_json(
            {
                "schema_version": 1,
                "removed": [record(thing) for thing in removed.things],
                "freed_bytes": removed.freed_bytes,
                "dry_run": removed.dry_run,
            }
        )
        return
    for thing in removed.things:
        write_line(str(thing.path))
    verb = "would free" if removed.dry_run else "freed"
    if not settings.quiet:
        say(f"{verb} {removed.freed_bytes:,} bytes ({len(removed.things)} removed)")


def record(thing: "Kept") -> dict[str, object]:
    """Return one thing with the keys of the JSON output."""
    from datetime import UTC, datetime

    return {
        "kind": thing.kind,
        "models": list(thing.models),
        "path": str(thing.path),
        "size_bytes": thing.size_bytes,
        "last_used": datetime.fromtimestamp(thing.last_used, UTC).isoformat(timespec="seconds"),
        "needed": thing.needed,
        "problem": thing.problem,
    }
