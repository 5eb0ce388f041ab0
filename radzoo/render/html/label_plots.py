"""Plots of one label: ROC, precision-recall, scores by class, reliability."""

from collections.abc import Sequence

from radzoo.core.report import OperatingPoint
from radzoo.core.report_calibration import Calibration, ReliabilityBin
from radzoo.core.report_parts import ScoreDistribution
from radzoo.core.report_values import Curve
from radzoo.render import words
from radzoo.render.html.plot import Plot, Scale, look
from radzoo.render.html.thresholds import count_classes

WHOLE = (0.0, 1.0)
LOW_PLOT = 34.0


def draw_roc(at: str, curve: Curve, point: OperatingPoint | None, auroc: str) -> Plot:
    """Draw the ROC curve, with the threshold used as a circle."""
    name = words.visible(curve.label)
    plot = Plot(
        id=f"{at}-roc",
        alt=f"ROC curve of {name}: AUROC {auroc}. It runs from (0, 0) to (1, 1); the diagonal is "
        "chance.",
        caption="ROC curve; the diagonal is chance, the circle the threshold."
        if point
        else "ROC curve; the diagonal is chance.",
        x=Scale("1 - specificity"),
        y=Scale("sensitivity"),
        marker=place_on_roc(point) if point else None,
    )
    return plot.line(WHOLE, WHOLE, "chance").line(curve.x, curve.y, "line-1")


def place_on_roc(point: OperatingPoint) -> tuple[float, float] | None:
    """Return where a threshold lies in the frame of a ROC curve; None with one class only."""
    diseased, healthy = count_classes(point)
    if not diseased or not healthy:
        return None
    return (
        round(100 * point.false_positive / healthy, 2),
        round(100 - 100 * point.true_positive / diseased, 2),
    )


def draw_pr(
    at: str, curve: Curve, point: OperatingPoint | None, share: float | None, precision: str
) -> Plot:
    """Draw precision over recall; the dashed line is what calling everybody gives.

    Args:
        at: what its id begins with.
        curve: its points.
        point: the threshold used, if there is one.
        share: of the cases that have the finding; None if it is not known.
        precision: the average precision, written.
    """
    name = words.visible(curve.label)
    line = "; the dashed line is the prevalence, which chance gives." if share else "."
    plot = Plot(
        id=f"{at}-pr",
        alt=f"Precision-recall curve of {name}: average precision {precision}"
        + (". The dashed line is the prevalence." if share else "."),
        caption=f"Precision over recall{line}",
        x=Scale("sensitivity (recall)"),
        y=Scale("PPV (precision)"),
        marker=place_on_pr(point) if point else None,
    )
    if share:
        plot = plot.line(WHOLE, (share, share), "chance")
    return plot.line(curve.x, curve.y, "line-1")


def place_on_pr(point: OperatingPoint) -> tuple[float, float] | None:
    """Return where a threshold lies; None if nobody is diseased or called positive."""
    called = point.true_positive + point.false_positive
    diseased, _ = count_classes(point)
    if not called or not diseased:
        return None
    return (
        round(100 * point.true_positive / diseased, 2),
        round(100 - 100 * point.true_positive / called, 2),
    )


def draw_scores(at: str, found: ScoreDistribution, threshold: float | None) -> Plot:
    """Draw the share of each class that scores so high: diseased upward, healthy downward."""
    up, down = shares(found.positives), shares(found.negatives)
    most = max([*up, *down, 1e-9])
    scale = Scale("score", found.edges[0], found.edges[-1])
    plot = Plot(
        id=f"{at}-scores",
        alt=f"Scores of {words.visible(found.label)}: {sum(found.positives)} diseased cases above "
        f"the line, {sum(found.negatives)} healthy ones below it, in {len(up)} bins.",
        caption="Scores by class: share of the diseased upward, of the healthy downward. The "
        "upright is the threshold used.",
        x=scale,
        y=Scale("share of the class", -most, most, percent=True, mirrored=True),
        legend=(("bar-2", "diseased"), ("bar-1", "healthy")),
        upright=None if threshold is None else round(100 * scale.place(threshold), 2),
    )
    for n, (left, right) in enumerate(zip(found.edges, found.edges[1:], strict=False)):
        where = f"{left:.3g} to {right:.3g}"
        for top, foot, count, word, style in (
            (up[n], 0.0, found.positives[n], "diseased", "bar-2"),
            (0.0, -down[n], found.negatives[n], "healthy", "bar-1"),
        ):
            if count:
                plot = plot.bar(left, right, top, foot, look(f"{where}: {count} {word}", style))
    return plot


