"""Delimited text, read and written with care: `,`, `;` or tab, with or without a BOM or gzip.

Spreadsheets run what looks like a formula. A text cell that begins like one is written
with a leading apostrophe, which reading takes off again.
"""

import codecs
import csv
import gzip
import itertools
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from radzoo.core.errors import InputError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
KEPT_TEXT = re.compile(r'\s*="([^"]*)"\s*')
DELIMITERS = (",", ";", "\t")
# No table has such lines, and none is so large: a small gzip file can pretend to be.
LONGEST_LINE = 10_000_000
MOST_UNPACKED = 2**30


def read_columns(path: Path) -> dict[str, list[str]]:
    """Read a table as text, column by column; cells are stripped, blank lines skipped.

    Raises:
        InputError: if the file is absent, empty, not text, has a repeated column name or a
            row with too many or too few cells.
    """
    rows = read_rows(path)
    before, header = next(rows, (0, []))
    names = [name.strip() for name in header]
    if not any(names):
        raise InputError(
            f"{path} is empty; needed a line of column names and a line per case",
            id="empty-file",
            hint="was it written to the end?",
        )
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise InputError(
            f"{path} has several columns called '{min(repeated)}'",
            id="repeated-column",
            hint="rename or remove all but one",
        )
    kept = []
    for line, row in rows:
        if len(row) != len(names):
            first = before + 1 if any("\n" in cell for cell in row) else line
            raise ragged(path, (first, line), len(row), len(names))
        kept.append(row)
        before = line
    cells: Iterable[Sequence[str]] = zip(*kept, strict=True) if kept else [[] for _ in names]
    columns = zip(names, cells, strict=True)
    return {name: [plain(cell) for cell in column] for name, column in columns}


def ragged(path: Path, lines: tuple[int, int], n_cells: int, n_names: int) -> InputError:
    """Say where a row has too many or too few cells."""
    first, last = lines
    where, hint = f"line {last} has", "quote cells that hold the delimiter"
    if first < last:
        where, hint = f"lines {first} to {last} are a row of", "is a quote opened and not closed?"
    return InputError(
        f"{path} {where} {n_cells} cells; the header has {n_names}", id="ragged-row", hint=hint
    )


def read_rows(path: Path, delimiter: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not blank with the number of the line on which it ends."""
    done = 0
    try:
        lines = read_lines(path)
        first = next(lines, "")
        found = delimiter or find_delimiter(first)
        reader = csv.reader(itertools.chain([first], lines), delimiter=found)
        for row in reader:
            done = reader.line_num
            if any(cell.strip() for cell in row):
                yield done, row
    except FileNotFoundError:
        raise InputError(
            f"there is no file {path}", id="no-such-file", hint="check the path"
        ) from None
    except IsADirectoryError:
        raise InputError(
            f"{path} is a folder; needed a file", id="not-a-file", hint="name a file in it"
        ) from None
    except csv.Error:
        raise InputError(
            f"{path} is not delimited text from line {done + 1} on",
            id="not-a-table",
            hint="is a quote opened there and not closed? else save it as UTF-8 CSV",
        ) from None
    except (gzip.BadGzipFile, zlib.error, EOFError, UnicodeError):
        raise InputError(
            f"{path} is not delimited text", id="not-a-table", hint="save it as UTF-8 CSV"
        ) from None


def read_lines(path: Path) -> Iterator[str]:
    """Give the lines of a text, gzipped or not, refusing one that unpacks without end."""
    read, most = 0, max(MOST_UNPACKED, path.stat().st_size)
    with _open_text(path) as file:
        while line := file.readline(LONGEST_LINE):
            read += len(line)
            if len(line) == LONGEST_LINE or read > most:
                raise InputError(
                    f"{path} is too large for a table: it has a line of {LONGEST_LINE:,} "
                    f"characters or more than {most:,} in all",
                    id="not-a-table",
                    hint="is it a table?",
                )
            yield line


def _open_text(path: Path) -> TextIO:
    """Open plain or gzipped text; spreadsheets also write UTF-16, as *Unicode text*."""
    with path.open("rb") as file:
        start = file.read(2)
    if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return path.open(newline="", encoding="utf-16")
    if start == b"\x1f\x8b":
        return gzip.open(path, "rt", newline="", encoding="utf-8-sig", errors="surrogateescape")
    return path.open(newline="", encoding="utf-8-sig", errors="surrogateescape")


def line_of(path: Path, index: int) -> int:
    """Return the line on which the row with this index, counted after the header, ends."""
    for count, (line, _) in enumerate(read_rows(path), start=-1):
        if count == index:
            return line
    raise IndexError(index)


def find_delimiter(header: str) -> str:
    """Return the delimiter that the header uses most, outside quotes; a comma if none."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def delimiter_of(path: Path) -> str:
    """Return the delimiter of a file."""
    with _open_text(path) as file:
        return find_delimiter(file.readline(LONGEST_LINE))


def write_columns(path: Path, columns: Mapping[str, Sequence[str | float]]) -> None:
    """Write columns of equal length as comma-separated text.

    Numbers are written so that reading gives the same bits; NaN becomes a blank cell.
    """
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        write_row = row_writer(file)
        write_row([harmless(name) for name in columns])
        for row in zip(*columns.values(), strict=True):
            write_row([written(cell) for cell in row])


def row_writer(file: TextIO) -> Callable[[Sequence[str]], object]:
    """Return a function that writes a row; a carriage return in a cell does not end it.

    Python before 3.13 puts quotes around a line feed, but not around a carriage return.
    """
    usual = csv.writer(file, lineterminator="\n")
    quoted = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
    return lambda row: (quoted if any("\r" in cell for cell in row) else usual).writerow(row)


def written(cell: str | float) -> str:
    """Return a cell as it stands in the file."""
    if isinstance(cell, str):
        return harmless(cell)
    return "" if cell != cell else repr(float(cell))


def harmless(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula."""
    if text.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text):
        return "'" + text
    return text


def plain(cell: str) -> str:
    """Undo `harmless`, and strip blanks that are not part of the value.

    `="00123"` is how some systems keep spreadsheets from dropping zeros: 00123 is meant.
    """
    if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS):
        return cell[1:]
    text = KEPT_TEXT.fullmatch(cell)
    return (text[1] if text else cell).strip()
