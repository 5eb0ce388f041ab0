"""Sample size: how many cases an interval of a wanted width takes."""

import math

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.intervals.normal import critical_value

MOST_CASES = 10**9


def hanley_mcneil_error(value: float, n_diseased: float, n_healthy: float) -> float:
    """Return the standard error of an AUROC by its value and the numbers of cases alone.

    References:
        Hanley JA, McNeil BJ. The meaning and use of the area under a receiver operating
        characteristic (ROC) curve. Radiology 1982;143:29-36. Equations 1 and 2.
    """
    diseased_pair = value / (2 - value)
    healthy_pair = 2 * value**2 / (1 + value)
    variance = (
        value * (1 - value)
        + (n_diseased - 1) * (diseased_pair - value**2)
        + (n_healthy - 1) * (healthy_pair - value**2)
    ) / (n_diseased * n_healthy)
    return math.sqrt(max(variance, 0.0))


def cases_for_auroc(
    value: float, prevalence: float, half_width: float, *, level: float = 0.95
) -> int:
    """Return the number of cases that give an AUROC an interval of this half-width.

    Args:
        value: the expected AUROC, in (0, 1).
        prevalence: share of diseased cases, in (0, 1).
        half_width: wanted.
        level: of the interval.

    Raises:
        UndefinedMetricError: if value or prevalence is 0 or 1.

    Example:
        >>> cases_for_auroc(0.8, 0.5, 0.05), cases_for_auroc(0.8, 0.05, 0.05)
        (302, 2230)
    """
    if not 0 < value < 1 or not 0 < prevalence < 1:
        raise UndefinedMetricError("needs an AUROC and a prevalence between 0 and 1")
    z = critical_value(level)
    few, many = 2, 4

    def wide(cases: int) -> bool:
        diseased = cases * prevalence
        error = hanley_mcneil_error(value, diseased, cases - diseased)
        return z * error > half_width

    while wide(many):
        few, many = many, 2 * many
        if many > MOST_CASES:
            raise UndefinedMetricError("would take more than a billion cases")
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (middle, many) if wide(middle) else (few, middle)
    return many


def cases_for_proportion(
    value: float, share: float, half_width: float, *, level: float = 0.95
) -> int:
    """Return the number of cases that give a sensitivity or specificity this half-width.

    Args:
        value: the expected proportion, in (0, 1).
        share: share of the cases that it is a proportion of, in (0, 1].
        half_width: wanted.
        level: of the interval.

    Raises:
        UndefinedMetricError: if nobody is counted, or the proportion is 0 or 1.

    References:
        Buderer NMF. Statistical methodology: I. Incorporating the prevalence of disease into
        the sample size calculation for sensitivity and specificity. Academic Emergency
        Medicine 1996;3:895-900.

    Example:
        >>> cases_for_proportion(0.9, 0.2, 0.05)
        692
    """
    if not share > 0:
        raise UndefinedMetricError("needs a class that has cases")
    if not 0 < value < 1:
        raise UndefinedMetricError("needs a proportion between 0 and 1")
    z2 = critical_value(level) ** 2
    return math.ceil(z2 * value * (1 - value) / half_width**2 / share)
