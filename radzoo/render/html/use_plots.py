"""Plots of what follows for whoever acts: decision curve, selective prediction."""

from collections.abc import Sequence

from radzoo.core.report_parts import DecisionPoint, SelectivePrediction
from radzoo.render import words
from radzoo.render.html.plot import Plot, Scale, round_out


def draw_decisions(at: str, points: Sequence[DecisionPoint], of: str = "") -> Plot | None:
    """Draw the net benefit of acting on the model, on everybody and on nobody.

    Args:
        at: what the id begins with.
        points: of one curve.
        of: what they are of, where the heading above does not say it.
    """
    known = [point for point in points if point.net_benefit is not None]
    if len(known) < 2:
        return None
    thresholds = [point.threshold for point in known]
    benefit = [point.net_benefit or 0.0 for point in known]
    lows = [point.low for point in known if point.low is not None]
    highs = [point.high for point in known if point.high is not None]
    banded = len(lows) == len(highs) == len(known)
    # Acting on everybody soon falls far below nothing, where nobody needs to look.
    floor = -0.25 * max([*benefit, *highs, 0.01])
    heights = [*benefit, *highs, 0.0, floor]
    start = f"{words.visible(of)}: net benefit" if of else "Net benefit"
    plot = Plot(
        id=f"{at}-decisions",
        alt=f"Decision curve of {words.visible(known[0].label)}: net benefit against threshold "
        f"probability from {thresholds[0]:g} to {thresholds[-1]:g}, for the model, for acting on "
        "everybody, and for acting on nobody, which is 0.",
        caption=f"{start} in true positives per case. The model is worth using where its line "
        f"is the highest{'; the band is its interval' if banded else ''}.",
        x=Scale("threshold probability", thresholds[0], thresholds[-1]),
        y=round_out("net benefit", heights),
    )
    if banded:
        plot = plot.band(thresholds, lows, highs, "band-1")
    everybody = [(p.threshold, p.treat_all) for p in known if p.treat_all is not None]
    shown = [(x, y) for x, y in everybody if y >= plot.y.low]
    plot = plot.line([x for x, _ in shown], [y for _, y in shown], "line-2", "everybody")
    ends = (thresholds[0], thresholds[-1])
    plot = plot.line(ends, (0.0, 0.0), "line-3", "nobody")
    return plot.line(thresholds, benefit, "line-1", "model")


def draw_selective(at: str, found: SelectivePrediction) -> Plot | None:
    """Draw the errors among the cases that are kept over how many are kept."""
    if len(found.coverage) < 2:
        return None
    return Plot(
        id=f"{at}-selective",
        alt=f"Risk-coverage curve of {words.visible(found.label)}: share of errors among the kept "
        f"cases, {words.number(found.risk[-1])} where the curve ends at "
        f"{100 * found.coverage[-1]:.0f} % kept.",
        caption="Errors among the cases that are kept, the most certain first. A model that knows "
        "what it does not know rises to the right.",
        x=Scale("share of cases kept", percent=True),
        y=Scale("errors among them", 0.0, max([*found.risk, 0.01]) * 1.1, percent=True),
    ).line(found.coverage, found.risk, "line-1")
