"""`radzoo unbundle`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.bundle import quietly, refuse_formats
from radzoo.cli.console import progress, say, show, write_json, write_line
from radzoo.cli.options import Format, Settings, with_settings

if TYPE_CHECKING:
    from radzoo.core.entry import ZooEntry
    from radzoo.workflows.unbundle import Unbundled


@app.command("unbundle")
@with_settings
def unbundle_models(
    settings: Settings,
    kit: Annotated[Path, Argument(metavar="KIT", help="A kit that radzoo bundle wrote.")],
    trust_kit: Annotated[
        str | None,
        Option(
            "--trust-kit",
            metavar="SHA256",
            help="Trust this very kit: the sha256 that bundle printed.",
        ),
    ] = None,
    accept_license: Annotated[
        bool, Option("--accept-license", help="Accept licences that restrict use.")
    ] = False,
) -> None:
    """Take models out of a kit: every file is checked before any of it is used."""
    from radzoo.workflows.unbundle import unbundle
    from radzoo.zoo.catalog import load_catalog
    from radzoo.zoo.editing import put_entry
    from radzoo.zoo.kit import fields_of
    from radzoo.zoo.registries import user_registry
    from radzoo.zoo.store import cache_root

    refuse_formats(settings)
    registry = user_registry()

    def register(entries: "Sequence[ZooEntry]") -> None:
        for entry in entries:
            put_entry(registry, entry.name, fields_of(entry))
        names = ", ".join(entry.name for entry in entries)
        say(f"{names}: added to {registry}, since no registry here names them")

    unbundled = unbundle(
        kit,
        load_catalog(settings.registries).entries,
        cache=cache_root(settings.cache_dir),
        trust_kit=trust_kit,
        accept_licence=accept_license,
        register=register,
        track=progress("Checking", quiet=settings.quiet),
        log=say,
    )
    present(unbundled, registry, settings)


def present(unbundled: "list[Unbundled]", registry: Path, settings: Settings) -> None:
    """Write what was brought: JSON, paths for pipes, or a table."""
    records = [record(one) for one in unbundled]
    if settings.output is Format.JSON:
        added = str(registry) if any(one.new for one in unbundled) else None
        write_json({"schema_version": 1, "unbundled": records, "registry": added})
    elif quietly(settings):
        for one in unbundled:
            write_line(str(one.fetched.path))
    else:
        from radzoo.render.cache import models_table

        show(models_table(records))


def record(one: "Unbundled") -> dict[str, object]:
    """Return one model with the keys of the JSON output."""
    return {
        "name": one.entry.name,
        "path": str(one.fetched.path),
        "sha256": one.fetched.sha256,
        "size_bytes": one.fetched.size_bytes,
        "cached": one.fetched.cached,
        "new": one.new,
        "licence": one.entry.license.weights,
    }
