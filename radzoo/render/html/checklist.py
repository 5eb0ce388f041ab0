"""Which items of TRIPOD+AI and CLAIM a report fills, and what the author must still write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from radzoo.core.report import EvalReport
from radzoo.render.html.checklists import Item, load_checklists

# Part of the report -> its place on the page, its name, and whether the report has it.
Place = tuple[str, str, Callable[[EvalReport], bool]]
PLACES: Mapping[str, Place] = {
    "cohort": ("cohort", "Cohort", lambda report: True),
    "metrics": ("metrics", "Metrics", lambda report: bool(report.metrics)),
    "warnings": ("warnings", "Warnings", lambda report: bool(report.warnings)),
    "thresholds": ("metrics", "Threshold", lambda report: bool(report.operating_points)),
    "intervals": ("intervals", "Intervals", lambda report: any(v.method for v in report.metrics)),
    "subgroups": ("metrics", "Subgroups", lambda report: bool(report.subgroups)),
    "sample-size": ("metrics", "Sample size", lambda report: bool(report.sample_size)),
    "recalibration": (
        "metrics",
        "Recalibration",
        lambda report: any(one.recalibrated for one in report.calibration.values()),
    ),
    "provenance": ("provenance", "Provenance", lambda report: True),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a report says to one item.

    Attributes:
        filled: `yes`: the report says it; `partly`: the author must add to it; `no`: the author
            must write it.
        where: place on the page and name of the parts that say it.
        write: what the author must still write; empty if nothing.
    """

    item: Item
    filled: Literal["yes", "partly", "no"]
    where: list[tuple[str, str]]

    @property
    def write(self) -> str:
        """What the author must still write; empty if nothing."""
        return "" if self.filled == "yes" else self.item.write


def checklist(
    report: EvalReport, *, further: frozenset[str] = frozenset()
) -> dict[str, list[Answer]]:
    """Return the answer to every item, by the name of the checklist.

    Args:
        report: what is there to answer with.
        further: parts beside the report: `gallery`, `settings`.
    """
    return {
        name: [answer(item, report, further) for item in items]
        for name, items in load_checklists().items()
    }


def answer(item: Item, report: EvalReport, further: frozenset[str]) -> Answer:
    """Return what a report says to one item."""
    where = [
        PLACES[part][:2] for part in item.parts if part in PLACES and PLACES[part][2](report)
    ] + [(part, part.capitalize()) for part in item.parts if part in further]
    if not where:
        return Answer(item, "no", [])
    return Answer(item, "partly" if item.write else "yes", where)
