"""Several trainings side by side: folds, and candidates ranked by validation."""

from typing import TYPE_CHECKING

from radzoo.core.report import MetricValue
from radzoo.core.text import visible
from radzoo.core.trainings_report import BestReport, FoldsReport
from radzoo.render import words
from radzoo.render.rows import Cell

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

BEST_COLUMNS = (
    "rank", "run", "metric", "label", "value", "low", "high", "n", "n_positive", "best_epoch",
    "seconds",
)  # fmt: skip
FOLD_COLUMNS = (
    "fold", "run", "judged_on", "metric", "label", "value", "low", "high", "n", "n_positive",
    "best_epoch",
)  # fmt: skip


def best_rows(report: BestReport) -> list[list[Cell]]:
    """Return the candidates, a row each; see `BEST_COLUMNS`."""
    return [
        [one.rank, one.run, *_numbers(one.metric), one.best_epoch, one.seconds]
        for one in report.candidates
    ]


def fold_rows(report: FoldsReport) -> list[list[Cell]]:
    """Return the folds, a row each; see `FOLD_COLUMNS`."""
    return [
        [one.fold, one.run, one.judged_on, *_numbers(one.metric), one.best_epoch]
        for one in report.folds
    ]


def render_best(report: BestReport) -> "Group":
    """Return the ranking, the test result of the best, and what the choice is worth."""
    from rich.console import Group
    from rich.text import Text

    title = words.title_of(report.metric)
    table = _table("", "training", f"{title} on val", "95 %", "n", "pos", "epoch", "s")
    for one in report.candidates:
        value = one.metric
        table.add_row(
            str(one.rank), Text(visible(one.run), style="bold" if one.rank == 1 else ""),
            words.number(value.value), words.interval(value), f"{value.n:,}",
            _count(value.n_positive), str(one.best_epoch), f"{one.seconds:.0f}",
        )  # fmt: skip
    tested = [
        Text(
            f"{visible(report.best)} on test: {words.title_of(value.name)} "
            f"{words.number(value.value)} ({words.interval(value)}), {visible(value.label)}, "
            f"{words.plural(value.n, 'case')}"
        )
        for value in report.test
        if value.name == report.metric
    ]
    return Group(table, *tested, *_warn(report.warnings))


def render_folds(report: FoldsReport) -> "Group":
    """Return the folds and their mean, with what belongs beside it."""
    from rich.console import Group
    from rich.text import Text

    title = words.title_of(report.metric)
    table = _table("fold", "judged on", title, "95 %", "n", "pos", "epoch")
    for one in report.folds:
        value = one.metric
        table.add_row(
            str(one.fold), one.judged_on, words.number(value.value), words.interval(value),
            f"{value.n:,}", _count(value.n_positive), str(one.best_epoch),
        )  # fmt: skip
    mean = Text(
        f"mean {title} of {len(report.folds)} folds {words.number(report.mean)} "
        f"({words.number(report.lowest)} to {words.number(report.highest)}: lowest and highest, "
        "no interval)"
    )
    return Group(table, mean, *_warn(report.warnings))


def _table(*columns: str) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        words_left = name in ("training", "judged on", "95 %")
        table.add_column(
            name, justify="left" if words_left else "right", overflow="fold",
            no_wrap=name != "training",
        )  # fmt: skip
    return table


def _warn(warnings: list[str]) -> "list[Text]":
    from rich.text import Text

    return [Text(f"! {visible(warning)}", style="yellow") for warning in warnings]


def _numbers(value: MetricValue) -> list[Cell]:
    return [
        value.name, value.label, value.value, value.low, value.high, value.n, value.n_positive
    ]  # fmt: skip


def _count(count: int | None) -> str:
    return words.NONE if count is None else f"{count:,}"
