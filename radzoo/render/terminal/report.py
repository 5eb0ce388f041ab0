"""A report for the terminal: tables that are read at a glance, warnings as sentences."""

from typing import TYPE_CHECKING

from radzoo.core.report import EvalReport, MetricValue
from radzoo.render import words
from radzoo.render.terminal.sections import list_sections, show_gates
from radzoo.render.terminal.sketch import Sketch
from radzoo.render.terminal.tables import metrics_table, overview_table, shown_metrics, text

if TYPE_CHECKING:
    from rich.columns import Columns
    from rich.console import Group, RenderableType
    from rich.text import Text

# With more labels an overview comes first and each label's own table only on request.
MOST_WHOLE_LABELS = 1


def render_report(report: EvalReport, *, verbose: bool = False) -> "Group":
    """Return gates, the tables of all labels, further parts, warnings, what the intervals are.

    Args:
        report: what to show.
        verbose: the table of each label even where there are several.
    """
    from rich.console import Group

    heading = text(f"{report.task.capitalize()}: {words.cohort(report)}", "bold")
    parts: list[RenderableType] = [heading, *show_gates(report)]
    labels = list(dict.fromkeys(value.label for value in report.metrics))
    whole = verbose or len(labels) <= MOST_WHOLE_LABELS
    if report.confusion is not None and not whole:
        # What is said of all classes together is what is asked first.
        parts += [part for label in labels[:1] for part in _label(report, label, whole=verbose)]
    if len(labels) > MOST_WHOLE_LABELS:
        parts += [text(""), overview_table(report)]
    if whole:
        for label in labels:
            parts += _label(report, label, whole=verbose)
    else:
        parts.append(text("Each label's own table: -v; all numbers: --json or --report.", "dim"))
        parts += [text(line) for line in _points(report)]
    for section in list_sections(report, whole=whole):
        parts += [text(""), section] if not _is_text(section) else [section]
    together = labels[:1] if report.confusion is not None else []
    shown = [
        value
        for label in (labels if whole else together)
        for value in shown_metrics(report, label, whole=verbose)
    ]
    parts += _notes(report, shown)
    parts += _warnings(report)
    parts += _traps(report)
    parts += _legend(shown)
    return Group(*parts)


def _is_text(part: object) -> bool:
    from rich.text import Text

    return isinstance(part, Text)


def _label(report: EvalReport, label: str, *, whole: bool) -> "list[RenderableType]":
    """Return the table of one label, its curves and what happens at its threshold."""
    sketches = draw_sketches(report, label)
    parts: list[RenderableType] = [text(""), metrics_table(report, label, whole=whole)]
    left_out = len(words.of_label(report.metrics, label)) - len(
        shown_metrics(report, label, whole=whole)
    )
    if left_out:
        parts.append(text(f"{left_out} more: -v, --json, --format csv or --report.", "dim"))
    if any(one.label == label for one in report.operating_points):
        parts.append(_confusion(report, label))
    if sketches is not None:
        parts += [text(""), sketches]
    return parts


def draw_sketches(report: EvalReport, label: str) -> "Columns | None":
    """Return the ROC and the reliability curve of a label side by side; None without either."""
    from rich.columns import Columns

    sketches: list[RenderableType] = []
    roc = next((one for one in report.roc if one.label == label), None)
    if roc is not None and len(roc.x) > 1:
        point = next((one for one in report.operating_points if one.label == label), None)
        marks = []
        if point is not None:
            diseased = point.true_positive + point.false_negative
            healthy = point.true_negative + point.false_positive
            if diseased and healthy:
                place = (point.false_positive / healthy, point.true_positive / diseased)
                marks = [(place, "o")]
        sketches.append(
            Sketch(
                "ROC (o = threshold)" if marks else "ROC",
                "1 - specificity",
                "sensitivity",
                lines=[list(zip(roc.x, roc.y, strict=True))],
                marks=marks,
            )
        )
    calibration = report.calibration.get(label)
    if calibration is not None and calibration.bins:
        bins = [((one.mean_score, one.observed), "o") for one in calibration.bins]
        curve = list(zip(calibration.curve_x, calibration.curve_y, strict=True))
        sketches.append(
            Sketch(
                "Reliability (o = bins)",
                "predicted",
                "observed",
                lines=[curve] if curve else [],
                marks=bins,
            )
        )
    return Columns(sketches, padding=(0, 4)) if sketches else None


def _points(report: EvalReport) -> "list[str]":
    """Return the rules of the thresholds, where they are all alike; else nothing."""
    kinds = {(one.rule, one.chosen_on) for one in report.operating_points}
    if len(kinds) != 1:
        return []
    ((rule, chosen_on),) = kinds
    return [f"Calls at the threshold {rule}, {words.CHOSEN_ON[chosen_on]}."]


def _confusion(report: EvalReport, label: str) -> "Text":
    """Return the counts at the threshold as two lines of prose."""
    point = next(one for one in report.operating_points if one.label == label)
    diseased = point.true_positive + point.false_negative
    healthy = point.true_negative + point.false_positive
    return text(
        f"At {words.describe_point(point)}:\n"
        f"{point.true_positive} of {diseased} positive cases found, {point.false_negative} missed; "
        f"{point.false_positive} of {healthy} negative cases flagged."
    )


def _notes(report: EvalReport, shown: "list[MetricValue]") -> "list[Text]":
    """Return what stands behind the asterisks, once each."""
    lines = [f"* {words.visible(note)}" for note in words.notes_of(shown, len(report.labels) > 1)]
    return [text(""), *[text(line) for line in lines]] if lines else []


def _warnings(report: EvalReport) -> "list[Text]":
    lines = [text(f"! {words.visible(warning)}", "yellow") for warning in report.warnings]
    return [text(""), *lines] if lines else []


def _traps(report: EvalReport) -> "list[Text]":
    """Name the checks that found a trap; what it is mostly stands among the warnings."""
    if not report.findings:
        return []
    codes = dict.fromkeys(f"{one.code} {one.title} ({one.severity})" for one in report.findings)
    return [text(f"! trap {code}", "yellow") for code in codes]


def _legend(shown: "list[MetricValue]") -> "list[Text]":
    lines = [
        text(f"{name}: {meaning}", "dim")
        for name, meaning in words.methods_of(shown).items()
        if meaning
    ]
    return [text(""), *lines] if lines else []
