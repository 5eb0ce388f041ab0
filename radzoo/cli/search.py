"""`radzoo search`."""

from typing import Annotated

from typer import Argument, Option

from radzoo.cli.app import app
from radzoo.cli.console import say, write_line
from radzoo.cli.list import list_format
from radzoo.cli.options import Settings, with_settings


@app.command("search")
@with_settings
def search_models(
    settings: Settings,
    words: Annotated[list[str], Argument(metavar="WORDS...", help="All must be mentioned.")],
    limit: Annotated[int | None, Option(min=1, help="Show at most so many models.")] = None,
) -> None:
    """Find models by WORDS in names, labels, kinds of image, architectures and summaries.

    The best come first; one wrong letter in a word is forgiven.
    """
    from radzoo.cli.models_listing import present
    from radzoo.zoo.index import load_listing
    from radzoo.zoo.listing import is_here
    from radzoo.zoo.registries import registry_files
    from radzoo.zoo.search import rank
    from radzoo.zoo.store import cache_root

    style = list_format(settings)
    listed = load_listing(registry_files(settings.registries))
    sources = {str(model.record["name"]): model.source for model in listed}
    ranked = rank([model.record for model in listed], words)[:limit]
    cache = cache_root(settings.cache_dir)
    models = [
        {**record, "pulled": is_here(sources[str(record["name"])], cache), "score": score}
        for score, record in ranked
    ]
    if settings.quiet and style != "json":
        for model in models:
            write_line(str(model["name"]))
        return
    present(models, style)
    if not models and not settings.quiet:
        say("no model mentions all these words")
