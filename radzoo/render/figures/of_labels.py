"""Figures of one label: ROC, precision-recall, reliability, scores, decision curve."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from radzoo.core.report import Curve, EvalReport
from radzoo.core.report_calibration import Calibration
from radzoo.core.report_parts import DecisionPoint, ScoreDistribution
from radzoo.render import words
from radzoo.render.figures.style import COLOURS, LINES, start

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_rocs(report: EvalReport) -> "Figure":
    """Draw the ROC curves of all labels, each with its AUROC in the legend."""
    figure, axes = start()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=0.8, zorder=0)
    for at, curve in enumerate(report.roc):
        draw_curve(axes, at, curve, describe(report, curve.label, "auroc", "AUROC"))
    for point in report.operating_points:
        diseased = point.true_positive + point.false_negative
        healthy = point.true_negative + point.false_positive
        if diseased and healthy:
            axes.plot(
                point.false_positive / healthy, point.true_positive / diseased, "o", color="black",
                markersize=4,
            )  # fmt: skip
    frame(axes, "1 - specificity", "sensitivity")
    axes.legend(loc="lower right")
    return figure


def draw_prs(report: EvalReport) -> "Figure":
    """Draw precision over recall of all labels; the dotted line is the prevalence."""
    figure, axes = start()
    for at, curve in enumerate(report.pr):
        draw_curve(axes, at, curve, describe(report, curve.label, "average_precision", "AP"))
        share = words.share_of_diseased(report, curve.label)
        if share is not None:
            axes.axhline(share, color=COLOURS[at % len(COLOURS)], linestyle=":", linewidth=0.8)
    frame(axes, "sensitivity (recall)", "positive predictive value (precision)")
    axes.legend(loc="best")
    return figure


def draw_curve(axes: "Axes", at: int, curve: Curve, name: str) -> None:
    """Draw one curve in a colour and a line style of its own."""
    axes.plot(
        curve.x, curve.y, color=COLOURS[at % len(COLOURS)], linestyle=LINES[at % len(LINES)],
        label=name,
    )  # fmt: skip


def draw_reliability(calibration: Calibration, spread: ScoreDistribution | None) -> "Figure":
    """Draw observed over predicted, the smooth curve with its band, and where the scores lie."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.5, 4.3), layout="constrained")
    axes, below = figure.subplots(2, 1, height_ratios=[4, 1], sharex=True)
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=0.8, zorder=0)
    if calibration.curve_x:
        axes.plot(calibration.curve_x, calibration.curve_y, color=COLOURS[0], label="smooth")
        if calibration.curve_low:
            axes.fill_between(
                calibration.curve_x, calibration.curve_low, calibration.curve_high,
                color=COLOURS[0], alpha=0.15, linewidth=0,
            )  # fmt: skip
    axes.plot(
        [one.mean_score for one in calibration.bins], [one.observed for one in calibration.bins],
        "o", color="black", markersize=3, label=f"{len(calibration.bins)} bins of equal count",
    )  # fmt: skip
    if calibration.recalibrated is not None:
        after = calibration.recalibrated
        axes.plot(
            [one.mean_score for one in after.bins], [one.observed for one in after.bins],
            "^", color=COLOURS[1], markersize=3, label=f"after {after.method}",
        )  # fmt: skip
    frame(axes, "", "observed fraction")
    axes.legend(loc="upper left")
    if spread is not None:
        both = [sum(pair) for pair in zip(spread.positives, spread.negatives, strict=True)]
        below.stairs(both, spread.edges, fill=True, color="0.6")
    below.set(xlabel="predicted probability", ylabel="cases")
    return figure


def draw_scores(spread: ScoreDistribution) -> "Figure":
    """Draw how the scores of both classes are spread, as shares of their class."""
    figure, axes = start(height=2.6)
    for at, (name, counts) in enumerate(
        (("negative", spread.negatives), ("positive", spread.positives))
    ):
        total = sum(counts) or 1
        axes.stairs(
            [count / total for count in counts], spread.edges, fill=True, alpha=0.45,
            color=COLOURS[at], label=f"{name} (n = {sum(counts)})",
        )  # fmt: skip
    axes.set(xlabel="score", ylabel="share of the class")
    axes.legend(loc="best")
    return figure


def draw_decision_curve(points: Sequence[DecisionPoint]) -> "Figure":
    """Draw net benefit of the score, of acting on all and on none."""
    figure, axes = start(height=2.8)
    points = [one for one in points if one.net_benefit is not None and one.treat_all is not None]
    at = [one.threshold for one in points]
    model = [one.net_benefit or 0.0 for one in points]
    axes.plot(at, model, color=COLOURS[0], label="by the score")
    if all(one.low is not None for one in points):
        axes.fill_between(
            at, [one.low or 0.0 for one in points], [one.high or 0.0 for one in points],
            color=COLOURS[0], alpha=0.15, linewidth=0,
        )  # fmt: skip
    axes.plot(
        at,
        [one.treat_all or 0.0 for one in points],
        color=COLOURS[1],
        linestyle="--",
        label="on all",
    )
    axes.axhline(0, color="black", linewidth=0.8, label="on none")
    highest = max(model, default=0.1)
    axes.set(xlabel="threshold probability", ylabel="net benefit")
    axes.set_ylim(min(-0.05 * highest, -0.01), max(1.25 * highest, 0.05))
    axes.legend(loc="best", title="acting")
    return figure


def frame(axes: "Axes", x: str, y: str) -> None:
    """Make the axes a square from 0 to 1."""
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), xlabel=x, ylabel=y)
    axes.set_aspect("equal")


def describe(report: EvalReport, label: str, metric: str, title: str) -> str:
    """Write a legend: the label, and its metric with the interval."""
    found = next((one for one in report.metrics if (one.name, one.label) == (metric, label)), None)
    if found is None or found.value is None:
        return words.visible(label)
    interval = f" ({words.interval(found)})" if found.low is not None else ""
    return f"{words.visible(label)}: {title} {words.number(found.value)}{interval}"
