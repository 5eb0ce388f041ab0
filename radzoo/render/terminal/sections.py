"""The parts of a report beside the metrics, for the terminal: each one table or sentence."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from radzoo.core.report import EvalReport
from radzoo.render import words
from radzoo.render.terminal import task_sections, use_sections
from radzoo.render.terminal.tables import plain_table, prefix_of, text

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def list_sections(report: EvalReport, *, whole: bool) -> "Iterator[Table | Text]":
    """Give the parts that the report has, in the order in which they are read.

    Args:
        report: what to show.
        whole: also what is said of each of several labels without being asked for.
    """
    builds = (
        *task_sections.ALWAYS,
        show_recalibrated,
        *([show_tests] if whole else []),
        *use_sections.ALWAYS,
        *(use_sections.OF_EACH_LABEL if whole else ()),
    )
    for build in builds:
        yield from build(report)


def show_gates(report: EvalReport) -> "Iterator[Table | Text]":
    """Say of each gate whether it passed."""
    for gate in report.gates:
        seen = words.describe_gate(gate)
        style = "green" if gate.passed else "bold red"
        yield text(f"{'passed' if gate.passed else 'FAILED'}: {gate.expr} ({seen})", style)


def show_recalibrated(report: EvalReport) -> "Iterator[Table | Text]":
    """Show metrics before and after recalibration."""
    for label, calibration in report.calibration.items():
        found = calibration.recalibrated
        if found is None:
            continue
        table = plain_table(
            f"{words.visible(label)}: recalibrated by {found.method}, fitted on {found.n} other "
            "cases (all else is before it)", "", "before", "after", "difference",
            words.level(report),
        )  # fmt: skip
        after = {one.name: one for one in found.after}
        differences = {one.name: one for one in found.differences}
        for value in found.before:
            other, change = after.get(value.name), differences.get(value.name)
            table.add_row(
                text(words.title_of(value.name)),
                text(words.number(value.value)),
                text(words.number(other.value if other else None)),
                text(words.number(change.value if change else None)),
                text(words.interval(change) if change else words.NONE),
            )
        yield table


def show_tests(report: EvalReport) -> "Iterator[Table | Text]":
    """Say what the tests of calibration found, and what chance alone would give."""
    for label, calibration in report.calibration.items():
        prefix = prefix_of(report, label)
        if calibration.chance is not None:
            chance = calibration.chance
            yield text(
                f"{prefix}Calibration error {words.number(chance.ece)}; true probabilities would "
                f"show {words.number(chance.expected)} with this n (p {words.p_value(chance.p)})."
            )
        for test in calibration.tests:
            if test.p is not None and test.statistic is not None:
                name = test.name.replace("_", "-").capitalize()
                yield text(f"{prefix}{name} test: {test.statistic:.2f}, p {words.p_value(test.p)}.")
