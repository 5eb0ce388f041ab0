"""Models of the zoo as text: the table of many, the page of one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

Record = Mapping[str, object]

COLUMNS = ("name", "task", "modality", "input", "size", "licence", "here")
# Facts that need not exist; of the others a page says that they are not known.
OPTIONAL = frozenset(["source.sha256_prefix", "citation.doi", "citation.arxiv", "limits"])
# Text that a spreadsheet would take for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def models_table(models: Sequence[Record]) -> "Table":
    """Return a table of models that fits 80 columns."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for column in COLUMNS:
        right = column in {"input", "size"}
        wraps = column == "modality"
        table.add_column(
            column, justify="right" if right else "left", no_wrap=not wraps, min_width=4
        )
    for model in models:
        table.add_row(*(Text(cell) for cell in _cells(model)))
    return table


def models_csv(models: Sequence[Record]) -> str:
    """Return the models as CSV, sizes in bytes."""
    from csv import writer
    from io import StringIO

    text = StringIO()
    rows = writer(text, lineterminator="\n")
    rows.writerow(["name", "task", "modality", "family", "architecture", "channels", "size_px",
                   "size_bytes", "licence_code", "licence_weights", "licence_data", "source",
                   "status", "pulled"])  # fmt: skip
    for model in models:
        shape, licence = _part(model, "input"), _part(model, "license")
        cells = [
            model["name"], model["task"], model["modality"], model["family"],
            model["architecture"], shape["channels"], shape["size"], model["size_bytes"],
            licence["code"], licence["weights"], licence["data"], model["source"],
            model["status"], str(model["pulled"]).lower(),
        ]  # fmt: skip
        rows.writerow([_inert("" if cell is None else str(cell)) for cell in cells])
    return text.getvalue().rstrip("\n")


def models_markdown(models: Sequence[Record]) -> str:
    """Return the models as a Markdown table."""
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(_cells(model) for model in models)]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows
    )


def models_latex(models: Sequence[Record]) -> str:
    """Return the models as a table for a paper; it needs the package booktabs."""
    from radzoo.render.table import latex_row

    rows = [latex_row(COLUMNS), r"\midrule", *(latex_row(_cells(model)) for model in models)]
    start, end = rf"\begin{{tabular}}{{{'l' * len(COLUMNS)}}}", r"\end{tabular}"
    return "\n".join([start, r"\toprule", *rows, r"\bottomrule", end])


def entry_page(entry: Record, *, origin: str, path: str | None) -> "Table":
    """Return everything that is known of one model, a line for each fact.

    Args:
        entry: the whole entry as plain values.
        origin: the registry file that it came from.
        path: where its weights are on this machine, if they are.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    facts = [*_facts("", entry), ("on this machine", path or "no"), ("from", origin)]
    for name, value in facts:
        table.add_row(Text(name), Text(value))
    return table


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
    if not isinstance(size_bytes, int):
        return "?"
    return f"{size_bytes / 1e6:,.0f} MB" if size_bytes >= 10e6 else f"{size_bytes / 1e6:.1f} MB"


def _facts(prefix: str, value: object) -> list[tuple[str, str]]:
    """Flatten nested values to dotted names and texts; what is not known says so."""
    if isinstance(value, Mapping):
        return [fact for key, item in value.items() for fact in _facts(f"{prefix}{key}.", item)]
    name = prefix.rstrip(".")
    if value is None:
        if name in OPTIONAL:
            return []
        return [(name, "not known" if name != "labels" else "not meant to be read")]
    if isinstance(value, list | tuple):
        shown = ("(never trained)" if item is None else str(item) for item in value)
        return [(name, ", ".join(shown))]
    return [(name, str(value))]


def _cells(model: Record) -> tuple[str, ...]:
    shape, licence = _part(model, "input"), _part(model, "license")
    return (
        str(model["name"]),
        str(model["task"]),
        str(model["modality"]),
        f"{shape['channels']}x{shape['size']}",
        megabytes(model["size_bytes"]),
        str(licence["weights"] or "not stated"),
        "yes" if model["pulled"] else "",
    )


def _part(model: Record, key: str) -> Record:
    part = model[key]
    return part if isinstance(part, Mapping) else {}


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
