"""Parts for the terminal that one kind of task has: classes, numbers, survival, masks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from radzoo.core.report import EvalReport
from radzoo.render import words
from radzoo.render.agreement_words import name_limits, title_of
from radzoo.render.terminal.tables import plain_table, text

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def show_confusion(report: EvalReport) -> "Iterator[Table | Text]":
    """Show cases by true and called class."""
    if report.confusion is None:
        return
    classes = [words.visible(name) for name in report.confusion.classes]
    table = plain_table("True class (rows), called class (columns)", "", *classes)
    for name, row in zip(classes, report.confusion.counts, strict=True):
        table.add_row(text(name), *[text(str(cell)) for cell in row])
    yield table


def show_agreement(report: EvalReport) -> "Iterator[Table | Text]":
    """Show bias, limits of agreement and what else tells of it."""
    for one in report.agreement:
        table = plain_table(
            f"{words.visible(one.label)}: {title_of(one)}", "", "value", words.level(report),
        )  # fmt: skip
        for name, value in name_limits(one):
            table.add_row(text(name), text(words.number(value.value)), text(words.interval(value)))
        yield table


def show_survival(report: EvalReport) -> "Iterator[Table | Text]":
    """Show the risk groups."""
    for groups in report.survival:
        p = groups.log_rank_p
        test = "" if p is None else f", log-rank p {words.p_value(p)}"
        table = plain_table(f"Risk groups {groups.cut}{test}", "", "n", "events", "median time")
        for curve in groups.curves:
            median = "not reached" if curve.median is None else f"{curve.median:.4g}"
            table.add_row(
                text(curve.group), text(str(curve.n)), text(str(curve.n_events)), text(median)
            )
        yield table
        if groups.calibration:
            table = plain_table("Risk by a time", "by", "predicted", "observed", "O:E")
            for one in groups.calibration:
                table.add_row(
                    text(f"{one.horizon:g}"),
                    text(words.number(one.predicted)),
                    text(words.number(one.observed)),
                    text(words.number(one.oe_ratio, 2)),
                )
            yield table


def show_masks(report: EvalReport) -> "Iterator[Table | Text]":
    """Say how many masks are empty, and name the worst cases."""
    if report.masks is None:
        return
    for structure, counts in report.masks.empty.items():
        told = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
        if told:
            yield text(f"{words.visible(structure)}: empty masks, in no mean: {told}.")
    worst = [one for one in report.masks.worst if one.values.get("dice") is not None][:5]
    if worst:
        table = plain_table("Lowest Dice", "case", "structure", "Dice", left=2)
        for one in worst:
            table.add_row(
                text(words.visible(one.case_id)),
                text(words.visible(one.label)),
                text(words.number(one.values["dice"])),
            )
        yield table


ALWAYS = (show_confusion, show_agreement, show_survival, show_masks)
