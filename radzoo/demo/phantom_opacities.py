"""The positive class: what fills, dots or nets the lungs, as a share of the air taken away."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.demo.phantom_frame import Frame
from radzoo.demo.phantom_random import Field, Stream, arc, draw_clouds, ramp

KINDS = ("lobar", "patchy", "multifocal", "nodule", "mass", "interstitial", "effusion", "haze")
_OFTEN = (
    *("lobar", "patchy", "patchy", "multifocal", "multifocal", "nodule"),
    *("mass", "interstitial", "interstitial", "effusion", "haze"),
)


@dataclass(frozen=True)
class Opacity:
    """One image's disease.

    Attributes:
        kind: one of `KINDS`, or "none".
        share: part of the lung's air replaced by something dense, 0 to 1.
        density: additional density that needs no air (fluid, nodules before the heart).
        mask: where a reader would draw the finding.
    """

    kind: str
    share: Field
    density: Field
    mask: NDArray[np.bool_]


def no_opacity(size: int) -> Opacity:
    """A healthy chest."""
    empty = np.zeros((size, size), dtype=np.float32)
    return Opacity("none", empty, empty, np.zeros((size, size), dtype=np.bool_))


def draw_opacity(
    frame: Frame,
    lungs: NDArray[np.bool_],
    stream: Stream,
    severity: tuple[float, float],
    kind: str | None,
) -> Opacity:
    """Draw one finding whose extent and density grow with a severity from the given range."""
    often = _OFTEN[stream.integer(len(_OFTEN))]
    kind = often if kind is None else kind
    degree = stream.uniform(*severity)
    if kind in ("nodule", "mass"):
        shape = _draw_round(frame, lungs, stream, degree, kind)
    elif kind == "interstitial":
        shape = _draw_net(frame, stream, degree)
    elif kind == "haze":
        shape = _draw_haze(frame, stream, degree)
    elif kind == "effusion":
        shape = _draw_fluid(frame, stream, degree)
    elif kind == "lobar":
        shape = _draw_lobe(frame, stream, degree)
    else:
        shape = _draw_patches(frame, lungs, stream, degree, 1 if kind == "patchy" else 0)
    round_ = kind in ("nodule", "mass")
    strength = np.float32((0.22 + 0.40 * degree) if round_ else (0.28 + 0.67 * degree))
    mask = (shape > 0.25) & lungs
    if not mask.any():
        mask = lungs & (shape >= shape[lungs].max())
    share = shape * strength
    density = share * np.float32(0.06 if kind == "effusion" else 0.01)
    return Opacity(kind, share, density * frame.inside, mask)


def _choose_place(lungs: NDArray[np.bool_], stream: Stream) -> tuple[int, int]:
    """Row and column of a random lung pixel."""
    places = np.flatnonzero(lungs)
    place = int(places[stream.integer(len(places))])
    return place // lungs.shape[1], place % lungs.shape[1]


def _bump(frame: Frame, row: int, column: int, wide: float, tall: float) -> Field:
    dx = (frame.x - frame.x[row, column]) * (1.0 / wide)
    dy = (frame.y - frame.y[row, 0]) * (1.0 / tall)
    bump: Field = np.maximum(1.0 - dx * dx - dy * dy, 0.0)
    return bump


def _ragged(shape: Field, stream: Stream, size: int) -> Field:
    """Break a smooth shape up, as alveoli fill unevenly."""
    rough = draw_clouds(stream, size, 9) + 0.8 * draw_clouds(stream, size, 28)
    filled: Field = np.minimum(shape * 1.6, 1.0) * ramp(shape * 0.9 + 0.55 * rough + 0.05)
    return filled


def _draw_patches(
    frame: Frame, lungs: NDArray[np.bool_], stream: Stream, degree: float, single: int
) -> Field:
    size = lungs.shape[0]
    count = 1 if single else 3 + stream.integer(4)
    shape = np.zeros(lungs.shape, dtype=np.float32)
    for _ in range(count):
        row, column = _choose_place(lungs, stream)
        radius = (0.12 + 0.16 * degree) * (1.0 if single else 0.62) * stream.uniform(0.75, 1.3)
        shape += _bump(frame, row, column, radius, radius * stream.uniform(0.8, 1.5))
    return _ragged(shape, stream, size)


def _draw_lobe(frame: Frame, stream: Stream, degree: float) -> Field:
    """Filling that ends sharply at a fissure and spares a rim on the other side."""
    on_left, upper = stream.chance(0.5), stream.chance(0.45)
    fissure, slope = stream.uniform(0.40, 0.62), stream.uniform(-0.25, 0.25)
    reach = 0.25 + 0.35 * degree
    below = frame.v - fissure - slope * frame.u
    depth = -below if upper else below
    zone = ramp(depth * 30.0 + 0.5) * ramp((reach - depth) * 6.0)
    focus = frame.u - stream.uniform(0.15, 0.55)
    near = np.maximum(1.0 - focus * focus * (1.0 / (0.36 * 0.36)), 0.0)
    side = frame.left if on_left else ~frame.left
    size = frame.x.shape[0]
    return _ragged(zone * (0.25 + 0.75 * near), stream, size) * side


def _draw_round(
    frame: Frame, lungs: NDArray[np.bool_], stream: Stream, degree: float, kind: str
) -> Field:
    """One to three spheres with a slightly lobed margin."""
    shape = np.zeros(lungs.shape, dtype=np.float32)
    if kind == "mass":
        count, radius = 1, 0.085 + 0.09 * degree
    else:
        count, radius = 1 + stream.integer(3), 0.040 + 0.035 * degree
    edge = 1.0 + 0.12 * draw_clouds(stream, lungs.shape[0], 16)
    for _ in range(count):
        row, column = _choose_place(lungs, stream)
        ball = _bump(frame, row, column, radius, radius * stream.uniform(0.85, 1.15))
        shape = np.maximum(shape, arc(ball * edge * 0.8))
    return shape


def _draw_net(frame: Frame, stream: Stream, degree: float) -> Field:
    """Fine lines between polygons with a haze, diffuse, basal or around the hila."""
    size = frame.x.shape[0]
    where = stream.integer(3)
    if where == 0:
        weight = np.ones_like(frame.x)
    elif where == 1:
        weight = ramp(frame.v * 1.6 - 0.3) + 0.0 * frame.x
    else:
        away = frame.v - 0.48
        weight = np.maximum(1.0 - frame.u * frame.u * 3.2 - away * away * 3.0, 0.0)
    lines = np.zeros_like(frame.x)
    for cells in (30, 62):
        field = draw_clouds(stream, size, cells)
        lines += np.maximum(1.0 - np.abs(field) * 4.5, 0.0)
    haze = 0.30 + 0.25 * draw_clouds(stream, size, 7)
    return (weight * (0.40 * lines + haze)) * np.float32(0.55 + 0.35 * degree)


def _draw_haze(frame: Frame, stream: Stream, degree: float) -> Field:
    """Ground glass without borders: everywhere, around the hila, or on one side alone."""
    where, on_left = stream.integer(3), stream.chance(0.5)
    level, reach = stream.uniform(0.3, 0.75), stream.uniform(0.45, 0.8)
    away = (frame.v - level) * 0.8
    middle = np.maximum(1.0 - (frame.u * frame.u + away * away) * (1.0 / (reach * reach)), 0.0)
    weight = middle if where == 1 else 0.55 + 0.45 * middle
    if where == 2:
        weight = weight * (frame.left if on_left else ~frame.left)
    size = frame.x.shape[0]
    uneven = 0.75 + 0.45 * draw_clouds(stream, size, 6) + 0.2 * draw_clouds(stream, size, 24)
    return np.minimum(np.maximum(weight * uneven, 0.0), 1.0) * np.float32(0.45 + 0.5 * degree)


def _draw_fluid(frame: Frame, stream: Stream, degree: float) -> Field:
    """Fluid at the base, with a meniscus that climbs the chest wall."""
    on_left, both = stream.chance(0.5), stream.chance(0.25)
    level = 0.97 - 0.36 * degree * stream.uniform(0.6, 1.0)
    across = frame.u / frame.lateral
    surface = level - 0.20 * across * across * across * across
    fluid = ramp((frame.v - surface) * 10.0 + 0.4)
    if both:
        return fluid
    return fluid * (frame.left if on_left else ~frame.left)
