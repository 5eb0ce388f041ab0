"""An audit as text: by family, worst first, one sentence and one action each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from radzoo.core.finding import FAMILIES, SEVERITIES, AuditReport, Family, Finding, NotApplicable
from radzoo.render.rows import Cell
from radzoo.render.terminal.tables import text
from radzoo.render.words import plural

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table

TITLES: dict[Family, str] = {
    "leakage": "Leakage: test cases that were seen before",
    "shortcut": "Shortcuts: other ways to the right answer",
    "data": "Data: labels, counts and prevalence",
    "testing": "Testing: how the number came about",
    "pixels": "Pixels: what the grey values mean",
    "model": "Model: how it learnt and answers",
    "subgroup": "Subgroups: for whom it works",
}
MOST_ALIKE = 3
"""More findings of one check are shown as one, with the names of the other labels."""
STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan"}
AUDIT_COLUMNS = ("code", "trap", "severity", "claim", "label", "message", "action", "accepted")
CLAIMS = {"data": "the data allow it", "model": "this model", "": ""}


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Sort findings by family and severity; accepted ones last in their family."""
    return sorted(
        findings,
        key=lambda one: (
            FAMILIES.index(one.family), one.accepted is not None,
            -SEVERITIES.index(one.severity), one.code, one.label,
        ),
    )  # fmt: skip


def verdict_of(report: AuditReport) -> str:
    """Return the outcome in one sentence."""
    counts = {
        severity: sum(one.severity == severity and not one.accepted for one in report.findings)
        for severity in SEVERITIES
    }
    looked = len({one.code for one in report.findings} | {one.code for one in report.passed})
    if counts["error"]:
        verb = "makes" if counts["error"] == 1 else "make"
        worst = f"{plural(counts['error'], 'trap')} that {verb} results on these data invalid"
        more = f", and {plural(counts['warning'], 'warning')}" if counts["warning"] else ""
        return f"{plural(looked, 'check')}: {worst}{more}."
    if counts["warning"]:
        return f"{plural(looked, 'check')}: {plural(counts['warning'], 'warning')}, no error."
    return f"{plural(looked, 'check')}: no trap was found."


def audit_rows(report: AuditReport) -> list[list[Cell]]:
    """Return a row for each finding, worst first in its family."""
    return [
        [one.code, one.trap, one.severity, one.claim, one.label, one.message, one.action,
         one.accepted]
        for one in worst_first(report.findings)
    ]  # fmt: skip


def render_audit(report: AuditReport, *, verbose: bool = False) -> "Group":
    """Return what a terminal shows.

    Args:
        report: what was found.
        verbose: also what was looked for and not found, each with its numbers.
    """
    from rich.console import Group

    who = f" of {plural(report.n_patients, 'patient')}" if report.n_patients else ""
    parts: list[RenderableType] = [
        text(f"Audit: {plural(report.n_cases, 'case')}{who}", "bold"),
        text(verdict_of(report)),
    ]
    ordered = worst_first(report.findings)
    for family in FAMILIES:
        found = [one for one in ordered if one.family == family]
        if found:
            parts += [text(""), text(TITLES[family], "bold"), findings_table(found)]
    silent = [one for one in report.not_applicable if one.kind == "cannot judge"]
    if silent:
        parts += [text(""), text("Cannot be judged", "bold"), silent_table(silent)]
    if verbose:
        parts += [text(""), text("Looked for and not found", "bold"), *passed_lines(report)]
    others = len(report.not_applicable) - len(silent)
    codes = len({one.code for one in report.passed})
    further = "" if verbose else "; -v tells of all"
    parts += [
        text(""),
        text(f"{plural(codes, 'check')} found nothing, {others} do not apply or were left "
             f"out{further}.", "dim"),
    ]  # fmt: skip
    parts += [text(f"! {warning}", "yellow") for warning in report.warnings]
    return Group(*parts)


def grid() -> "Table":
    """Begin a table of a sign and what it means."""
    from rich.table import Table

    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, width=7)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def findings_table(findings: Sequence[Finding]) -> "Table":
    """Return findings with one sentence and one action each."""
    table = grid()
    for one, others in folded(findings):
        about = f"{one.label}: " if one.label else ""
        table.add_row(
            text(one.severity, STYLES[one.severity]), text(one.code), text(f"{about}{one.message}")
        )
        if one.accepted is not None:
            table.add_row("", "", text(f"accepted: {one.accepted}", "dim"))
            continue
        if others:
            names = ", ".join(other.label for other in others)
            table.add_row("", "", text(f"likewise {len(others)} more: {names}", "dim"))
        table.add_row("", "", text(f"-> {one.action}", "dim"))
    return table


def folded(findings: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Put findings of one check and severity that only differ in their label behind the first."""
    groups: dict[tuple[str, str, str, bool], list[Finding]] = {}
    for one in findings:
        key = (one.code, one.severity, one.claim, one.accepted is not None)
        groups.setdefault(key, []).append(one)
    told: list[tuple[Finding, list[Finding]]] = []
    for group in groups.values():
        if len(group) > MOST_ALIKE:
            told.append((group[0], group[1:]))
        else:
            told += [(one, []) for one in group]
    return told


def silent_table(silent: Sequence[NotApplicable]) -> "Table":
    """Return checks that may have missed something, and why."""
    table = grid()
    for one in silent:
        table.add_row(text("?", "dim"), text(one.code), text(f"{one.title}: {one.why}", "dim"))
    return table


def passed_lines(report: AuditReport) -> "list[RenderableType]":
    """Return what was looked for and not found, and what does not apply."""
    table = grid()
    for one in report.passed:
        about = f"{one.label}: " if one.label else ""
        table.add_row(text("ok", "green"), text(one.code), text(f"{about}{one.message}"))
    for other in report.not_applicable:
        if other.kind != "cannot judge":
            why = f"{other.title}: {other.why}"
            table.add_row(text("-", "dim"), text(other.code), text(why, "dim"))
    return [table]
