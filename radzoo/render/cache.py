"""What is on this machine, what was removed, what was verified: as tables for people."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

Record = Mapping[str, object]
# From so many columns on there is room for hashes beside notes, and for how they are known.
ROOMY = 100
NARROW = 72
CONTENT_COLUMNS = ("kind", "models", "size_bytes", "last_used", "needed", "problem", "path")


def contents_table(contents: Sequence[Record]) -> "Table":
    """Return what takes room, one thing a line: models by name, the rest by path."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from radzoo.render.zoo import megabytes

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("kind", no_wrap=True)
    table.add_column("what", overflow="fold", min_width=20)
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("last used", no_wrap=True)
    table.add_column("remark")
    for thing in contents:
        cells = (
            str(thing["kind"]),
            names_of(thing) or _file_name(thing["path"]),
            megabytes(thing["size_bytes"]),
            str(thing["last_used"])[:10],
            str(thing["problem"] or ""),
        )
        table.add_row(*(Text(cell) for cell in cells))
    return table


def contents_csv(contents: Sequence[Record]) -> str:
    """Return what takes room as CSV, sizes in bytes."""
    from csv import writer
    from io import StringIO

    from radzoo.core.delimited import harmless

    text = StringIO()
    rows = writer(text, lineterminator="\n")
    rows.writerow(CONTENT_COLUMNS)
    for thing in contents:
        cells = {**thing, "models": names_of(thing)}
        rows.writerow(
            ["" if cells[name] is None else harmless(str(cells[name])) for name in CONTENT_COLUMNS]
        )
    return text.getvalue().rstrip("\n")


def verified_table(verified: Sequence[Record], width: int = 80) -> "Table":
    """Return the outcome for each model, and how its right hash is known.

    Args:
        verified: the records of the JSON output.
        width: of the terminal; a narrow one has no room for hashes.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    tested = any(one["selftest"] is not None for one in verified)
    noted = any(_notes(one) for one in verified)
    hashes, sources = width >= ROOMY or not (noted or width < NARROW), width >= NARROW
    table.add_column("name", overflow="fold", max_width=width // 4 if noted else None)
    for column in (
        "outcome", *["sha256"] * hashes, *["known by"] * sources, *["self-test"] * tested
    ):  # fmt: skip
        table.add_column(column, no_wrap=True)
    if noted:
        table.add_column("note")
    for one in verified:
        cells = [str(one["name"]), str(one["outcome"])]
        cells += [str(one["sha256"] or "")[:12]] * hashes + [str(one["known_by"] or "")] * sources
        cells += [_selftest(one["selftest"])] * tested + [_notes(one)] * noted
        table.add_row(*(Text(cell) for cell in cells))
    return table


def models_table(models: Sequence[Record]) -> "Table":
    """Return the models that a kit carries, or brought."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from radzoo.render.zoo import megabytes

    table = Table("name", "size", "sha256", "licence", box=box.SIMPLE_HEAD, pad_edge=False)
    for one in models:
        cells = (
            str(one["name"]),
            megabytes(one["size_bytes"]),
            str(one["sha256"])[:12],
            str(one["licence"] or "not stated"),
        )
        table.add_row(*(Text(cell) for cell in cells))
    return table


def names_of(thing: Record) -> str:
    """Return the names of the models that a thing belongs to."""
    models = thing["models"]
    return ", ".join(str(name) for name in models) if isinstance(models, list | tuple) else ""


def _selftest(outcome: object) -> str:
    return str(outcome["outcome"]) if isinstance(outcome, Mapping) else ""


def _notes(one: Record) -> str:
    """Return what else there is to say of a model and its self-test."""
    selftest = one["selftest"]
    inner = selftest["note"] if isinstance(selftest, Mapping) else None
    return "; ".join(str(note) for note in (one["note"], inner) if note)


def _file_name(path: object) -> str:
    return "/".join(str(path).rsplit("/", 2)[-2:])
