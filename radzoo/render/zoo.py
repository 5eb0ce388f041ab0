"""Models of the zoo as text: the list of many, in each format, and what was pulled."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from radzoo.core.text import visible
from radzoo.zoo.selection import trained_labels

if TYPE_CHECKING:
    from rich.table import Table

Record = Mapping[str, object]

COLUMNS = ("name", "task", "modality", "input", "size", "licence", "here")
# The table says `here` by a mark beside the name, so that a row is one line of 80 columns.
HERE = "*"
TABLE_COLUMNS = ("name", HERE, "task", "modality", "input", "size", "licence")
RIGHT = frozenset(["input", "size"])
# Columns that give way where the terminal is narrow, in this order, down to these widths.
# A name is never cut nor broken: one that is wider than its column has a line of its own.
NARROWEST = (
    ("modality", 9), ("input", 7), ("licence", 10), ("task", 9), ("name", 32), ("modality", 8),
    ("modality", 4), ("licence", 6), ("task", 4), ("input", 6), ("name", 12),
)  # fmt: skip
CSV_COLUMNS = (
    "name", "summary", "task", "modality", "family", "architecture", "labels", "dimensions",
    "channels", "size_px", "size_bytes", "size_mb", "licence_code", "licence_weights",
    "licence_data", "licence_conflict", "source", "status", "use", "pulled",
)  # fmt: skip
# Text that a spreadsheet would take for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 32
MARKED = {"restricted": "!", "conflicting": "!!"}
MEANINGS = {
    "here": f"{HERE}  its weights are on this machine",
    "restricted": "!  the licence of the weights restricts their use",
    "conflicting": "!! the authors contradict each other on the licence: see radzoo show NAME",
}


def models_table(models: Sequence[Record], width: int) -> str:
    """Return a table of models for people that is as wide as the terminal, if that is enough."""
    rows = [TABLE_COLUMNS, *map(_table_cells, models)]
    widths = _fit([max(map(len, column)) for column in zip(*rows, strict=True)], width)
    rule = " ".join("-" * one for one in widths)
    lines = [line for row in rows for line in _lines(row, widths)]
    standings = {str(model["license_standing"]) for model in models}
    shown = {*standings, *(["here"] if any(model["pulled"] for model in models) else [])}
    legend = [meaning for what, meaning in MEANINGS.items() if what in shown]
    return "\n".join([lines[0], rule, *lines[1:], *([""] if legend else []), *legend])


def models_csv(models: Sequence[Record]) -> str:
    """Return the models as CSV, sizes in bytes; what nobody knows is blank."""
    from csv import writer
    from io import StringIO

    text = StringIO()
    rows = writer(text, lineterminator="\n")
    rows.writerow(CSV_COLUMNS)
    for model in models:
        shape, licence = _part(model, "input"), _part(model, "license")
        cells = [
            model["name"], model["summary"], model["task"], model["modality"], model["family"],
            model["architecture"], "; ".join(trained_labels(model)), shape["dimensions"],
            shape["channels"], _axes(shape["size"]), model["size_bytes"], model["size_mb"],
            licence["code"], licence["weights"], licence["data"], model["license_conflict"],
            model["source"], model["status"], model["use"], str(model["pulled"]).lower(),
        ]  # fmt: skip
        rows.writerow([_inert("" if cell is None else str(cell)) for cell in cells])
    return text.getvalue().rstrip("\n")


def models_markdown(models: Sequence[Record]) -> str:
    """Return the models as a Markdown table."""
    from radzoo.render.rows import markdown_table

    return markdown_table(COLUMNS, [_cells(model) for model in models])


def models_latex(models: Sequence[Record]) -> str:
    """Return the models as a table for a paper; it needs the package booktabs."""
    from radzoo.render.rows import latex_table

    return latex_table(COLUMNS, [_cells(model) for model in models], columns="l" * len(COLUMNS))


def pulled_table(pulled: Sequence[Record]) -> "Table":
    """Return what was pulled, or would be, one model a line."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table("name", "size", "was here", "path", box=box.SIMPLE_HEAD, pad_edge=False)
    table.columns[-1].overflow = "fold"
    for one in pulled:
        here = "yes" if one["cached"] else ""
        path = str(one["path"] or "not here yet")
        cells = (str(one["name"]), megabytes(one["size_bytes"]), here, path)
        table.add_row(*(Text(cell) for cell in cells))
    return table


