"""Many tests at once: p-values that keep the error of the family, not of each test."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Vector


def adjust(p_values: Sequence[float | None], method: str) -> list[float | None]:
    """Adjust p-values of one family of tests; those that do not exist count for nothing.

    Args:
        p_values: in [0, 1], or None.
        method: `holm`, `hochberg`, `hommel` and `bonferroni` keep the chance of any false
            finding, `bh` and `by` the share of false ones among the findings; `none` changes
            nothing. `hochberg`, `hommel` and `bh` want tests that are independent or hang
            together positively.

    References:
        Holm S. Scandinavian Journal of Statistics 1979;6:65-70.
        Hochberg Y. Biometrika 1988;75:800-802. Hommel G. Biometrika 1988;75:383-386.
        Benjamini Y, Hochberg Y. Journal of the Royal Statistical Society B 1995;57:289-300.
        Benjamini Y, Yekutieli D. Annals of Statistics 2001;29:1165-1188.

    Example:
        >>> adjust([0.01, None, 0.04], "holm")
        [0.02, None, 0.04]
    """
    known = [at for at, p in enumerate(p_values) if p is not None]
    adjusted: list[float | None] = [None] * len(p_values)
    if known:
        values = np.array([p_values[at] for at in known], dtype=np.float64)
        for at, p in zip(known, ADJUSTMENTS[method](values).tolist(), strict=True):
            adjusted[at] = p
    return adjusted


def bonferroni(values: Vector) -> Vector:
    """Multiply by the number of tests."""
    return np.minimum(1.0, values * len(values))


def holm(values: Vector) -> Vector:
    """Step down: the smallest times n, the next times n - 1 ..., never falling."""
    order = np.argsort(values, kind="stable")
    steps = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    return back(np.minimum(1.0, steps), order)


def hochberg(values: Vector) -> Vector:
    """Step up with Holm's factors."""
    return step_up(values, np.arange(1.0, len(values) + 1))


def benjamini_hochberg(values: Vector) -> Vector:
    """Step up with n over the rank."""
    size = len(values)
    return step_up(values, size / np.arange(size, 0.0, -1))


def benjamini_yekutieli(values: Vector) -> Vector:
    """The same for tests that hang together in any way."""
    size = len(values)
    return step_up(values, (1 / np.arange(1.0, size + 1)).sum() * size / np.arange(size, 0.0, -1))


def hommel(values: Vector) -> Vector:
    """Closed testing by Simes' test, in Wright's algorithm.

    References:
        Wright SP. Adjusted p-values for simultaneous inference. Biometrics
        1992;48:1005-1013. Appendix.
    """
    size = len(values)
    order = np.argsort(values, kind="stable")
    rising, ranks = values[order], np.arange(1, size + 1)
    best = np.full(size, (size * rising / ranks).min())
    adjusted = best.copy()
    for subset in range(size - 1, 1, -1):
        upper = rising[size - subset + 1 :]
        simes = (subset * upper / np.arange(2, subset + 1)).min()
        adjusted[: size - subset + 1] = np.minimum(subset * rising[: size - subset + 1], simes)
        adjusted[size - subset + 1 :] = adjusted[size - subset]
        best = np.maximum(best, adjusted)
    return back(np.maximum(best, rising), order)


def step_up(values: Vector, factors: Vector) -> Vector:
    """Multiply the largest by the first factor and so on, never rising towards the smallest."""
    order = np.argsort(values, kind="stable")[::-1]
    return back(np.minimum(1.0, np.minimum.accumulate(values[order] * factors)), order)


def back(adjusted: Vector, order: NDArray[np.intp]) -> Vector:
    """Put values back into the order that they came in."""
    result = np.empty(len(adjusted))
    result[order] = adjusted
    return result


ADJUSTMENTS: dict[str, Callable[[Vector], Vector]] = {
    "holm": holm,
    "bh": benjamini_hochberg,
    "bonferroni": bonferroni,
    "hochberg": hochberg,
    "hommel": hommel,
    "by": benjamini_yekutieli,
    "none": lambda values: values,
}
