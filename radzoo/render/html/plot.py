"""A plot as plain values, which one template draws: 100 wide, `height` high, y upward."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

Point = tuple[float, float]
MOST_TICKS = 6
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values lie on an axis.

    Attributes:
        low, high: values at both ends.
        percent: is a share written in percent?
        mirrored: is what lies below 0 written as if it lay above?
    """

    title: str
    low: float = 0.0
    high: float = 1.0
    percent: bool = False
    mirrored: bool = False

    def place(self, value: float) -> float:
        """Return how far along the axis a value lies, 0 to 1, cut off at the ends."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Return round numbers along the axis: where they lie, 0 to 1, and how they are written."""
        span = self.high - self.low
        power = 10.0 ** math.floor(math.log10(span / MOST_TICKS))
        step = next(one * power for one in STEPS if span / (one * power) <= MOST_TICKS)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [(self.place(n * step), self.write(n * step)) for n in range(first, last + 1)]

    def write(self, value: float) -> str:
        """Write a number beside the axis."""
        shown = abs(value) if self.mirrored else value + 0.0
        return f"{100 * shown:.10g} %" if self.percent else f"{shown:.10g}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or the edge of a filled area, as the points of an SVG.

    Attributes:
        style: class of the style sheet: `line-1`, `chance` ...
        name: for the legend; empty = not in it.
    """

    points: str
    style: str = "line-1"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A circle, with the words that a pointer resting on it brings up."""

    x: float
    y: float
    radius: float
    title: str
    style: str = "dot"


@dataclass(frozen=True, slots=True)
class Bar:
    """An upright rectangle; `y` is its upper edge."""

    x: float
    y: float
    width: float
    height: float
    title: str
    style: str = "bar-1"


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything that is to be seen in one frame.

    Attributes:
        id: unique on the page; what a script moves is named after it.
        alt: what the plot shows, in words.
        caption: what stands below it.
        marker: where the circle of the threshold lies; None without one.
        upright: where the upright line of the threshold lies; None without one.
    """

    id: str
    alt: str
    caption: str
    x: Scale
    y: Scale
    height: float = 100.0
    lines: tuple[Line, ...] = ()
    bands: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    bars: tuple[Bar, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    marker: Point | None = None
    upright: float | None = None

    def at(self, x: float, y: float) -> Point:
        """Return where a point lies in the frame, y downward."""
        return round(100 * self.x.place(x), 2), round(self.height * (1 - self.y.place(y)), 2)

    def line(self, xs: Sequence[float], ys: Sequence[float], style: str, name: str = "") -> "Plot":
        """Return the plot with one more line."""
        points = self.join(zip(xs, ys, strict=True))
        legend = (*self.legend, (style, name)) if name else self.legend
        return replace(self, lines=(*self.lines, Line(points, style, name)), legend=legend)

    def band(
        self, xs: Sequence[float], lows: Sequence[float], highs: Sequence[float], style: str
    ) -> "Plot":
        """Return the plot with one more area between two lines."""
        there = [*zip(xs, highs, strict=True)]
        back = [*zip(xs, lows, strict=True)][::-1]
        return replace(self, bands=(*self.bands, Line(self.join([*there, *back]), style)))

    def dot(self, x: float, y: float, radius: float, title: str, style: str = "dot") -> "Plot":
        """Return the plot with one more circle."""
        return replace(self, dots=(*self.dots, Dot(*self.at(x, y), radius, title, style)))

    def bar(self, left: float, right: float, top: float, bottom: float, bar: Bar) -> "Plot":
        """Return the plot with one more rectangle; `bar` says how it looks."""
        (x, y), (end, foot) = self.at(left, top), self.at(right, bottom)
        placed = replace(bar, x=x, y=y, width=round(end - x, 2), height=round(foot - y, 2))
        return replace(self, bars=(*self.bars, placed))

    def join(self, points: Iterable[Point]) -> str:
        """Write points as an SVG wants them."""
        return " ".join(f"{x:.2f},{y:.2f}" for x, y in (self.at(*point) for point in points))


def look(title: str, style: str) -> Bar:
    """Return how a rectangle looks, which is to be placed."""
    return Bar(0.0, 0.0, 0.0, 0.0, title, style)


def round_out(title: str, values: Iterable[float], *, percent: bool = False) -> Scale:
    """Return an axis that holds all values with a little room; equal values get some, too."""
    known = [value for value in values if math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = 0.05 * (high - low) or 0.1 * abs(high) or 1.0
    return Scale(title, low - room, high + room, percent)


def steps(xs: Sequence[float], ys: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return a line of steps: each height holds until the next point."""
    across = [x for x in xs for _ in range(2)][1:]
    up = [y for y in ys for _ in range(2)][:-1]
    return across, up
