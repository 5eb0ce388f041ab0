"""Parts for the terminal on what a score is worth, and for whom: decisions, deferral, groups."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from radzoo.core.report import EvalReport
from radzoo.core.report_parts import Subgroup
from radzoo.render import words
from radzoo.render.terminal.tables import plain_table, prefix_of, text

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


MOST_ROWS = 12
GROUP_METRICS = (
    "auroc", "hand_till", "harrell_c", "mae", "sensitivity", "specificity", "accuracy",
    "calibration_in_the_large",
)  # fmt: skip


def show_prevalences(report: EvalReport) -> "Iterator[Table | Text]":
    """Show predictive values at other prevalences."""
    if not report.prevalence:
        return
    table = plain_table(
        "Predictive values at other prevalences", "", "prevalence", "PPV", words.level(report),
        "NPV", words.level(report),
    )  # fmt: skip
    for one in report.prevalence:
        table.add_row(
            text(words.visible(one.label)),
            text(f"{one.prevalence:g}"),
            text(words.number(one.ppv.value)),
            text(words.interval(one.ppv)),
            text(words.number(one.npv.value)),
            text(words.interval(one.npv)),
        )
    yield table


def show_decisions(report: EvalReport) -> "Iterator[Table | Text]":
    """Show net benefit at the thresholds asked for."""
    for label in dict.fromkeys(one.label for one in report.decision_curve):
        table = plain_table(
            f"{words.visible(label)}: net benefit of acting", "threshold", "by the score",
            words.level(report), "on all", "avoided/100",
        )  # fmt: skip
        points = [one for one in report.decision_curve if one.label == label]
        for one in points:
            useful = (one.advantage_low or 0) > 0
            interval = (
                words.NONE
                if one.low is None
                else f"{words.number(one.low)} to {words.number(one.high)}"
            )
            table.add_row(
                text(f"{one.threshold:g}"),
                text(words.number(one.net_benefit), "bold" if useful else ""),
                text(interval),
                text(words.number(one.treat_all)),
                text(words.number(one.interventions_avoided, 1)),
            )
        yield table
        better = [f"{one.threshold:g}" for one in points if (one.advantage_low or 0) > 0]
        yield text(
            f"Better than acting on all and on none, beyond chance, at: {', '.join(better)}."
            if better
            else "Nowhere better than acting on all or on none, beyond chance."
            if any(one.low is not None for one in points)
            else "Without intervals: what chance alone would give is not known."
        )


def show_selective(report: EvalReport) -> "Iterator[Table | Text]":
    """Say how errors fall where the least certain cases are left to a human."""
    for one in report.selective:
        values = {value.name: value for value in one.metrics}
        told = [
            f"{words.percent_of(values[name].value)} at {share} % kept"
            for name, share in (("risk_at_coverage_90", 90), ("risk_at_coverage_80", 80))
            if name in values and values[name].value is not None
        ]
        if told and one.risk:
            yield text(
                f"{words.visible(one.label)}: {words.percent_of(one.risk[-1])} of all calls are "
                f"wrong; leaving the least certain to a human: {', '.join(told)}."
            )


def show_conformal(report: EvalReport) -> "Iterator[Table | Text]":
    """Show how often conformal sets hold the true class, overall and class by class."""
    if not report.conformal:
        return
    table = plain_table(
        "Conformal sets, fitted on other cases", "", "wanted", "held", words.level(report),
        "mean size", "worst class",
    )  # fmt: skip
    for one in report.conformal:
        known = [each for each in one.classes if each.coverage is not None]
        worst = min(known, key=lambda each: each.coverage or 0.0, default=None)
        told = (
            words.NONE
            if worst is None
            else f"{words.visible(worst.name)} {words.number(worst.coverage)}"
        )
        interval = (
            words.NONE
            if one.low is None
            else f"{words.number(one.low)} to {words.number(one.high)}"
        )
        table.add_row(
            text(f"{words.visible(one.label)} ({one.score})"),
            text(f"{1 - one.alpha:g}"),
            text(words.number(one.coverage)),
            text(interval),
            text(words.number(one.mean_size, 2)),
            text(told),
        )
    yield table


def show_subgroups(report: EvalReport) -> "Iterator[Table | Text]":
    """Show the first metrics of each group."""
    for label in dict.fromkeys(one.label for one in report.subgroups):
        groups = [one for one in report.subgroups if one.label == label]
        known = {value.name for one in groups for value in one.metrics}
        names = [name for name in GROUP_METRICS if name in known][:3]
        if not names:
            continue
        titles = [words.short_title(name) for name in names]
        prefix = prefix_of(report, label)
        if not any(group.judged for group in groups):
            yield text(f"{prefix}no subgroup can be judged: too few cases.")
            continue
        table = plain_table(
            f"{prefix}Subgroups", "", "n", "pos", titles[0], words.level(report), *titles[1:]
        )
        for group in groups:
            table.add_row(*row_of_group(group, names))
        yield table
        for group in groups:
            if not group.judged and group.note:
                name = f"{group.by} = {group.group}"
                yield text(f"? {words.visible(name)}: {words.visible(group.note)}")


def row_of_group(group: Subgroup, names: list[str]) -> "list[Text]":
    """Return the cells of one group."""
    values = {value.name: value for value in group.metrics} if group.judged else {}
    first = values.get(names[0])
    style = "" if group.judged else "dim"
    return [
        text(words.visible(f"{group.by} = {group.group}") + ("" if group.judged else " ?"), style),
        text(str(group.n), style),
        text(words.NONE if group.n_positive is None else str(group.n_positive), style),
        text(words.number(first.value if first else None), "bold"),
        text(words.interval(first) if first else words.NONE),
        *[text(words.number(values[name].value if name in values else None)) for name in names[1:]],
    ]


def show_gaps(report: EvalReport) -> "Iterator[Table | Text]":
    """Show how far apart groups are; of several labels only gaps whose interval leaves out 0."""
    gaps = [one for one in report.subgroup_gaps if one.gap is not None]
    if len(report.labels) > 1:
        gaps = [one for one in gaps if one.low is not None and one.low > 0]
    if not gaps:
        return
    table = plain_table(
        "Gaps between groups", "", "worst", "best", "gap", words.level(report), "p (Holm)", left=3
    )
    several = len(report.labels) > 1
    for one in gaps:
        name = f"{one.by}: {words.short_title(one.metric)}"
        p = one.p if one.p_adjusted is None else one.p_adjusted
        interval = (
            words.NONE
            if one.low is None
            else f"{words.number(one.low)} to {words.number(one.high)}"
        )
        table.add_row(
            text(words.visible(f"{one.label}, {name}" if several else name)),
            text(words.visible(one.worst or words.NONE)),
            text(words.visible(one.best or words.NONE)),
            text(words.number(one.gap)),
            text(interval),
            text(words.NONE if p is None else words.p_value(p).removeprefix("= ")),
        )
    yield table


def show_sample_sizes(report: EvalReport) -> "Iterator[Table | Text]":
    """Say how many cases intervals of the wanted width take; one line for each metric."""
    for one in report.sample_size[:MOST_ROWS]:
        if one.half_width is None or one.n_needed is None:
            continue
        yield text(
            f"{prefix_of(report, one.label)}{words.title_of(one.metric)} is known to "
            f"-+ {words.number(one.half_width)}; "
            f"-+ {one.wanted_half_width:g} takes about {one.n_needed:,} such cases.",
            "dim",
        )


def show_beside(report: EvalReport) -> "Iterator[Table | Text]":
    """Show the model beside each other one, on the cases that both have."""
    if not report.beside:
        return
    several = len({one.label for one in report.beside}) > 1
    metric = words.title_of(report.beside[0].metric)
    table = plain_table(
        f"Beside other models: {metric} on shared cases", "", *(("label",) if several else ()),
        "theirs", "ours", "ours - theirs", words.level(report), "p adj",
    )  # fmt: skip
    for one in report.beside:
        bounds, p = words.NONE, one.p_adjusted
        if one.low is not None and one.high is not None:
            bounds = f"{words.number(one.low)} to {words.number(one.high)}"
        table.add_row(
            text(words.visible(one.b)), *((text(words.visible(one.label)),) if several else ()),
            text(words.number(one.value_b)), text(words.number(one.value_a)),
            text(words.number(one.difference)), text(bounds),
            text(words.NONE if p is None else words.p_value(p).removeprefix("= ")),
        )  # fmt: skip
    yield table


ALWAYS = (show_beside, show_prevalences, show_decisions, show_conformal, show_subgroups, show_gaps)
OF_EACH_LABEL = (show_selective, show_sample_sizes)
