"""What `radzoo list` does, apart from parsing: shared by the quick way and the usual one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from radzoo.cli.console import say, show, write_json, write_line
from radzoo.zoo.index import load_listing, read_index
from radzoo.zoo.listing import Filters, Listed, Record, select, select_names
from radzoo.zoo.registries import registry_files
from radzoo.zoo.store import cache_root

FORMATS = ("table", "json", "csv", "md", "tex")


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for.

    Attributes:
        format: one of `FORMATS`.
        quiet: names only, whatever the format.
    """

    filters: Filters
    format: str = "table"
    quiet: bool = False
    registries: tuple[Path, ...] = ()
    cache_dir: Path | None = None


def list_from_index(request: Request) -> bool:
    """Answer if the index knows the answer; else do nothing and return False."""
    cache = cache_root(request.cache_dir)
    listed = read_index(registry_files(request.registries), cache)
    if listed is None:
        return False
    present(listed, request, cache)
    return True


def list_from_registry(request: Request) -> None:
    """Answer from the index if it is warm, else from the registry, and warm the index."""
    cache = cache_root(request.cache_dir)
    present(load_listing(registry_files(request.registries), cache), request, cache)


def present(listed: Sequence[Listed], request: Request, cache: Path) -> None:
    """Write the models that pass the filters to stdout."""
    if request.quiet and request.format != "json":
        for name in select_names(listed, request.filters, cache):
            write_line(name)
        return
    models = select(listed, request.filters, cache)
    WRITERS[request.format](models)
    if not models and request.format == "table":
        say("no model passes these filters")


def _write_table(models: Sequence[Record]) -> None:
    from radzoo.render.zoo import models_table

    if models:
        show(models_table(models))


def _write_json(models: Sequence[Record]) -> None:
    write_json({"schema_version": 1, "models": models})


def _write_csv(models: Sequence[Record]) -> None:
    from radzoo.render.zoo import models_csv

    write_line(models_csv(models))


def _write_markdown(models: Sequence[Record]) -> None:
    from radzoo.render.zoo import models_markdown

    write_line(models_markdown(models))


def _write_latex(models: Sequence[Record]) -> None:
    from radzoo.render.zoo import models_latex

    write_line(models_latex(models))


WRITERS: dict[str, Callable[[Sequence[Record]], None]] = {
    "table": _write_table,
    "json": _write_json,
    "csv": _write_csv,
    "md": _write_markdown,
    "tex": _write_latex,
}
