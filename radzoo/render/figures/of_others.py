"""Figures of groups, of predicted numbers, of survival and of classes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from radzoo.core.report import MetricValue
from radzoo.core.report_parts import Subgroup
from radzoo.core.report_tasks import Agreement, Confusion, SurvivalGroups
from radzoo.render import words
from radzoo.render.figures.style import COLOURS, LINES, start

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW_INCHES = 0.22


def draw_forest(groups: Sequence[Subgroup], metric: str, overall: MetricValue | None) -> "Figure":
    """Draw one metric of all groups, one row each; the dashed line is that of all cases."""
    figure, axes = start(width=4.8, height=0.9 + ROW_INCHES * len(groups))
    names = []
    for row, group in enumerate(groups):
        value = next((one for one in group.metrics if one.name == metric), None)
        names.append(f"{words.visible(group.by)} = {words.visible(group.group)} (n = {group.n})")
        if not group.judged or value is None or value.value is None:
            axes.text(0.5, row, "cannot judge", va="center", ha="center", color="0.5", fontsize=6,
                      transform=axes.get_yaxis_transform())  # fmt: skip
            continue
        axes.plot(value.value, row, "s", color=COLOURS[0], markersize=4)
        if value.low is not None and value.high is not None:
            axes.plot([value.low, value.high], [row, row], color=COLOURS[0], linewidth=1)
    if overall is not None and overall.value is not None:
        axes.axvline(overall.value, color="0.5", linestyle="--", linewidth=0.8)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel(words.title_of(metric))
    return figure


def draw_bland_altman(agreement: Agreement) -> "Figure":
    """Draw differences over means, with the bias and the limits of agreement."""
    figure, axes = start(width=4.2, height=3.0)
    axes.plot(agreement.means, agreement.differences, "o", color=COLOURS[0], markersize=2.5,
              alpha=0.6)  # fmt: skip
    for value, style in (
        (agreement.bias, "-"), (agreement.lower_limit, "--"), (agreement.upper_limit, "--"),
    ):  # fmt: skip
        if value.value is None:
            continue
        axes.axhline(value.value, color="black", linestyle=style, linewidth=0.9)
        if value.low is not None and value.high is not None:
            axes.axhspan(value.low, value.high, color="0.5", alpha=0.15, linewidth=0)
        axes.annotate(
            f"{value.value:.3g}", (1.0, value.value), xycoords=("axes fraction", "data"),
            xytext=(2, 0), textcoords="offset points", va="center", fontsize=6,
        )  # fmt: skip
    unit = f" ({agreement.unit})" if agreement.unit else ""
    axes.set(xlabel=f"mean of predicted and true{unit}", ylabel=f"predicted - true{unit}")
    return figure


def draw_survival(groups: SurvivalGroups) -> "Figure":
    """Draw the share without an event over time for each risk group."""
    figure, axes = start(width=4.2, height=3.2)
    for at, curve in enumerate(groups.curves):
        colour = COLOURS[at % len(COLOURS)]
        name = f"{words.visible(curve.group)} (n = {curve.n}, {curve.n_events} events)"
        axes.step(
            curve.times, curve.survival, where="post", color=colour,
            linestyle=LINES[at % len(LINES)], label=name,
        )  # fmt: skip
        axes.fill_between(
            curve.times, curve.low, curve.high, step="post", color=colour, alpha=0.12, linewidth=0
        )
    axes.set(xlabel="time", ylabel="share without an event", ylim=(0, 1.02))
    axes.set_xlim(left=0)
    p = groups.log_rank_p
    title = None if p is None else f"log-rank p {'< 0.001' if p < 0.001 else f'= {p:.3f}'}"
    axes.legend(loc="best", title=title)
    return figure


def draw_confusion(confusion: Confusion) -> "Figure":
    """Draw the cases by true and called class, shaded by the share of the true class."""
    count = len(confusion.classes)
    size = max(2.6, 0.45 * count + 1.2)
    figure, axes = start(width=size, height=size)
    shares = [[cell / (sum(row) or 1) for cell in row] for row in confusion.counts]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, cells in enumerate(confusion.counts):
        for column, cell in enumerate(cells):
            dark = shares[row][column] > 0.5
            axes.text(column, row, str(cell), ha="center", va="center", fontsize=7,
                      color="white" if dark else "black")  # fmt: skip
    names = [words.visible(name) for name in confusion.classes]
    axes.set_xticks(range(count), names, rotation=45, ha="right")
    axes.set_yticks(range(count), names)
    axes.set(xlabel="called", ylabel="true")
    axes.spines[:].set_visible(False)
    return figure
