"""Local quadratic regression of the truth on the score: the smooth reliability curve.

References:
    Cleveland WS, Devlin SJ. Locally weighted regression: an approach to regression analysis
    by local fitting. JASA 1988;83:596-610.
    Cleveland WS, Grosse E. Computational methods for local regression. Statistics and
    Computing 1991;1:47-62. Sections 3 and 4, vertices and blending.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix, Vector
from radzoo.metrics.calibration.levels import Levels

SPAN = 0.75
# With more distinct scores the curve is fitted at vertices and blended between them, as R's
# `loess` does for any number: the two differ by less than 1e-3.
MOST_DIRECT = 2000
CELL = 0.2
MARGIN = 0.005
# Of a normal matrix with ones on its diagonal: below, the fit is not determined.
SMALLEST_EIGENVALUE = 1e-9


@dataclass(frozen=True, slots=True)
class Neighbourhoods:
    """Where a curve is fitted, and over how many levels each fit reaches.

    Attributes:
        points: `(n_points,)`.
        widths: `(n_points,)`, distance to the farthest case that a fit looks at.
    """

    points: Vector
    widths: Vector


def describe_smoother(levels: Levels) -> str:
    """Say how the curve of these cases is made."""
    kind = "direct" if len(levels.scores) <= MOST_DIRECT else "interpolated"
    return f"loess, span {SPAN:g}, degree 2, {kind}"


def smooth(levels: Levels, points: Vector | None = None, *, direct: bool | None = None) -> Vector:
    """Return the curve at the levels, or at other points within their range.

    Args:
        levels: the cases.
        points: where the curve is wanted; None = at the levels.
        direct: fit at each point, rather than at vertices and blend between; None = where
            there are few enough levels.

    Raises:
        UndefinedMetricError: if so many cases share a score that there is nothing to smooth.
    """
    wanted = levels.scores if points is None else points
    if direct is None:
        direct = len(levels.scores) <= MOST_DIRECT
    if direct:
        return fit_points(levels, find_neighbourhoods(levels, wanted))[0]
    vertices = find_vertices(levels)
    values, slopes = fit_points(levels, find_neighbourhoods(levels, vertices))
    return np.concatenate([values, slopes]) @ blend(vertices, wanted)


def find_neighbourhoods(levels: Levels, points: Vector) -> Neighbourhoods:
    """Find how far from each point the nearest three quarters of the cases reach.

    Raises:
        UndefinedMetricError: if they all have the same score.
    """
    positions = levels.positions
    n_cases = int(positions[-1])
    n_near = int(np.floor(n_cases * SPAN + 1e-5))
    if n_near < 1:
        raise UndefinedMetricError("needs more cases for a smooth curve")

    def score_at(rank: NDArray[np.int64]) -> Vector:
        return levels.scores[np.searchsorted(positions, rank, side="right")]

    # The nearest cases are neighbours in rank: search the first of them, for all points at once.
    low = np.zeros(len(points), dtype=np.int64)
    high = np.full(len(points), n_cases - n_near, dtype=np.int64)
    while np.any(low < high):
        middle = (low + high) // 2
        beyond = np.minimum(middle + n_near, n_cases - 1)
        too_low = (points - score_at(middle) > score_at(beyond) - points) & (low < high)
        low = np.where(too_low, middle + 1, low)
        high = np.where(too_low, high, np.minimum(middle, high))
    widths = np.maximum(points - score_at(low), score_at(low + n_near - 1) - points)
    if not np.all(widths > 0):
        raise UndefinedMetricError("too many cases share one score for a smooth curve")
    return Neighbourhoods(points, widths)


def fit_points(levels: Levels, near: Neighbourhoods) -> tuple[Vector, Vector]:
    """Fit a parabola around each point; return its values and slopes there."""
    values, slopes = np.empty(len(near.points)), np.empty(len(near.points))
    first = np.searchsorted(levels.scores, near.points - near.widths, side="left")
    last = np.searchsorted(levels.scores, near.points + near.widths, side="right")
    for at, (point, width) in enumerate(zip(near.points, near.widths, strict=True)):
        reach = slice(first[at], last[at])
        distance = (levels.scores[reach] - point) / width
        weights = levels.counts[reach] * tricube(distance)
        design = np.stack([np.ones_like(distance), distance, distance * distance])
        values[at], slope = solve(design, weights, levels.observed[reach])
        slopes[at] = slope / width
    return values, slopes


def tricube(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much a case at this distance (1 = the farthest) counts."""
    return np.asarray(np.clip(1 - np.abs(distance) ** 3, 0, None) ** 3)


