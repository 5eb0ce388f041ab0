"""An audit as text: by family, worst first, one sentence and one action each."""

from typing import TYPE_CHECKING

from radzoo.core.finding import FAMILIES, SEVERITIES, AuditReport, Finding

if TYPE_CHECKING:
    from rich.console import Group


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Sort findings by family and severity; accepted ones last in their family."""
    return sorted(
        findings,
        key=lambda one: (
            FAMILIES.index(one.family), one.accepted is not None,
            -SEVERITIES.index(one.severity), one.code, one.label,
        ),
    )  # fmt: skip


def render_audit(report: AuditReport) -> "Group":
    """Return what a terminal shows."""
    from rich.console import Group
    from rich.text import Text

    lines = [
        Text(f"{one.severity:8}{one.code} {one.message}\n        {one.action}")
        for one in worst_first(report.findings)
    ]
    return Group(*lines)
