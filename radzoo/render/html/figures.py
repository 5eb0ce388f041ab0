"""Quantities over the epochs of a run, as the points of an SVG of 100 by 100 with y upward."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from radzoo.metrics.families import find_metric
from radzoo.render.words import title_of


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its name and its value at the epoch that was kept, for the legend."""

    name: str
    points: str
    kept: str


@dataclass(frozen=True, slots=True)
class TrainingFigure:
    """Lines over epochs that share one axis.

    Attributes:
        kept: the epoch whose weights were kept, from 1.
        kept_at: where it lies on the axis, 0 to 100.
    """

    title: str
    lines: tuple[Line, ...]
    low: str
    high: str
    epochs: int
    kept: int
    kept_at: float


def draw_training(history: Sequence[Mapping[str, float]]) -> list[TrainingFigure]:
    """Return one figure for losses and one for the metric that the epoch was chosen by."""
    names = dict.fromkeys(name for row in history for name in row)
    losses = [name for name in names if "loss" in name]
    headline = find_headline(history)
    scores = [name for name in names if name.endswith(f"_{headline}")]
    kept = find_kept(history)
    figures = [
        draw_lines("Loss", losses, history, kept),
        draw_lines(title_of(headline), scores, history, kept),
    ]
    return [figure for figure in figures if figure is not None]


def find_headline(history: Sequence[Mapping[str, float]]) -> str:
    """Return the metric that the epoch was chosen by: what validation has beside its loss."""
    names = (name for row in history for name in row)
    judged = (name.removeprefix("val_") for name in names if name.startswith("val_"))
    return next((name for name in judged if name != "loss"), "auroc")


def find_kept(history: Sequence[Mapping[str, float]]) -> int:
    """Return the row of the epoch that was kept.

    It has the best metric on validation; of equals the lowest validation loss, then it is the
    first.
    """
    headline = find_headline(history)
    metric, column = find_metric(headline), f"val_{headline}"
    sign = -1 if metric is not None and metric.higher_is_better is False else 1
    known = [at for at, row in enumerate(history) if is_finite(row.get(column))]
    if not known:
        return max(len(history) - 1, 0)
    return max(
        known, key=lambda at: (sign * history[at][column], -history[at].get("val_loss", 0.0), -at)
    )


def draw_lines(
    title: str, names: Sequence[str], history: Sequence[Mapping[str, float]], kept: int
) -> TrainingFigure | None:
    """Draw some columns over the epochs on one scale; None if there is nothing to draw."""
    columns = {
        name: [(at, row[name]) for at, row in enumerate(history) if is_finite(row.get(name))]
        for name in names
    }
    values = [value for column in columns.values() for _, value in column]
    if not values:
        return None
    low, high = min(values), max(values)
    height, width = (high - low) or 1.0, max(len(history) - 1, 1)
    lines = tuple(
        Line(
            name.replace("_", " "),
            join_points((at / width, (value - low) / height) for at, value in column),
            f"{dict(column).get(kept, column[-1][1]):.3f}",
        )
        for name, column in columns.items()
        if column
    )
    return TrainingFigure(
        title,
        lines,
        f"{low:.3g}",
        f"{high:.3g}",
        epochs=len(history),
        kept=kept + 1,
        kept_at=round(100 * kept / width, 2),
    )


def join_points(points: Iterable[tuple[float, float]]) -> str:
    """Write points from 0 to 1 as an SVG wants them, y downward."""
    return " ".join(f"{100 * x:.2f},{100 - 100 * y:.2f}" for x, y in points)


def is_finite(value: float | None) -> bool:
    """Can it be drawn?"""
    return value is not None and abs(value) < float("inf")
