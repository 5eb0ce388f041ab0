"""McNemar's test: which of two models is right more often, on the same cases."""

import math
from dataclasses import dataclass

from radzoo.core.errors import UndefinedMetricError


@dataclass(frozen=True, slots=True)
class Discordant:
    """Cases on which two decisions disagree.

    Attributes:
        first_only: the first is right and the second wrong.
        second_only: the other way round.
        n: all cases; only Tango's interval needs them.
    """

    first_only: int
    second_only: int
    n: int


def exact_p(pairs: Discordant) -> float:
    """Return the exact two-sided p: disagreements fall either way like a fair coin.

    References:
        McNemar Q. Note on the sampling error of the difference between correlated
        proportions or percentages. Psychometrika 1947;12:153-157.
    """
    return min(1.0, 2 * lower_tail(pairs))


def mid_p(pairs: Discordant) -> float:
    """Return the exact p with half the weight of what was seen, which is less cautious.

    References:
        Fagerland MW, Lydersen S, Laake P. The McNemar test for binary matched-pairs data:
        mid-p and asymptotic are better than exact conditional. BMC Medical Research
        Methodology 2013;13:91.
    """
    if pairs.first_only == pairs.second_only:
        return 1.0
    return 2 * lower_tail(pairs) - at_fewer(pairs)


def chi_squared(pairs: Discordant, *, corrected: bool) -> tuple[float, float]:
    """Return the statistic with one degree of freedom and its p.

    Args:
        pairs: the disagreements.
        corrected: for continuity, after Edwards.

    Raises:
        UndefinedMetricError: if there is no disagreement.
    """
    total = pairs.first_only + pairs.second_only
    if not total:
        raise UndefinedMetricError("needs a case on which the two disagree")
    apart = abs(pairs.first_only - pairs.second_only)
    statistic = max(0.0, apart - (1 if corrected else 0)) ** 2 / total
    return statistic, math.erfc(math.sqrt(statistic / 2))


def lower_tail(pairs: Discordant) -> float:
    """Return the probability of so few disagreements, or fewer, in the rarer direction."""
    from scipy.special import bdtr

    fewer, total = min(pairs.first_only, pairs.second_only), pairs.first_only + pairs.second_only
    return float(bdtr(fewer, total, 0.5))


def at_fewer(pairs: Discordant) -> float:
    """Return the probability of just so many in the rarer direction."""
    fewer, total = min(pairs.first_only, pairs.second_only), pairs.first_only + pairs.second_only
    log = math.lgamma(total + 1) - math.lgamma(fewer + 1) - math.lgamma(total - fewer + 1)
    return math.exp(log - total * math.log(2))
