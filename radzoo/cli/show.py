"""`radzoo show`."""

from typing import Annotated

from typer import Argument

from radzoo.cli.app import app
from radzoo.cli.console import show, write_json
from radzoo.cli.options import Format, Settings, with_settings
from radzoo.core.errors import UsageError


@app.command("show")
@with_settings
def show_model(
    settings: Settings,
    name: Annotated[str, Argument(help="A model, see radzoo list.")],
) -> None:
    """Show all that is known of the model NAME: what it expects, its licences, whom to cite."""
    from radzoo.zoo.catalog import find_with_origin
    from radzoo.zoo.store import cache_root, locate_weights

    if settings.output not in {Format.TABLE, Format.JSON}:
        raise UsageError(
            f"one model has no format {settings.output}",
            id="wrong-format",
            hint="choose table or json",
        )
    entry, origin = find_with_origin(name, settings.registries)
    here = locate_weights(entry, cache_root(settings.cache_dir))
    path = str(here) if here else None
    record = entry.model_dump(mode="json")
    if settings.output is Format.JSON:
        write_json({"schema_version": 1, **record, "registry": str(origin), "path": path})
        return
    from radzoo.render.zoo import entry_page

    show(entry_page(record, origin=str(origin), path=path))
