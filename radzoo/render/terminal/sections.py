"""The parts of a report beside the metrics, for the terminal: each one table and its sentence."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from radzoo.core.report import EvalReport, MetricValue
from radzoo.core.report_parts import Agreement, Subgroup
from radzoo.render import words
from radzoo.render.terminal.tables import plain_table, text

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

MOST_ROWS = 12
GROUP_METRICS = (
    "auroc", "hand_till", "harrell_c", "mae", "sensitivity", "specificity", "accuracy",
    "calibration_in_the_large",
)  # fmt: skip


def list_sections(report: EvalReport, *, whole: bool) -> "Iterator[Table | Text]":
    """Give the parts that the report has, in the order in which they are read.

    Args:
        report: what to show.
        whole: also what is said of each of several labels without being asked for.
    """
    for build in (
        show_confusion, show_agreement, show_survival, show_masks, show_recalibrated,
        *([show_tests] if whole else []), show_prevalences, show_decisions,
        *([show_selective] if whole else []), show_conformal, show_subgroups, show_gaps,
        *([show_sample_sizes] if whole else []),
    ):  # fmt: skip
        yield from build(report)


def show_gates(report: EvalReport) -> "Iterator[Table | Text]":
    """Say of each gate whether it passed."""
    for gate in report.gates:
        seen = words.describe_gate(gate)
        style = "green" if gate.passed else "bold red"
        yield text(f"{'passed' if gate.passed else 'FAILED'}: {gate.expr} ({seen})", style)


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
    """Show bias and limits of agreement."""
    for one in report.agreement:
        table = plain_table(
            f"{words.visible(one.label)}: predicted - true (Bland-Altman)", "", "value",
            words.level(report),
        )  # fmt: skip
        for name, value in name_limits(one):
            table.add_row(text(name), text(words.number(value.value)), text(words.interval(value)))
        yield table


def name_limits(agreement: Agreement) -> "list[tuple[str, MetricValue]]":
    """Name what a Bland-Altman analysis gives."""
    named = [
        ("Bias", agreement.bias),
        ("Lower limit", agreement.lower_limit),
        ("Upper limit", agreement.upper_limit),
    ]
    return [*named, ("Slope on the mean", agreement.slope)] if agreement.slope else named


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


def prefix_of(report: EvalReport, label: str) -> str:
    """Name the label that a sentence is about, where there are several."""
    return f"{words.visible(label)}: " if len(report.labels) > 1 else ""