def megabytes(size_bytes: object) -> str:
    """Return a size for people, or a question mark."""
    if not isinstance(size_bytes, int | float):
        return "?"
    if size_bytes >= 999.5e6:
        return f"{size_bytes / 1e9:,.1f} GB"
    return f"{size_bytes / 1e6:,.0f} MB" if size_bytes >= 10e6 else f"{size_bytes / 1e6:.1f} MB"


def weights_size(size_bytes: object, size_mb: object) -> str:
    """Return the size of weights: exact, as published (`~79 MB`), or a question mark."""
    if size_bytes is None and isinstance(size_mb, int | float):
        return f"~{megabytes(size_mb * 1e6)}"
    return megabytes(size_bytes)


def input_shape(given: Record) -> str:
    """Return channels and size of an input; what nobody knows is `?`.

    `3x224` is a square, `1x96^3` a cube, `1x3-D` a volume with sides of different length.
    """
    channels, size = given["channels"], given["size"]
    axes = _axes(size) or "?"
    if given["dimensions"] == 3 and size is not None:
        sides = size if isinstance(size, list) else [size]
        axes = f"{sides[0]}^3" if len(set(sides)) == 1 else "3-D"
    return f"{'?' if channels is None else channels}x{axes}"


def _cells(model: Record) -> tuple[str, ...]:
    licence = _part(model, "license")["weights"]
    mark = MARKED.get(str(model["license_standing"]), "")
    return (
        str(model["name"]),
        str(model["task"]),
        str(model["modality"]),
        input_shape(_part(model, "input")),
        weights_size(model["size_bytes"], model["size_mb"]),
        f"{licence or 'not verified'}{mark}",
        "yes" if model["pulled"] else "",
    )


def _table_cells(model: Record) -> tuple[str, ...]:
    """Return the cells of one row of the table, safe to show."""
    name, task, modality, shape, size, licence, here = map(visible, _cells(model))
    return name, HERE if here else "", task, modality, shape, size, _cut(licence, LONGEST)


def _fit(widths: Sequence[int], width: int) -> list[int]:
    """Narrow the columns that may give way until a row fits, as far as that is possible."""
    fitted = list(widths)
    for column, least in NARROWEST:
        at = TABLE_COLUMNS.index(column)
        excess = sum(fitted) + len(fitted) - 1 - width
        if excess > 0:
            fitted[at] = max(min(fitted[at], least), fitted[at] - excess)
    return fitted


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return a row in one line, or in two if its name is wider than the column of names."""
    name, *rest = row
    too_wide = [name] if len(name) > widths[0] else []
    cells = [
        _cut(cell, width).rjust(width) if column in RIGHT else _cut(cell, width).ljust(width)
        for column, cell, width in zip(
            TABLE_COLUMNS, ["" if too_wide else name, *rest], widths, strict=True
        )
    ]
    return [*too_wide, " ".join(cells).rstrip()]


def _cut(cell: str, width: int) -> str:
    """Shorten a cell, but not the marks that it ends with."""
    if len(cell) <= width:
        return cell
    words = cell.rstrip("!")
    marks = cell[len(words) :]
    return words[: max(width - len(marks) - 1, 0)].rstrip(" .,;(") + "…" + marks


def _axes(size: object) -> str:
    if isinstance(size, list):
        return "x".join(str(side) for side in size)
    return "" if size is None else str(size)


def _part(model: Record, key: str) -> Record:
    part = model[key]
    return part if isinstance(part, Mapping) else {}


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
