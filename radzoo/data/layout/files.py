"""Finding the tables of a layout below a folder, and knowing a data set by their headers."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from radzoo.core import delimited, parquet
from radzoo.core.errors import InputError
from radzoo.data.door import read_head
from radzoo.data.layout.schema import Join, Layout, Table
from radzoo.data.refusal import ImageRefused
from radzoo.data.table import fold_name

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".jsonl", ".parquet")


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table of the layout, and where it is."""

    path: Path
    table: Table


def locate(layout: Layout, data: Path, labels: Path | None) -> tuple[Path, list[TableFile]]:
    """Return the folder with the images, and the tables.

    `data` is the folder, or a table in it; `labels` is a table that stands elsewhere.

    Raises:
        InputError: if none of the tables is there.
    """
    given = labels if labels is not None else None if data.is_dir() else data
    root = data if data.is_dir() else data.parent
    if given is not None:
        named = (table for table in layout.tables if _is_called(given, table))
        return root, [TableFile(given, next(named, layout.tables[0]))]
    found = [TableFile(path, table) for table in layout.tables for path in find_files(root, table)]
    if not found:
        names = ", ".join(table.files[0] for table in layout.tables)
        raise InputError(
            f"{data} has none of the tables of {layout.name}: {names}",
            id="missing-table",
            hint="give the folder that holds them, or name the table with --labels FILE",
        )
    return root, found


def find_files(root: Path, wanted: Table | Join) -> list[Path]:
    """Return the files of a table; one that is there plain and packed counts once.

    Raises:
        InputError: if there are several and only one was needed.
    """
    for pattern in wanted.files:
        paths = sorted(path for path in root.glob(pattern) if path.is_file())
        paths = [
            path for path in paths if path.suffix != ".gz" or path.with_suffix("") not in paths
        ]
        if len(paths) > 1 and not (isinstance(wanted, Table) and wanted.every):
            names = ", ".join(path.relative_to(root).as_posix() for path in paths[:5])
            raise InputError(
                f"several files could be the table {pattern}: {names}",
                id="ambiguous-table",
                hint="give the right one as data, or with --labels FILE",
            )
        if paths:
            return paths
    return []


def recognise(layout: Layout, data: Path) -> bool:
    """Does one of the tables stand there with the columns that it must have?

    Only names and the first line are looked at.
    """
    if layout.recognise == "never":
        return False
    if data.is_dir():
        return any(
            _has_header(path, table)
            for table in layout.tables
            for pattern in table.files
            for path in sorted(data.glob(pattern))[:1]
        )
    return layout.recognise == "table" and any(
        _is_called(data, table) and _has_header(data, table) for table in layout.tables
    )


def is_table_or_folder(path: Path) -> bool:
    """Could it be a data set that a layout describes? An image or an archive is none."""
    return path.is_dir() or plain_suffix(path) in SUFFIXES


def plain_suffix(path: Path) -> str:
    """Return the suffix in small letters, less a `.gz`."""
    name = path.name.lower()
    return PurePosixPath(name.removesuffix(".gz")).suffix


def _is_called(path: Path, table: Table) -> bool:
    return any(path.match(PurePosixPath(pattern).name) for pattern in table.files)


def _has_header(path: Path, table: Table) -> bool:
    try:
        first = _first_cells(path)
    except (InputError, ImageRefused, OSError, EOFError, ValueError):
        return False
    if table.columns:
        return len(first) == len(table.columns)
    names = {fold_name(cell) for cell in first}
    return all(fold_name(name) in names for name in table.header)


def _first_cells(path: Path) -> list[str]:
    """Return the cells of the first line, reading no more than is needed."""
    head = read_head(path)
    if head.startswith(b"PAR1"):
        return list(parquet.read_columns(path))
    opener = gzip.open if head.startswith(b"\x1f\x8b") else open
    with opener(path, "rb") as file:
        line = file.readline(100_000).decode("utf-8-sig", "surrogateescape").strip()
    if plain_suffix(path) == ".jsonl":
        value = json.loads(line)
        return list(value) if isinstance(value, dict) else []
    delimiter = delimited.find_delimiter(line)
    return [cell.strip().strip('"').strip() for cell in line.split(delimiter)]
