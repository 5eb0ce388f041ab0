"""All that the page says of one label."""

from collections.abc import Sequence
from dataclasses import dataclass

from radzoo.core.report import EvalReport, MetricValue, OperatingPoint
from radzoo.core.report_calibration import Calibration
from radzoo.core.report_parts import (
    ConformalSets,
    DecisionPoint,
    PrevalencePoint,
    SampleSize,
    SelectivePrediction,
)
from radzoo.core.report_tasks import Agreement, SurvivalGroups
from radzoo.core.report_values import Curve
from radzoo.render import words
from radzoo.render.agreement_words import name_limits, sentence, title_of
from radzoo.render.html import label_plots, use_plots, value_plots
from radzoo.render.html.flow import labels_of, name_label
from radzoo.render.html.forest import Forest, find_forests
from radzoo.render.html.plot import Plot
from radzoo.render.html.thresholds import Slider, make_slider


@dataclass(frozen=True, slots=True)
class Survival:
    """Risk groups of a score, drawn."""

    found: SurvivalGroups
    curves: Plot | None
    at_risk: value_plots.AtRisk | None
    horizons: list[Plot]


@dataclass(frozen=True, slots=True)
class LabelSection:
    """All that the page says of one label.

    Attributes:
        at: what the ids of its parts begin with.
        over_all: is it about all labels together?
        slider: the threshold that can be moved; None without curves that carry thresholds.
        curves, reliability, use: plots, by the heading that they stand below.
        decisions: what each decision curve is of, and its points.
    """

    at: str
    name: str
    over_all: bool
    summary: str
    groups: dict[str, list[MetricValue]]
    point: OperatingPoint | None
    slider: Slider | None
    curves: list[Plot]
    calibration: Calibration | None
    reliability: list[Plot]
    recalibrated: Plot | None
    use: list[Plot]
    decisions: dict[str, list[DecisionPoint]]
    prevalence: list[PrevalencePoint]
    selective: SelectivePrediction | None
    conformal: list[ConformalSets]
    sample_size: list[SampleSize]
    forests: list[Forest]
    agreement: Agreement | None
    agreed: str
    limits: list[tuple[str, MetricValue]]
    bland_altman: Plot | None
    survival: list[Survival]


def describe_labels(report: EvalReport) -> list[LabelSection]:
    """Gather what the report says of each label that it says something of."""
    return [
        describe_label(report, label, f"label-{n}")
        for n, label in enumerate(labels_of(report), start=1)
        if words.of_label(report.metrics, label)
    ]


def describe_label(report: EvalReport, label: str, at: str) -> LabelSection:
    """Gather what the report says of one label."""
    values = words.of_label(report.metrics, label)
    groups: dict[str, list[MetricValue]] = {}
    for value in values:
        groups.setdefault(words.family_of(value.name, report.task), []).append(value)
    calibration = report.calibration.get(label)
    decisions = find_decisions(report, label)
    selective = next((one for one in report.selective if one.label == label), None)
    agreement = next((one for one in report.agreement if one.label == label), None)
    use = [
        *(
            use_plots.draw_decisions(
                f"{at}-{n}" if n else at, points, "" if name == label else name
            )
            for n, (name, points) in enumerate(decisions.items())
        ),
        use_plots.draw_selective(at, selective) if selective else None,
    ]
    return LabelSection(
        at=at,
        name=name_label(label),
        over_all=label not in report.labels,
        summary=summarise(report, label, values),
        groups=groups,
        point=point_of(report, label),
        slider=make_slider(report, label),
        curves=draw_curves(report, label, at),
        calibration=calibration,
        reliability=draw_calibration(report, calibration, at) if calibration else [],
        recalibrated=label_plots.draw_recalibrated(at, calibration) if calibration else None,
        use=[plot for plot in use if plot is not None],
        decisions=decisions,
        prevalence=[one for one in report.prevalence if one.label == label],
        selective=selective,
        conformal=[one for one in report.conformal if one.label == label],
        sample_size=[one for one in report.sample_size if one.label == label],
        forests=find_forests(report, label),
        agreement=agreement,
        agreed=sentence(title_of(agreement)) if agreement else "",
        limits=name_limits(agreement) if agreement else [],
        bland_altman=value_plots.draw_agreement(at, agreement) if agreement else None,
        survival=[
            draw_survival(f"{at}-{n}", one)
            for n, one in enumerate(report.survival)
            if one.label == label
        ],
    )


def find_decisions(report: EvalReport, label: str) -> dict[str, list[DecisionPoint]]:
    """Return the decision curves of a label: one, or of a time one for each horizon."""
    curves: dict[str, list[DecisionPoint]] = {}
    for point in report.decision_curve:
        of_a_time = bool(report.survival) and point.label.startswith(f"{label} by ")
        if point.label == label or of_a_time:
            curves.setdefault(point.label, []).append(point)
    return curves


def summarise(report: EvalReport, label: str, values: Sequence[MetricValue]) -> str:
    """Count the cases of a label for its heading."""
    if report.task == "survival":
        n, events = values[0].n, values[0].n_positive or 0
        return f"{name_label(label)}: {words.plural(n, 'case')}, {words.plural(events, 'event')}"
    return words.describe_label(report, label) or "All together"


def point_of(report: EvalReport, label: str) -> OperatingPoint | None:
    """Return the threshold that the label is judged at."""
    return next((point for point in report.operating_points if point.label == label), None)


def draw_curves(report: EvalReport, label: str, at: str) -> list[Plot]:
    """Draw ROC, precision-recall and the scores of both classes, as far as there are any."""
    point = point_of(report, label)
    written = {
        value.name: words.number(value.value) for value in words.of_label(report.metrics, label)
    }
    roc, pr = curve_of(report.roc, label), curve_of(report.pr, label)
    scores = next((one for one in report.distributions if one.label == label), None)
    threshold = point.threshold if point else None
    found = (
        label_plots.draw_roc(at, roc, point, written.get("auroc", words.NONE)) if roc else None,
        label_plots.draw_pr(
            at,
            pr,
            point,
            words.share_of_diseased(report, label),
            written.get("average_precision", words.NONE),
        )
        if pr
        else None,
        label_plots.draw_scores(at, scores, threshold) if scores else None,
    )
    return [plot for plot in found if plot is not None]


def draw_calibration(report: EvalReport, calibration: Calibration, at: str) -> list[Plot]:
    """Draw the reliability curve and the histogram below it."""
    scores = next((one for one in report.distributions if one.label == calibration.label), None)
    found = (
        label_plots.draw_reliability(at, calibration),
        label_plots.draw_histogram(at, scores) if scores else None,
    )
    return [plot for plot in found if plot is not None]


def draw_survival(at: str, found: SurvivalGroups) -> Survival:
    """Draw the curves of the risk groups and the calibration at each horizon."""
    plots = (value_plots.draw_horizon(f"{at}-{n}", one) for n, one in enumerate(found.calibration))
    return Survival(
        found,
        value_plots.draw_survival(at, found),
        value_plots.count_at_risk(found),
        [plot for plot in plots if plot is not None],
    )


def curve_of(curves: Sequence[Curve], label: str) -> Curve | None:
    """Return the curve of a label."""
    return next((curve for curve in curves if curve.label == label), None)
