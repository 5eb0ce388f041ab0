"""`radzoo bundle`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from radzoo.cli.app import app
from radzoo.cli.console import say, show, write_json, write_line
from radzoo.cli.options import Format, ModelNames, Settings, with_settings
from radzoo.cli.pull import bars
from radzoo.core.errors import UsageError

if TYPE_CHECKING:
    from radzoo.workflows.bundle import Bundled


@app.command("bundle")
@with_settings
def bundle_models(
    settings: Settings,
    names: ModelNames,
    output: Annotated[Path, Option("--output", "-o", help="The kit to write, such as kit.zip.")],
    pull: Annotated[bool, Option("--pull", help="Fetch models that are not here.")] = False,
    accept_license: Annotated[
        bool, Option("--accept-license", help="Accept licences that restrict use.")
    ] = False,
    overwrite: Annotated[bool, Option("--overwrite", help="Replace what is there.")] = False,
) -> None:
    """Put models into one file, to carry to a machine without a network."""
    from radzoo.workflows.bundle import BundleConfig, bundle
    from radzoo.zoo.catalog import find_entry
    from radzoo.zoo.store import cache_root

    refuse_formats(settings)
    config = BundleConfig(
        output,
        cache_root(settings.cache_dir),
        overwrite=overwrite,
        fetch=pull,
        accept_licence=accept_license,
        offline=settings.offline,
    )
    entries = [find_entry(name, settings.registries, say) for name in dict.fromkeys(names)]
    with bars(quiet=settings.quiet) as (progress, log):
        bundled = bundle(entries, config, progress=progress, log=log)
    present(output, bundled, settings)


def refuse_formats(settings: Settings) -> None:
    """Raise `UsageError` for what is neither a table nor JSON."""
    if settings.output not in {Format.TABLE, Format.JSON}:
        raise UsageError(
            f"this command has no format {settings.output}",
            id="wrong-format",
            hint="choose table or json",
        )


def quietly(settings: Settings) -> bool:
    """Is only the essential wanted, since asked for or since another program reads it?"""
    return settings.quiet or (settings.format is Format.AUTO and not sys.stdout.isatty())


def present(kit: Path, bundled: "Bundled", settings: Settings) -> None:
    """Write what is in the kit: JSON, its path for pipes, or a table.

    The sha256 of the kit is said on stderr: another machine asks for it.
    """
    records: list[dict[str, object]] = [
        {
            "name": model.entry.name,
            "sha256": model.sha256,
            "size_bytes": model.size_bytes,
            "licence": model.licence,
        }
        for model in bundled.models
    ]
    if settings.output is Format.JSON:
        size = kit.stat().st_size
        facts = {"kit": str(kit), "sha256": bundled.sha256, "size_bytes": size}
        write_json({"schema_version": 1, **facts, "bundled": records})
        return
    if not settings.quiet:
        say(
            f"the kit has sha256 {bundled.sha256}: carry this another way than the kit; "
            "radzoo unbundle KIT --trust-kit SHA256 asks for it"
        )
    if quietly(settings):
        write_line(str(kit))
    else:
        from radzoo.render.cache import models_table

        show(models_table(records))
