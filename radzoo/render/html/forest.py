"""Subgroups as rows of a forest plot: value and interval of each group on a common axis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from radzoo.core.report import EvalReport, MetricValue
from radzoo.core.report_parts import Subgroup, SubgroupGap
from radzoo.render import words
from radzoo.render.html.headline import FIRST
from radzoo.render.html.plot import Scale


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One group.

    Attributes:
        value: None where nothing can be judged; `note` then says why.
        at, low, high: where it lies on the axis, 0 to 100; None without a value or an interval.
    """

    name: str
    n: int
    n_positive: int | None
    value: MetricValue | None
    note: str | None
    at: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Forest:
    """The groups of one column, in one metric.

    Attributes:
        whole: where all cases together lie on the axis.
        gaps: how far apart the groups are, in any metric.
        others: every group with all its metrics, for those who want to see them.
    """

    by: str
    metric: str
    rows: list[ForestRow]
    ticks: list[tuple[float, str]]
    whole: float | None
    gaps: list[SubgroupGap]
    others: list[Subgroup]


def find_forests(report: EvalReport, label: str) -> list[Forest]:
    """Return one forest per column of groups of a label."""
    groups = [group for group in report.subgroups if group.label == label]
    return [
        make_forest(report, label, by, [group for group in groups if group.by == by])
        for by in dict.fromkeys(group.by for group in groups)
    ]


def make_forest(report: EvalReport, label: str, by: str, groups: Sequence[Subgroup]) -> Forest:
    """Put the groups of a column on one axis, in the metric that the label is known by."""
    metric = choose_metric(groups)
    values = {group.group: pick(group.metrics, metric) for group in groups if group.judged}
    whole = pick(words.of_label(report.metrics, label), metric)
    axis = find_axis([*values.values(), whole])
    return Forest(
        by=words.visible(by),
        metric=words.title_of(metric) if metric else "",
        rows=[make_row(group, values.get(group.group), axis) for group in groups],
        ticks=[(round(100 * at, 2), text) for at, text in axis.ticks],
        whole=place(axis, whole.value if whole else None),
        gaps=[gap for gap in report.subgroup_gaps if (gap.by, gap.label) == (by, label)],
        others=[group for group in groups if len(group.metrics) > 1],
    )


def choose_metric(groups: Sequence[Subgroup]) -> str:
    """Return the metric that groups are compared in; empty if none has any."""
    names = dict.fromkeys(value.name for group in groups for value in group.metrics)
    return next((name for name in (*FIRST, *names) if name in names), "")


def pick(values: Iterable[MetricValue], name: str) -> MetricValue | None:
    """Return the metric of that name."""
    return next((value for value in values if value.name == name), None)


def find_axis(values: Iterable[MetricValue | None]) -> Scale:
    """Return an axis that holds every value and interval."""
    known = [
        end
        for value in values
        if value is not None
        for end in (value.value, value.low, value.high)
        if end is not None
    ]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = 0.04 * (high - low) or 0.1
    return Scale("", low - room, high + room)


def make_row(group: Subgroup, value: MetricValue | None, axis: Scale) -> ForestRow:
    """Place one group on the axis."""
    note = group.note or (value.note if value is not None else None)
    return ForestRow(
        name=words.visible(group.group) or "(blank)",
        n=group.n,
        n_positive=group.n_positive,
        value=value if group.judged else None,
        note=words.visible(note.removeprefix("cannot judge: ")) if note else None,
        at=place(axis, value.value if value else None),
        low=place(axis, value.low if value else None),
        high=place(axis, value.high if value else None),
    )


def place(axis: Scale, value: float | None) -> float | None:
    """Return where a value lies on the axis, 0 to 100."""
    return None if value is None else round(100 * axis.place(value), 2)
