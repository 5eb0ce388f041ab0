"""Which image belongs to which row: by the end of its path, its folder, or its header."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from radzoo.core.case import Refused
from radzoo.core.errors import InputError
from radzoo.data.folder import IMAGE_SUFFIXES, Found, judge, walk
from radzoo.data.header import read_headers
from radzoo.data.layout.schema import HeaderKey, Images
from radzoo.data.layout.sheet import Row, Sheet, show_rows
from radzoo.data.options import DataOptions
from radzoo.data.presets.matching import SCIENTIFIC, SHOWN

Parts = tuple[str, ...]
PLACEHOLDER: Final = re.compile(r"\{([^{}]+?)(?::\.(\d+))?\}")


@dataclass(frozen=True, slots=True)
class Matched:
    """Images with their rows.

    Attributes:
        rows: name of an image to its rows, in the order of the names.
        files: name of an image to the file.
        refused: files whose header was needed and cannot be read.
    """

    rows: dict[str, list[Row]]
    files: Mapping[str, Found]
    notes: tuple[str, ...]
    refused: tuple[Refused, ...] = ()


@dataclass(slots=True)
class _Pairs:
    """What one way of matching gives: the images of each row, and rows with too many."""

    names: list[Sequence[str]] = field(default_factory=list)
    ambiguous: list[Row] = field(default_factory=list)


def match_images(images: Images, sheet: Sheet, root: Path, options: DataOptions) -> Matched:
    """Find the images of every row, in the first way that finds any.

    Raises:
        InputError: if a column is missing, or nothing is found.
    """
    for pattern in (*images.file, *images.folder, *images.header.values()):
        for column, _ in PLACEHOLDER.findall(pattern):
            sheet.require([column])
    files = list_images(root)
    refused: list[Refused] = []
    ways: dict[str, Callable[[], _Pairs]] = {}
    if images.file:
        ways[f"the file {' or '.join(images.file)}"] = lambda: _by_file(images.file, sheet, files)
    if images.folder:
        ways[f"the folder {' or '.join(images.folder)}"] = lambda: _by_folder(
            images.folder, sheet, files
        )
    if images.header:
        ways[f"the DICOM header ({', '.join(images.header)})"] = lambda: _by_header(
            images.header, sheet, files, options, refused
        )
    for way, find in ways.items():
        pairs = find()
        if any(pairs.names):
            return _matched(way, pairs, sheet, files, refused)
    raise InputError(
        f"none of the {len(sheet.rows):,} rows of {sheet.rows[0].table} belongs to one of the "
        f"{len(files):,} images below {root} (looked for {', then '.join(ways)})",
        id="labels-match-nothing",
        hint=_hint(images, sheet),
    )


def list_images(root: Path) -> dict[str, Found]:
    """Return what may be an image below a folder, by name; suffixes are believed."""
    found: dict[str, Found] = {}
    for path in walk(root):
        suffix = path.suffix.lower()
        if suffix in IMAGE_SUFFIXES:
            kind: str | None = "dicom" if suffix in {".dcm", ".dicom"} else "image"
        else:
            # A UID as a name has a number for a suffix; tables and texts are not opened.
            kind = None if suffix[1:].isalpha() else judge(path)
        if kind is not None:
            name = path.relative_to(root).as_posix()
            found[name] = Found(name, path, kind == "dicom")
    return found


def fill(pattern: str, row: Row) -> str | None:
    """Return a pattern with the cells of a row; None if one of them is blank."""
    cells = {column: row.get(column) for column, _ in PLACEHOLDER.findall(pattern)}
    for column, cell in cells.items():
        if not cell and not column.startswith("table "):
            return None
    return PLACEHOLDER.sub(
        lambda found: cells[found[1]][: int(found[2])] if found[2] else cells[found[1]], pattern
    )


def _parts(text: str) -> Parts:
    """Return the parts of a path as tables write them: with any slash, with line breaks."""
    names = text.replace("\\", "/").split("/")
    return tuple(name for name in (name.strip() for name in names) if name not in {"", "."})


def _by_file(patterns: Sequence[str], sheet: Sheet, files: Mapping[str, Found]) -> _Pairs:
    """Find the file whose path ends with the pattern; the suffix may be missing in it."""
    places: list[tuple[Parts, str]] = []
    for name in files:
        path = PurePosixPath(name)
        places.append((path.parts, name))
        if path.suffix.lower() in IMAGE_SUFFIXES:
            places.append(((*path.parts[:-1], path.stem), name))
    return _pair(patterns, sheet, places)


def _by_folder(patterns: Sequence[str], sheet: Sheet, files: Mapping[str, Found]) -> _Pairs:
    """Find the images of the folder whose path ends with the pattern."""
    content: dict[Parts, list[str]] = defaultdict(list)
    for name in files:
        content[PurePosixPath(name).parts[:-1]].append(name)
    pairs = _pair(patterns, sheet, [(parts, "/".join(parts)) for parts in content])
    pairs.names = [
        [name for folder in found for name in content[_parts(folder)]] for found in pairs.names
    ]
    return pairs


def _pair(patterns: Sequence[str], sheet: Sheet, places: Sequence[tuple[Parts, str]]) -> _Pairs:
    """Give each row the one place that ends like the first pattern that fits."""
    wanted = [[_parts(fill(pattern, row) or "") for pattern in patterns] for row in sheet.rows]
    # Looked up by as many last parts as are asked for: names such as view1.jpg repeat.
    lengths = {len(parts) for ends in wanted for parts in ends} - {0}
    found: dict[Parts, set[str]] = defaultdict(set)
    for parts, name in places:
        for length in lengths:
            if len(parts) >= length:
                found[parts[-length:]].add(name)
    pairs = _Pairs()
    for row, ends in zip(sheet.rows, wanted, strict=True):
        names = next((found[parts] for parts in ends if parts in found), set())
        if len(names) > 1:
            pairs.ambiguous.append(row)
        pairs.names.append(tuple(names) if len(names) == 1 else ())
    return pairs


def _by_header(
    keys: Mapping[HeaderKey, str],
    sheet: Sheet,
    files: Mapping[str, Found],
    options: DataOptions,
    refused: list[Refused],
) -> _Pairs:
    """Find the images whose DICOM header has what the row says."""
    headers, bad = read_headers([file for file in files.values() if file.dicom], options)
    refused += bad
    pairs = _Pairs()
    for key, pattern in keys.items():
        names: dict[str, list[str]] = defaultdict(list)
        for name, header in headers.items():
            names[header.identifier(key)].append(name)
        pairs.names = [
            names.get(wanted, ()) if (wanted := fill(pattern, row)) else () for row in sheet.rows
        ]
        if any(pairs.names):
            break
    return pairs


def _matched(
    way: str, pairs: _Pairs, sheet: Sheet, files: Mapping[str, Found], refused: Sequence[Refused]
) -> Matched:
    rows: dict[str, list[Row]] = defaultdict(list)
    for row, names in zip(sheet.rows, pairs.names, strict=True):
        for name in names:
            rows[name].append(row)
    without = [row for row, names in zip(sheet.rows, pairs.names, strict=True) if not names]
    alone = [name for name in files if name not in rows]
    n, total = len(sheet.rows) - len(without), len(sheet.rows)
    notes = [
        f"looked for {way}: {n:,} of {total:,} rows have an image; "
        f"{len(alone):,} images have no row"
    ]
    if without:
        notes.append(
            f"kept {n:,} of {total:,} rows because the others have no image, such as "
            f"{show_rows(without)}"
        )
    if pairs.ambiguous:
        notes.append(
            f"{len(pairs.ambiguous):,} rows could mean several images and were given none, "
            f"such as {show_rows(pairs.ambiguous)}"
        )
    if alone:
        notes.append(
            f"kept {len(rows):,} of {len(files):,} images because the others have no row, "
            f"such as {', '.join(alone[:SHOWN])}"
        )
    ordered = {name: rows[name] for name in files if name in rows}
    return Matched(ordered, files, tuple(notes), tuple(refused))


def _hint(images: Images, sheet: Sheet) -> str:
    patterns = (*images.file, *images.folder, *images.header.values())
    columns = [column for pattern in patterns for column, _ in PLACEHOLDER.findall(pattern)]
    if any(SCIENTIFIC.match(row.get(column)) for row in sheet.rows for column in columns):
        return "a spreadsheet has turned the identifiers into rounded numbers (1.23E+15)"
    return "give the folder that holds both; --data-format FILE.yaml describes another layout"
