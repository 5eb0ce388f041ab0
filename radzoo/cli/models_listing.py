"""What `radzoo list` does, apart from parsing: shared by the quick way and the usual one."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from radzoo.cli.console import say, write_json, write_line
from radzoo.core.errors import UsageError
from radzoo.zoo.index import load_listing, read_listing, read_names
from radzoo.zoo.listing import Listed, Record
from radzoo.zoo.registries import registry_files, stray_registry
from radzoo.zoo.selection import Filters, count_unsized, select, select_names

FORMATS = ("table", "json", "csv", "md", "tex")
EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for.

    Attributes:
        format: one of `FORMATS`.
        quiet: names only, whatever the format.
    """

    filters: Filters = EVERYTHING
    format: str = "table"
    quiet: bool = False
    registries: tuple[Path, ...] = ()
    cache_dir: Path | None = None


def list_from_index(request: Request) -> bool:
    """Answer if the index knows the answer; else do nothing and return False."""
    files = registry_files(request.registries)
    if request.quiet and request.format != "json" and request.filters == EVERYTHING:
        names = read_names(files)
        if names is None:
            return False
        warn_of_stray_registry()
        write_line("\n".join(names))
        return True
    listed = read_listing(files)
    if listed is None:
        return False
    try:
        answer = _answer(listed, request)
    except UsageError:
        return False
    warn_of_stray_registry()
    answer()
    return True


def list_from_registry(request: Request) -> None:
    """Answer from the index if it is warm, else from the registry, and warm the index."""
    _answer(load_listing(registry_files(request.registries)), request)()


def warn_of_stray_registry() -> None:
    """Say that a `zoo.yaml` in this folder is left aside, if it is another program's."""
    stray = stray_registry()
    if stray is not None:
        say(f"warning: {stray} in this folder says no schema_version, so it is left aside")


def present(models: Sequence[Record], style: str) -> None:
    """Write models to stdout."""
    WRITERS[style](models)


def _answer(listed: Sequence[Listed], request: Request) -> Callable[[], None]:
    """Return what writes the models that pass the filters to stdout.

    Raises:
        UsageError: if a filter has a value that no model has.
    """
    from radzoo.zoo.store import cache_root

    cache = cache_root(request.cache_dir)
    if request.quiet and request.format != "json":
        names = select_names(listed, request.filters, cache)
        return lambda: _write_names(names)
    models = select(listed, request.filters, cache)
    n_unsized = count_unsized(listed, request.filters, cache)
    return lambda: _write(models, n_unsized, request)


def _write_names(names: Sequence[str]) -> None:
    if names:
        write_line("\n".join(names))


def _write(models: Sequence[Record], n_unsized: int, request: Request) -> None:
    present(models, request.format)
    if n_unsized and not request.quiet:
        say(f"{n_unsized} model{'' if n_unsized == 1 else 's'} of unknown size left out")
    if not models and not request.quiet:
        say("no model passes these filters")


def terminal_width() -> int:
    """Return how many columns there are: as COLUMNS says, as the terminal has, or 80."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and int(wanted) > 0:
        return int(wanted)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _write_table(models: Sequence[Record]) -> None:
    from radzoo.render.zoo import models_table

    if models:
        write_line(models_table(models, terminal_width()))


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
