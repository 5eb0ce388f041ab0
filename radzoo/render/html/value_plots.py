"""Plots of numbers and times: Bland-Altman, Kaplan-Meier, calibration at a horizon."""

from collections.abc import Sequence
from dataclasses import dataclass

from radzoo.core.report_tasks import Agreement, HorizonCalibration, SurvivalGroups
from radzoo.core.report_values import MetricValue
from radzoo.render import words
from radzoo.render.html.plot import Plot, Scale, round_out, steps

STYLES = 4
MOST_AT_RISK = 6


@dataclass(frozen=True, slots=True)
class AtRisk:
    """How many cases are still under observation, group by group, at some times."""

    times: list[str]
    groups: list[tuple[str, str, list[int | None]]]


def draw_agreement(at: str, found: Agreement) -> Plot | None:
    """Draw the difference of prediction and truth over the mean of both (Bland and Altman)."""
    if not found.means:
        return None
    limits = (found.lower_limit, found.bias, found.upper_limit)
    ends = [end for one in limits for end in (one.value, one.low, one.high) if end is not None]
    unit = f" ({found.unit})" if found.unit else ""
    plot = Plot(
        id=f"{at}-agreement",
        alt=f"Bland-Altman plot of {words.visible(found.label)}, {found.n} cases: bias "
        f"{brief(found.bias)}, limits of agreement {brief(found.lower_limit)} to "
        f"{brief(found.upper_limit)}.",
        caption="Predicted minus true over the mean of both. The full line is the bias, the dashed "
        f"ones hold 95 % of the differences; bands are intervals.{fewer(found)}",
        x=round_out(f"mean of predicted and true{unit}", found.means),
        y=round_out(f"predicted - true{unit}", [*found.differences, *ends]),
    )
    across = (plot.x.low, plot.x.high)
    for one, style in zip(limits, ("line-2", "line-1", "line-2"), strict=True):
        if one.low is not None and one.high is not None:
            band = "band-1" if style == "line-1" else "band-2"
            plot = plot.band(across, (one.low, one.low), (one.high, one.high), band)
        if one.value is not None:
            plot = plot.line(across, (one.value, one.value), style)
    for x, y in zip(found.means, found.differences, strict=True):
        plot = plot.dot(x, y, 0.7, f"mean {x:.4g}, difference {y:.4g}", "dot faint")
    return plot


def brief(value: MetricValue) -> str:
    """Write a number with four digits."""
    return words.NONE if value.value is None else f"{value.value:.4g}"


def fewer(found: Agreement) -> str:
    """Say that not every case is drawn."""
    drawn = len(found.means)
    return f" {drawn:,} of {found.n:,} cases are drawn." if drawn < found.n else ""


def draw_survival(at: str, found: SurvivalGroups) -> Plot | None:
    """Draw the Kaplan-Meier curve of each risk group with its band."""
    curves = [curve for curve in found.curves if curve.times]
    if not curves:
        return None
    last = max(curve.times[-1] for curve in curves)
    plot = Plot(
        id=f"{at}-survival",
        alt=f"Kaplan-Meier curves by risk group of {words.visible(found.label)}: "
        + "; ".join(
            f"{words.visible(curve.group)}, {curve.n} cases, {curve.n_events} events, "
            f"{words.number(curve.survival[-1])} without an event at {curve.times[-1]:.4g}"
            for curve in curves
        ),
        caption=f"Without an event, by risk group ({words.visible(found.cut)}).",
        x=Scale("time", 0.0, last or 1.0),
        y=Scale("without an event", percent=True),
    )
    for n, curve in enumerate(curves):
        times = [0.0, *curve.times] if curve.times[0] > 0 else curve.times
        added = len(times) - len(curve.times)
        if curve.low and curve.high:
            x, low = steps(times, [1.0] * added + curve.low)
            _, high = steps(times, [1.0] * added + curve.high)
            plot = plot.band(x, low, high, f"band-{1 + n % STYLES}")
        x, y = steps(times, [1.0] * added + curve.survival)
        plot = plot.line(x, y, f"line-{1 + n % STYLES}", words.visible(curve.group))
    return plot


def count_at_risk(found: SurvivalGroups) -> AtRisk | None:
    """Return who is at risk at a few times; None where the report does not say."""
    curves = [curve for curve in found.curves if curve.n_at_risk and curve.times]
    if not curves:
        return None
    last = max(curve.times[-1] for curve in curves)
    times = [time for time, _ in ((n * last / (MOST_AT_RISK - 1), n) for n in range(MOST_AT_RISK))]
    return AtRisk(
        [f"{time:.4g}" for time in times],
        [
            (
                f"line-{1 + n % STYLES}",
                words.visible(curve.group),
                [still_at_risk(curve.times, curve.n_at_risk, curve.n, time) for time in times],
            )
            for n, curve in enumerate(curves)
        ],
    )


def still_at_risk(
    times: Sequence[float], at_risk: Sequence[int], n: int, time: float
) -> int | None:
    """Return how many were at risk just before a time; None after the last that is known."""
    if time <= times[0]:
        return n if time < times[0] else at_risk[0]
    return next(
        (count for one, count in zip(times, at_risk, strict=True) if one >= time - 1e-9 * time),
        None,
    )


def draw_horizon(at: str, found: HorizonCalibration) -> Plot | None:
    """Draw observed over predicted risk at one horizon, by groups of similar predicted risk."""
    groups = [group for group in found.groups if group.observed is not None]
    if not groups:
        return None
    plot = Plot(
        id=f"{at}-horizon",
        alt=f"Calibration at the horizon {found.horizon:g}: observed against predicted risk in "
        f"{len(groups)} groups. On the diagonal the two agree.",
        caption=f"Risk until {found.horizon:g}: predicted {words.number(found.predicted)}, "
        f"observed {words.number(found.observed)}, ratio {words.number(found.oe_ratio)}.",
        x=Scale("predicted risk"),
        y=Scale("observed risk"),
    ).line((0.0, 1.0), (0.0, 1.0), "chance")
    for group in groups:
        observed = group.observed or 0.0
        if group.low is not None and group.high is not None:
            ends = (group.predicted, group.predicted)
            plot = plot.line(ends, (group.low, group.high), "whisker")
        title = f"{group.n} cases: predicted {group.predicted:.3f}, observed {observed:.3f}"
        plot = plot.dot(group.predicted, observed, 1.6, title)
    return plot
