"""A plan as a table for the terminal or for another program."""

from typing import TYPE_CHECKING

from radzoo.core.data_report import Span
from radzoo.core.plan import DataFacts, Plan
from radzoo.core.text import visible
from radzoo.render.words import plural

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

PLAN_COLUMNS = ("Setting", "Value", "By", "Reason")


def render_plan(plan: Plan) -> "Group":
    """Return what was seen, what is proposed and why, and what to think of; it fits 80 columns."""
    from rich.console import Group
    from rich.text import Text

    told = [Text(f"advice: {visible(line)}", style="cyan") for line in plan.advice]
    told += [Text(f"warning: {visible(line)}", style="yellow") for line in plan.warnings]
    return Group(
        Text(f"{plan.model}, {plan.task}", style="bold"),
        Text(describe_facts(plan.facts)),
        *([_labels(plan.facts)] if plan.facts.labels or plan.facts.numbers else []),
        _table(plan),
        *told,
        Text("Overrule any line: --image-size 128, --lr 0.0005, --set weight_decay=0.1 ..."),
    )


def plan_rows(plan: Plan) -> list[tuple[str, ...]]:
    """Return one row per setting."""
    return [(one.setting, write_value(one.value), one.by, one.reason) for one in plan.proposals]


def summarise_plan(plan: Plan) -> str:
    """Return in one line what a training does not say by itself."""
    if plan.segmentation is not None:
        fed = f"patches {' x '.join(map(str, plan.segmentation.patch))}"
    else:
        size = plan.value("image_size")
        fed = f"volumes {size}" if isinstance(size, str) else f"images {size} x {size}"
    return (
        f"plan: {fed}, lr {write_value(plan.value('lr'))}, "
        f"encoder {write_value(plan.value('lr_encoder'))}, "
        f"augmentation {plan.value('augmentation')}"
    )


def describe_facts(facts: DataFacts) -> str:
    """Say in one line or two what was seen of the data."""
    parts = [
        f"{split} {plural(one.n_cases, 'case')}"
        + (f" of {plural(one.n_patients, 'patient')}" if one.n_patients else "")
        for split, one in facts.splits.items()
    ]
    if facts.longer_edges is not None:
        edges = facts.longer_edges
        sizes = (
            f"{edges.smallest:,} to {edges.largest:,}"
            if edges.smallest != edges.largest
            else f"{edges.median:,}"
        )
        kinds = f", {', '.join(facts.modalities)}" if facts.modalities else ""
        what = "images" if facts.slices is None else f"{_slices(facts.slices)}, rows or columns"
        parts.append(f"{what} {sizes} pixels long (of {facts.n_looked_at:,}){kinds}")
    return "; ".join(parts)


def write_value(value: bool | int | float | str) -> str:
    """Write a value as people do: 0.00033, not 0.0003333333333333333."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2g}" if isinstance(value, float) else str(value)


def _slices(span: Span) -> str:
    several = span.smallest != span.largest
    count = f"{span.smallest:,} to {span.largest:,}" if several else f"{span.median:,}"
    return f"volumes of {count} slices"


def label_rows(facts: DataFacts) -> list[tuple[str, ...]]:
    """Return a row for each finding, class or number: what each split has of it.

    Of a finding or class: cases with it, without it, and not labelled; of a number its median,
    its range and the cases without one.
    """
    rows = []
    for name, counted in facts.labels.items():
        cells = (
            f"{one.n_positive:,} / {one.n - one.n_positive:,} / "
            f"{facts.splits[split].n_cases - one.n:,}"
            for split, one in counted.items()
        )
        rows.append((name, *cells))
    for name, measured in facts.numbers.items():
        cells = (
            "none"
            if one is None
            else f"{one.median:g} ({one.smallest:g} to {one.largest:g}) / "
            f"{facts.splits[split].n_cases - one.n:,}"
            for split, one in measured.items()
        )
        rows.append((name, *cells))
    return rows


def _labels(facts: DataFacts) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    what = "with / without / unknown" if facts.labels else "median (range) / unknown"
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(what, overflow="fold", min_width=12)
    for split in facts.splits:
        table.add_column(split, overflow="fold", justify="right")
    for row in label_rows(facts):
        table.add_row(*(Text(visible(cell)) for cell in row))
    return table


def _table(plan: Plan) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("setting", no_wrap=True)
    table.add_column("value", no_wrap=True, justify="right")
    table.add_column("why", overflow="fold")
    for one in plan.proposals:
        style = "bold" if one.by == "user" else ""
        table.add_row(
            Text(one.setting), Text(write_value(one.value), style=style), Text(one.reason)
        )
    return table