def shares(counts: Sequence[int]) -> list[float]:
    """Return counts as fractions of their sum."""
    return [count / max(sum(counts), 1) for count in counts]


def draw_reliability(at: str, calibration: Calibration) -> Plot:
    """Draw the observed fraction over the predicted probability: bins, smooth curve, band."""
    name = words.visible(calibration.label)
    bins = len(calibration.bins)
    smooth = bool(calibration.curve_x)
    band = bool(calibration.curve_low and calibration.curve_high)
    said = f", a smooth curve ({calibration.smoother or 'smoothed'})" if smooth else ""
    plot = Plot(
        id=f"{at}-reliability",
        alt=f"Reliability of {name}: observed fraction against predicted probability in {bins} bins"
        f" of equal count{said}. On the diagonal the two agree.",
        caption=f"Reliability: {bins} bins of equal count{said}{' with its band' if band else ''}. "
        "Below the diagonal the probabilities are too high.",
        x=Scale("predicted probability"),
        y=Scale("observed fraction"),
    ).line(WHOLE, WHOLE, "chance")
    if band:
        x, low, high = calibration.curve_x, calibration.curve_low, calibration.curve_high
        plot = plot.band(x, low, high, "band-1")
    if smooth:
        plot = plot.line(calibration.curve_x, calibration.curve_y, "line-1")
    return add_bins(plot, calibration.bins, "dot")


def add_bins(plot: Plot, bins: Sequence[ReliabilityBin], style: str) -> Plot:
    """Return the plot with one circle per bin, whose area grows with its cases."""
    largest = max((one.n for one in bins), default=1)
    for one in bins:
        title = f"{one.n} cases: predicted {one.mean_score:.3f}, observed {one.observed:.3f}"
        radius = round(0.8 + 1.4 * (one.n / largest) ** 0.5, 2)
        plot = plot.dot(one.mean_score, one.observed, radius, title, style)
    return plot


def draw_histogram(at: str, found: ScoreDistribution) -> Plot | None:
    """Draw how many cases have which predicted probability, below the reliability curve."""
    if found.edges[0] < 0 or found.edges[-1] > 1:
        return None
    counts = [sum(pair) for pair in zip(found.positives, found.negatives, strict=True)]
    plot = Plot(
        id=f"{at}-histogram",
        alt=f"Histogram of the predicted probabilities of {words.visible(found.label)}: "
        f"{sum(counts)} cases in {len(counts)} bins.",
        caption="How many cases have which probability.",
        x=Scale("predicted probability"),
        y=Scale("cases", 0.0, float(max([*counts, 1]))),
        height=LOW_PLOT,
    )
    for left, right, count in zip(found.edges, found.edges[1:], counts, strict=False):
        if count:
            title = f"{left:.3g} to {right:.3g}: {count} cases"
            plot = plot.bar(left, right, count, 0.0, look(title, "bar-1"))
    return plot


def draw_recalibrated(at: str, calibration: Calibration) -> Plot | None:
    """Draw the bins before and after recalibration; None if there was none."""
    after = calibration.recalibrated
    if after is None or not after.bins:
        return None
    plot = Plot(
        id=f"{at}-recalibrated",
        alt=f"Reliability of {words.visible(calibration.label)} before and after recalibration by "
        f"{words.visible(after.method)}, in bins of equal count.",
        caption=f"Before and after {words.visible(after.method)}, fitted on {after.n:,} others.",
        x=Scale("predicted probability"),
        y=Scale("observed fraction"),
    ).line(WHOLE, WHOLE, "chance")
    for style, name, bins in (
        ("line-1", "before", calibration.bins),
        ("line-2", "after", after.bins),
    ):
        plot = plot.line([b.mean_score for b in bins], [b.observed for b in bins], style, name)
    return add_bins(add_bins(plot, calibration.bins, "dot"), after.bins, "dot dot-2")
