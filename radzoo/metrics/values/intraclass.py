"""Intraclass correlations of any number of readers, with F tests and intervals.

The names are those of Shrout and Fleiss (1979): 1 = each case has readers of its own,
2 = readers drawn from many, absolute agreement, 3 = these readers only, consistency;
`k` = of the mean of all readers.
"""

import math
from dataclasses import dataclass

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds, Matrix
from radzoo.metrics.intervals.quantiles import f_quantile, f_tail


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """One coefficient, its test against 0 and its interval.

    Attributes:
        f: between cases over what it is tested against; infinite if readers agree exactly.
        p: of an f as large or larger if the coefficient is 0.
        low, high: `ICC2k` has the Spearman-Brown step-up of the interval of `ICC2`.
    """

    name: str
    value: float
    f: float
    degrees_of_freedom: tuple[int, int]
    p: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Of a table of `n` cases (rows) and `k` readers (columns)."""

    n: int
    k: int
    cases: float
    within: float
    readers: float
    rest: float


def intraclass_correlations(
    ratings: Matrix, level: float = 0.95
) -> dict[str, IntraclassCorrelation]:
    """Return ICC1, ICC2, ICC3 and, of the mean of all readers, ICC1k, ICC2k, ICC3k.

    Args:
        ratings: `(n_cases, n_readers)`; a case with a NaN is left out.
        level: wanted coverage of the intervals.

    Raises:
        UndefinedMetricError: with fewer than two cases or readers, or ratings that do not vary.

    References:
        Shrout PE, Fleiss JL. Intraclass correlations: uses in assessing rater reliability.
        Psychological Bulletin 1979;86:420-428.
    """
    squares = take_mean_squares(ratings)
    n, k = squares.n, squares.k
    one = (n - 1, n * (k - 1))
    two = (n - 1, (n - 1) * (k - 1))
    f1, f3 = ratio(squares.cases, squares.within), ratio(squares.cases, squares.rest)
    icc2 = agreement_of(squares)
    low, high = agreement_bounds(squares, icc2, level)
    found = {
        "ICC1": (from_f(f1, k), f1, one, f_bounds(f1, one, k, level)),
        "ICC2": (icc2, f3, two, Bounds(low, high)),
        "ICC3": (from_f(f3, k), f3, two, f_bounds(f3, two, k, level)),
    }
    result = {}
    for name, (value, f, degrees, bounds) in found.items():
        p = f_tail(*degrees, f)
        single = (value, bounds.low, bounds.high)
        result[name] = IntraclassCorrelation(name, value, f, degrees, p, *single[1:])
        mean = [step_up(one, k) for one in single]
        result[f"{name}k"] = IntraclassCorrelation(f"{name}k", mean[0], f, degrees, p, *mean[1:])
    return result


def take_mean_squares(ratings: Matrix) -> MeanSquares:
    """Split the variance of a table of ratings.

    Raises:
        UndefinedMetricError: with fewer than two cases or readers, or ratings that do not vary.
    """
    whole = ratings[~np.isnan(ratings).any(axis=1)]
    n, k = whole.shape
    if n < 2 or k < 2:
        raise UndefinedMetricError("needs two cases and two readers")
    if not np.ptp(whole):
        raise UndefinedMetricError("needs numbers that vary")
    of_case = whole.mean(axis=1)
    beside = whole - of_case[:, None]
    cases = k * float(((of_case - of_case.mean()) ** 2).sum())
    readers = n * float((beside.mean(axis=0) ** 2).sum())
    rest = float(((beside - beside.mean(axis=0)) ** 2).sum())
    return MeanSquares(
        n, k, cases / (n - 1), (readers + rest) / (n * (k - 1)), readers / (k - 1),
        rest / ((n - 1) * (k - 1)),
    )  # fmt: skip


def ratio(part: float, whole: float) -> float:
    """Return an F ratio, infinite where nothing is left to compare with."""
    return part / whole if whole else math.inf


def from_f(f: float, k: int) -> float:
    """Turn an F ratio into a coefficient of single readers."""
    return 1.0 if math.isinf(f) else (f - 1) / (f + k - 1)


def step_up(value: float, k: int) -> float:
    """Return the coefficient of the mean of `k` readers, by Spearman and Brown."""
    whole = 1 + (k - 1) * value
    return k * value / whole if whole else -math.inf


def f_bounds(f: float, degrees: tuple[int, int], k: int, level: float) -> Bounds:
    """Return the exact interval of ICC1 or ICC3."""
    upper = (1 + level) / 2
    low = f / f_quantile(*degrees, upper)
    high = f * f_quantile(*degrees[::-1], upper)
    return Bounds(from_f(low, k), from_f(high, k))


def agreement_of(squares: MeanSquares) -> float:
    """Return ICC2."""
    shift = squares.k * (squares.readers - squares.rest) / squares.n
    whole = squares.cases + (squares.k - 1) * squares.rest + shift
    return (squares.cases - squares.rest) / whole if whole else math.nan


def agreement_bounds(squares: MeanSquares, icc2: float, level: float) -> tuple[float, float]:
    """Return the interval of ICC2 with Satterthwaite's degrees of freedom.

    References:
        McGraw KO, Wong SP. Forming inferences about some intraclass correlation coefficients.
        Psychological Methods 1996;1:30-46. Table 7, ICC(A,1).
    """
    if icc2 == 1:
        return 1.0, 1.0
    n, k = squares.n, squares.k
    of_readers = k * icc2 / (n * (1 - icc2))
    weights = of_readers, 1 + of_readers * (n - 1)
    lower, upper = agreement_f(squares, weights, level)
    spread = k * squares.readers + (k * n - k - n) * squares.rest
    low = n * (squares.cases - lower * squares.rest) / (lower * spread + n * squares.cases)
    high = n * (upper * squares.cases - squares.rest) / (spread + n * upper * squares.cases)
    return low, high


def mean_agreement_bounds(squares: MeanSquares, level: float) -> tuple[float, float]:
    """Return the interval of ICC2k as R's irr gives it, wider than the step-up of ICC2's.

    The degrees of freedom are taken at the coefficient of the mean, not of single readers.

    References:
        McGraw KO, Wong SP. Forming inferences about some intraclass correlation coefficients.
        Psychological Methods 1996;1:30-46. Table 7, ICC(A,k).
    """
    n = squares.n
    value = step_up(agreement_of(squares), squares.k)
    if value == 1:
        return 1.0, 1.0
    of_readers = squares.k * value / (n * (1 - value))
    lower, upper = agreement_f(squares, (of_readers, 1 + of_readers * (n - 1)), level)
    shift = squares.readers - squares.rest
    low = n * (squares.cases - lower * squares.rest) / (lower * shift + n * squares.cases)
    high = n * (upper * squares.cases - squares.rest) / (shift + n * upper * squares.cases)
    return low, high


def agreement_f(
    squares: MeanSquares, weights: tuple[float, float], level: float
) -> tuple[float, float]:
    """Return the quantiles of F for both ends, where the denominator is a sum of two squares."""
    readers, rest = weights[0] * squares.readers, weights[1] * squares.rest
    n, k = squares.n, squares.k
    parts = readers**2 / (k - 1) + rest**2 / ((n - 1) * (k - 1))
    if not parts:
        raise UndefinedMetricError("needs numbers that differ")
    freedom = (readers + rest) ** 2 / parts
    upper = (1 + level) / 2
    return f_quantile(n - 1, freedom, upper), f_quantile(freedom, n - 1, upper)