def solve(design: Matrix, weights: Vector, observed: Vector) -> tuple[float, float]:
    """Return the first two coefficients by weighted least squares; of many, the shortest."""
    weighted = design * weights
    normal = weighted @ design.T
    scale = np.sqrt(np.diag(normal))
    scale[scale == 0] = 1.0
    normal = normal / np.outer(scale, scale)
    if np.linalg.eigvalsh(normal)[0] > SMALLEST_EIGENVALUE:
        found = np.linalg.solve(normal, weighted @ observed / scale) / scale
    else:
        roots = np.sqrt(weights)
        scaled = (design * roots).T / scale
        shortest = np.linalg.lstsq(scaled, observed * roots, rcond=100 * np.finfo(float).eps)[0]
        found = np.asarray(shortest / scale, dtype=np.float64)
    return float(found[0]), float(found[1])


def find_vertices(levels: Levels) -> Vector:
    """Halve the range of scores until no cell holds more than 15 % of the cases; rising."""
    positions = levels.positions
    n_cases = int(positions[-1])
    fewest = int(np.floor(n_cases * SPAN * CELL))
    scores = levels.scores
    margin = MARGIN * (scores[-1] - scores[0])
    ends = [float(scores[0] - margin), float(scores[-1] + margin)]
    vertices, cells = list(ends), [(0, n_cases - 1, ends[0], ends[1])]
    while cells:
        first, last, left, right = cells.pop()
        if last - first + 1 <= fewest:
            continue
        split = find_split(positions, first, last)
        cut = float(scores[np.searchsorted(positions, split, side="right")])
        if cut in (left, right):
            continue
        vertices.append(cut)
        cells += [(first, split, left, cut), (split + 1, last, cut, right)]
    return np.array(sorted(vertices))


def find_split(positions: NDArray[np.int64], first: int, last: int) -> int:
    """Return the rank nearest to the middle after which the score changes, else the middle."""
    middle = (first + last) // 2
    offset = 0
    while first <= middle + offset < last:
        rank = middle + offset
        here, after = np.searchsorted(positions, [rank, rank + 1], side="right")
        if here != after:
            return rank
        offset = -offset + 1 if offset <= 0 else -offset
    return middle


def blend(vertices: Vector, points: Vector) -> Matrix:
    """Return what turns values and slopes at vertices into values at points: cubic Hermite.

    Args:
        vertices: `(n_vertices,)`, rising.
        points: `(n_points,)`, within them.

    Returns:
        `(2 * n_vertices, n_points)`; values come first.
    """
    n_vertices, columns = len(vertices), np.arange(len(points))
    left = np.clip(np.searchsorted(vertices, points, side="right") - 1, 0, n_vertices - 2)
    width = vertices[left + 1] - vertices[left]
    t = (points - vertices[left]) / width
    matrix = np.zeros((2 * n_vertices, len(points)))
    matrix[left, columns] = (1 - t) ** 2 * (1 + 2 * t)
    matrix[left + 1, columns] = t**2 * (3 - 2 * t)
    matrix[n_vertices + left, columns] = t * (1 - t) ** 2 * width
    matrix[n_vertices + left + 1, columns] = t**2 * (t - 1) * width
    return matrix
