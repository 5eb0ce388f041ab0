"""Cleveland's older smoother, of degree 1 and without robustness: the curve of rms `val.prob`.

References:
    Cleveland WS. Robust locally weighted regression and smoothing scatterplots. JASA
    1979;74:829-836.
"""

import numpy as np

from radzoo.core.plugins import Vector


def lowess(targets: Vector, scores: Vector, *, span: float = 2 / 3, skip: float = 0.01) -> Vector:
    """Return the curve at each case.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, rising.
        span: share of the cases that a fit looks at.
        skip: share of the range within which fits are interpolated.
    """
    n_cases = len(scores)
    n_near = max(2, min(n_cases, int(span * n_cases + 1e-7)))
    reach = skip * (scores[-1] - scores[0])
    curve = np.empty(n_cases)
    first, last, at = 0, -1, 0
    while last < n_cases - 1:
        while first + n_near < n_cases and (
            scores[at] - scores[first] > scores[first + n_near] - scores[at]
        ):
            first += 1
        curve[at] = fit_line(targets, scores, at, first, first + n_near - 1)
        if last < at - 1:
            between = np.arange(last + 1, at)
            share = (scores[between] - scores[last]) / (scores[at] - scores[last])
            curve[between] = curve[last] + share * (curve[at] - curve[last])
        last = at
        # Scores equal to the last fitted one need no fit; the next lies within reach.
        tied = int(np.searchsorted(scores, scores[last], side="right")) - 1
        curve[last : tied + 1] = curve[last]
        last = max(last, tied)
        beyond = int(np.searchsorted(scores, scores[last] + reach, side="right"))
        at = max(last + 1, beyond - 1)
    return curve


def fit_line(targets: Vector, scores: Vector, at: int, first: int, last: int) -> float:
    """Return the value at one case of a line fitted to its neighbours `first` to `last`."""
    point = scores[at]
    width = max(point - scores[first], scores[last] - point)
    span = scores[-1] - scores[0]
    end = int(np.searchsorted(scores, point + 0.999 * width, side="right"))
    reach = slice(first, max(end, last + 1))
    distance = np.abs(scores[reach] - point)
    weights = np.where(distance > 0.001 * width, (1 - (distance / max(width, 1e-300)) ** 3), 1.0)
    weights = np.where(distance <= 0.999 * width, np.clip(weights, 0, None) ** 3, 0.0)
    if not weights.sum() > 0:
        return float(targets[at])
    weights = weights / weights.sum()
    centre = float(weights @ scores[reach])
    spread = float(weights @ (scores[reach] - centre) ** 2)
    if np.sqrt(spread) > 0.001 * span:
        weights = weights * (1 + (point - centre) / spread * (scores[reach] - centre))
    return float(weights @ targets[reach])
