"""`radzoo verify`."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import progress, say, show, write_json, write_line
from radzoo.cli.options import Format, Settings, complete_models, with_settings
from radzoo.core.errors import InputError, IntegrityError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from radzoo.core.entry import ZooEntry
    from radzoo.workflows.verify import Verified


@app.command("verify")
@with_settings
def verify_models(
    settings: Settings,
    names: Annotated[
        list[str] | None,
        Argument(
            metavar="[NAME...]",
            help="Models; all that are here.",
            autocompletion=complete_models,
        ),
    ] = None,
    selftest: Annotated[bool, Option("--selftest", help="Also run the stored self-tests.")] = False,
) -> None:
    """Hash the weights on this machine again and compare; writes nothing, needs no network."""
    from radzoo.workflows.verify import here, stored_selftests, verify
    from radzoo.zoo.catalog import find_entry, load_catalog
    from radzoo.zoo.store import cache_root

    if settings.output not in {Format.TABLE, Format.JSON}:
        raise UsageError(
            f"verify has no format {settings.output}",
            id="wrong-format",
            hint="choose table or json",
        )
    cache = cache_root(settings.cache_dir)
    if names:
        entries = [find_entry(name, settings.registries, say) for name in dict.fromkeys(names)]
    else:
        entries = here(load_catalog(settings.registries).entries.values(), cache)
    verified = verify(
        entries,
        cache,
        selftest=stored_selftests(cache) if selftest else None,
        track=progress("Hashing", quiet=settings.quiet),
    )
    present(verified, settings)
    conclude(verified, entries)


def present(verified: "list[Verified]", settings: Settings) -> None:
    """Write the outcomes: JSON, a line each, or a table."""
    records = [record(one) for one in verified]
    if settings.output is Format.JSON:
        write_json({"schema_version": 1, "verified": records})
    elif settings.quiet:
        for one in verified:
            write_line(f"{one.name}\t{one.outcome}")
    elif verified:
        from radzoo.cli.models_listing import terminal_width
        from radzoo.render.cache import verified_table

        show(verified_table(records, terminal_width()))
    else:
        say("no weights of any model are on this machine")


def conclude(verified: "list[Verified]", entries: "Sequence[ZooEntry]") -> None:
    """Raise if any weights must not be used, or are not here.

    Raises:
        IntegrityError: if weights are damaged or changed, or a self-test failed.
        InputError: if a model is not here, or its file cannot be read.
    """
    from radzoo.zoo.remedy import remedy

    by_name = {entry.name: entry for entry in entries}
    failed = [one.name for one in verified if one.failed]
    absent = [one.name for one in verified if one.sha256 is None]
    if failed:
        raise IntegrityError(
            f"{len(failed)} of {len(verified)} models failed: {', '.join(failed)}",
            id="verification-failed",
            hint=remedy([by_name[name] for name in failed], again=True),
        )
    if absent:
        raise InputError(
            f"not on this machine, or not readable: {', '.join(absent)}",
            id="missing-weights",
            hint=remedy([by_name[name] for name in absent], again=False),
        )


def record(one: "Verified") -> dict[str, object]:
    """Return one outcome with the keys of the JSON output."""
    return {**asdict(one), "path": None if one.path is None else str(one.path)}
