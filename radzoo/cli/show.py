"""`radzoo show`."""

import sys

from radzoo.cli.app import app
from radzoo.cli.console import show, write_json
from radzoo.cli.options import Format, ModelName, Settings, with_settings
from radzoo.core.errors import UsageError


@app.command("show")
@with_settings
def show_model(settings: Settings, name: ModelName) -> None:
    """Show all that is known of the model NAME: what it expects, its licences, whom to cite."""
    from radzoo.zoo.catalog import look_up
    from radzoo.zoo.store import cache_root, locate_weights

    if settings.output not in {Format.TABLE, Format.JSON}:
        raise UsageError(
            f"one model has no format {settings.output}",
            id="wrong-format",
            hint="choose table or json",
        )
    found = look_up(name, settings.registries)
    here = locate_weights(found.entry, cache_root(settings.cache_dir))
    path = str(here) if here else None
    overruled = [str(file) for file in found.overruled]
    if settings.output is Format.JSON:
        where = {"registry": str(found.origin), "overrules": overruled, "path": path}
        write_json({"schema_version": 1, **found.entry.model_dump(mode="json"), **where})
        return
    from radzoo.cli.models_listing import terminal_width
    from radzoo.render.zoo_entry import entry_page

    page = entry_page(
        found.entry,
        origin=str(found.origin),
        overruled=overruled,
        path=path,
        width=terminal_width() if sys.stdout.isatty() else None,
    )
    show(page, wrap=False)
