"""Findings with their evidence, as a page draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from radzoo.core.finding import FAMILIES, Evidence, Finding, Value
from radzoo.render import words
from radzoo.render.audit import TITLES, worst_first
from radzoo.render.html.plot import Scale

MOST_ROWS = 60
MOST_NAMED = 40
AREAS = ("auroc", "prevalence")


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as the page shows it.

    Attributes:
        facts: numbers by name, written.
        heading, rows: its table, written.
        forest: rows that have an interval, to be drawn on a common axis from 0 to 1.
        cells: of the heat map: column, row and opacity.
        side: fields of the heat map in a row.
    """

    finding: Finding
    facts: list[tuple[str, str]]
    heading: list[str]
    rows: list[list[str]]
    forest: list["Whisker"]
    cells: list[tuple[int, int, float]]
    side: int


@dataclass(frozen=True, slots=True)
class Whisker:
    """A value with its interval on an axis from 0 to 100."""

    name: str
    at: float
    low: float
    high: float
    told: str


def find_families(findings: Sequence[Finding]) -> list[tuple[str, list[Shown]]]:
    """Return findings by family, worst first."""
    ordered = worst_first(findings)
    families = [
        (TITLES[family], [show_finding(one) for one in ordered if one.family == family])
        for family in FAMILIES
    ]
    return [(name, shown) for name, shown in families if shown]


def show_finding(finding: Finding) -> Shown:
    """Write the evidence of a finding."""
    evidence = finding.evidence
    heading = list(evidence.rows[0]) if evidence.rows else []
    return Shown(
        finding=finding,
        facts=write_facts(evidence),
        heading=[word.replace("_", " ") for word in heading],
        rows=[[write(row.get(name)) for name in heading] for row in evidence.rows[:MOST_ROWS]],
        forest=draw_forest(evidence.rows),
        cells=draw_cells(evidence.picture),
        side=len(evidence.picture),
    )


def write_facts(evidence: Evidence) -> list[tuple[str, str]]:
    """Return the numbers of a finding with their names."""
    facts = [("cases", f"{evidence.n:,}")]
    if evidence.n_patients is not None:
        facts.append(("patients", f"{evidence.n_patients:,}"))
    if evidence.estimate is not None:
        told = write(evidence.estimate)
        if evidence.low is not None and evidence.high is not None:
            level = f"{100 * (evidence.level or 0.95):g} %"
            told += f" ({level}: {write(evidence.low)} to {write(evidence.high)})"
        facts.append((evidence.measure or "estimate", told))
    if evidence.p_adjusted is not None:
        facts.append(("p, adjusted for all tests", write_p(evidence.p_adjusted)))
    facts += [(name.replace("_", " "), write(value)) for name, value in evidence.facts.items()]
    return facts


def write(value: Value) -> str:
    """Write a value as a reader wants it."""
    if value is None:
        return words.NONE
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() and abs(value) >= 2 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else words.visible(value)


def write_p(p: float) -> str:
    """Write a p-value."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def draw_forest(rows: Sequence[dict[str, Value]]) -> list[Whisker]:
    """Return rows that have an AUROC or a prevalence with its interval."""
    scale = Scale("", 0.0, 1.0)
    drawn: list[Whisker] = []
    for row in rows[:MOST_ROWS]:
        name = next((one for one in AREAS if isinstance(row.get(one), (int, float))), None)
        ends = [row.get(one) for one in ("low", "high")]
        if name is None or not all(isinstance(one, (int, float)) for one in ends):
            continue
        value, low, high = (float(row[one] or 0) for one in (name, "low", "high"))
        about = ", ".join(str(cell) for key, cell in row.items() if isinstance(cell, str))
        at, left, right = (100 * scale.place(one) for one in (value, low, high))
        told = f"{value:.2f} ({low:.2f} to {high:.2f})"
        drawn.append(Whisker(words.visible(about), at, left, right, told))
    return drawn if len(drawn) > 1 else []


def draw_cells(picture: Sequence[Sequence[float]]) -> list[tuple[int, int, float]]:
    """Return the fields of a heat map that are to be seen: column, row, opacity."""
    return [
        (column, row, round(min(1.0, value), 2))
        for row, line in enumerate(picture)
        for column, value in enumerate(line)
        if value >= 0.02
    ]
