"""A learning curve as a table, with each interval drawn beside its numbers."""

from typing import TYPE_CHECKING

from radzoo.core.learning_report import CurveMean, LearningReport, Prediction
from radzoo.core.text import visible
from radzoo.render import words
from radzoo.render.rows import Cell

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

CURVE_COLUMNS = ("patients", "share", "repeats", "value", "low", "high", "kind")
WIDTH = 24


def curve_rows(report: LearningReport) -> list[list[Cell]]:
    """Return what was measured and what is foretold, a row each; see `CURVE_COLUMNS`."""
    rows: list[list[Cell]] = [
        [one.n_patients, one.share, one.n_repeats, one.value, one.low, one.high, "measured"]
        for one in report.means
    ]
    rows += [
        [one.n_patients, one.times, None, one.value, one.low, one.high, "extrapolated"]
        for one in report.predictions
    ]
    return rows


def render_curve(report: LearningReport) -> "Group":
    """Return the table, what more patients would bring as sentences, and doubts."""
    from rich.console import Group
    from rich.text import Text

    heading = (
        f"{words.title_of(report.metric)} of {visible(report.model)} on the same "
        f"{words.plural(report.n_test, 'test case')}"
    )
    lines = [Text(say_prediction(one, report)) for one in report.predictions]
    if report.law is not None:
        lines.append(
            Text(
                f"law: {report.law.ceiling:.3f} {'-' if report.law.drop >= 0 else '+'} "
                f"{abs(report.law.drop):.3g} x patients^"
                f"-{report.law.exponent:.2f}, fitted to the means",
                style="dim",
            )
        )
    lines += [Text(f"! {visible(warning)}", style="yellow") for warning in report.warnings]
    return Group(Text(heading, style="bold"), curve_table(report), *lines)


def curve_table(report: LearningReport) -> "Table":
    """Return measured and foretold values; it fits 80 columns."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    every: list[CurveMean | Prediction] = [*report.means, *report.predictions]
    low, high = min(one.low for one in every), max(one.high for one in every)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("patients", justify="right", no_wrap=True)
    table.add_column("of now", justify="right", no_wrap=True)
    table.add_column("runs", justify="right", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column(f"{100 * report.level:g} %", no_wrap=True)
    table.add_column(f"{low:.2f}{'':{WIDTH - 8}}{high:.2f}", no_wrap=True)
    for at, mean in enumerate(report.means):
        table.add_row(
            f"{mean.n_patients:,}", f"{mean.share:.0%}", str(mean.n_repeats),
            Text(words.number(mean.value), style="bold"), _interval(mean),
            _draw(mean, low, high), end_section=at + 1 == len(report.means),
        )  # fmt: skip
    for one in report.predictions:
        table.add_row(
            f"{one.n_patients:,}", f"{one.times:.0%}", words.NONE,
            Text(words.number(one.value), style="italic"), _interval(one), _draw(one, low, high),
        )  # fmt: skip
    return table


def say_prediction(one: Prediction, report: LearningReport) -> str:
    """Say what more patients would bring."""
    gain = f"{one.gain:+.3f} ({one.gain_low:+.3f} to {one.gain_high:+.3f})"
    return (
        f"{one.times:g} times the patients ({one.n_patients:,}) would change the "
        f"{words.title_of(report.metric)} by {gain}, if the curve goes on as it began"
    )


def _interval(one: CurveMean | Prediction) -> str:
    return f"{words.number(one.low)} to {words.number(one.high)}"


def _draw(one: CurveMean | Prediction, low: float, high: float) -> str:
    """Draw an interval with its value as a dot on a common scale."""

    def place(value: float) -> int:
        return round((WIDTH - 1) * (value - low) / ((high - low) or 1.0))

    line = [" "] * WIDTH
    line[place(one.low) : place(one.high) + 1] = "─" * (place(one.high) - place(one.low) + 1)
    line[min(max(place(one.value), 0), WIDTH - 1)] = "●"
    return "".join(line)
