"""Tail probabilities, without scipy.stats, which takes half a second to load."""

import math


def chi_squared_tail(statistic: float, degrees_of_freedom: int) -> float:
    """Return the probability of a larger chi-squared."""
    from scipy.special import gammaincc

    return float(gammaincc(degrees_of_freedom / 2, max(statistic, 0.0) / 2))


def two_sided(z: float) -> float:
    """Return the probability of a standard normal at least as far from 0."""
    return math.erfc(abs(z) / math.sqrt(2))
