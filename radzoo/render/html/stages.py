"""Statistics of a network's stages over the epochs of a run, one line for each stage."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from radzoo.render.html.figures import find_kept, is_finite, join_points

History = Sequence[Mapping[str, float]]
CEILINGS = (0.1, 0.2, 0.4, 1.0)
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# Room between two numbers beside the lines, in hundredths of the height.
ROOM = 5.0


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage.

    Attributes:
        number: from 1, in the order of computing; stands beside the line and in the legend.
        ends_at, label_at: height of its end and of its number, 0 = top, 100 = bottom.
        kept: value at the epoch that was kept, for the legend.
    """

    number: int
    name: str
    points: str
    ends_at: float
    label_at: float
    kept: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A number beside the axis; `at` is 0 at the top, 100 at the bottom."""

    text: str
    at: float


@dataclass(frozen=True, slots=True)
class StageFigure:
    """A statistic of all stages.

    Attributes:
        kept: the epoch whose weights were kept, from 1; `kept_at` is its place, 0 to 100.
    """

    title: str
    meaning: str
    lines: tuple[StageLine, ...]
    ticks: tuple[Tick, ...]
    epochs: int
    kept: int
    kept_at: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Heights of values, 0 to 1; a logarithmic one leaves out what is not above nothing."""

    low: float
    high: float
    logarithmic: bool

    def place(self, value: float) -> float | None:
        """Return how high a value lies; None if it has no place."""
        if not self.logarithmic:
            return (value - self.low) / (self.high - self.low)
        if value <= 0:
            return None
        return (math.log10(value) - self.low) / (self.high - self.low)

    def ticks(self) -> tuple[Tick, ...]:
        """Return numbers for the axis: four steps, or powers of ten."""
        if not self.logarithmic:
            steps = [self.low + (self.high - self.low) * part / 4 for part in range(5)]
            return tuple(Tick(f"{100 * step:g} %", 100 - 25 * n) for n, step in enumerate(steps))
        span = round(self.high - self.low)
        every = max(1, math.ceil(span / 6))
        return tuple(
            Tick(f"10{str(round(self.low) + n).translate(RAISED)}", round(100 - 100 * n / span, 2))
            for n in range(0, span + 1, every)
        )


STATISTICS = (
    ("gradient", "Norm of the gradient", "A stage with a tiny gradient hardly learns."),
    ("dead", "Dead units", "No gradient comes through them in any of the cases looked at."),
    ("saturation", "Saturation", "Values where the activation is nearly flat; of ReLU its zeros."),
)


def draw_stages(history: History) -> list[StageFigure]:
    """Return a figure for each statistic that the history has."""
    every = [find_columns(history, kind) for kind, _, _ in STATISTICS]
    numbers = {name: at for at, name in enumerate(dict.fromkeys(n for c in every for n in c), 1)}
    drawn = (
        draw_statistic(history, numbers, columns, *one)
        for columns, one in zip(every, STATISTICS, strict=True)
    )
    return [figure for figure in drawn if figure is not None]


def draw_statistic(
    history: History,
    numbers: Mapping[str, int],
    columns: Mapping[str, Mapping[int, float]],
    kind: str,
    title: str,
    meaning: str,
) -> StageFigure | None:
    """Draw one statistic; None if there is nothing to draw.

    Args:
        history: one mapping for each epoch.
        numbers: of the stages, the same in every figure.
        columns: for each stage its values by row.
        kind: of the statistic.
        title: above the legend.
        meaning: a sentence for those who meet it for the first time.
    """
    scale = choose_scale(columns, logarithmic=kind == "gradient")
    if scale is None:
        return None
    width, kept = max(len(history) - 1, 1), find_kept(history)
    drawn: list[tuple[str, list[tuple[float, float]]]] = []
    for name, values in columns.items():
        places = [(at / width, scale.place(value)) for at, value in values.items()]
        points = [(x, y) for x, y in places if y is not None]
        if points:
            drawn.append((name, points))
    ends = [100 - 100 * points[-1][1] for _, points in drawn]
    lines = tuple(
        StageLine(
            numbers[name], name, join_points(points), round(end, 2), round(label, 2),
            write_value(columns[name].get(kept, math.nan), scale),
        )
        for (name, points), end, label in zip(drawn, ends, spread(ends), strict=True)
    )  # fmt: skip
    return StageFigure(
        title, meaning, lines, scale.ticks(), len(history), kept + 1, round(100 * kept / width, 2)
    )


def find_columns(history: History, kind: str) -> dict[str, dict[int, float]]:
    """Return, for each stage, its finite values by row."""
    columns: dict[str, dict[int, float]] = {}
    for at, row in enumerate(history):
        for name, value in row.items():
            if name.startswith(f"{kind}["):
                column = columns.setdefault(name.removesuffix("]")[len(kind) + 1 :], {})
                if is_finite(value):
                    column[at] = value
    return columns


def choose_scale(columns: Mapping[str, Mapping[int, float]], *, logarithmic: bool) -> Scale | None:
    """Return a scale on which all values have a place; None if there are none."""
    values = [value for column in columns.values() for value in column.values()]
    if logarithmic:
        positive = [value for value in values if value > 0]
        if not positive:
            return None
        low, high = math.floor(math.log10(min(positive))), math.ceil(math.log10(max(positive)))
        return Scale(low, max(high, low + 1), logarithmic=True)
    if not values:
        return None
    return Scale(0.0, next(c for c in CEILINGS if max(values) <= c), logarithmic=False)


def write_value(value: float, scale: Scale) -> str:
    """Write a norm, or a share in percent."""
    if math.isnan(value):
        return "unknown"
    return f"{value:.2g}" if scale.logarithmic else f"{100 * value:.1f} %"


def spread(heights: Sequence[float]) -> list[float]:
    """Move numbers apart that would stand on each other; their order from top to bottom stays."""
    order = sorted(range(len(heights)), key=lambda at: heights[at])
    placed = [0.0] * len(heights)
    lowest = -ROOM
    for at in order:
        placed[at] = lowest = max(heights[at], lowest + ROOM)
    for below, at in enumerate(reversed(order)):
        placed[at] = min(placed[at], 100 - ROOM * below)
    return placed
