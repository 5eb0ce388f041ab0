"""Interval: predictive values at a prevalence that is not that of the cases."""

import math
from dataclasses import dataclass

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Bounds
from radzoo.metrics.intervals.normal import critical_value, expit


@dataclass(frozen=True, slots=True)
class Rate:
    """A sensitivity or a specificity, and how many independent cases it rests on."""

    value: float
    n: float

    def soften(self, level: float) -> "Rate":
        """Return the rate with z^2 / 2 cases added to either outcome (Agresti and Coull)."""
        z2 = critical_value(level) ** 2
        return Rate((self.value * self.n + z2 / 2) / (self.n + z2), self.n + z2)


def predict_positive(sensitivity: float, specificity: float, prevalence: float) -> float:
    """Return the positive predictive value at a prevalence, by Bayes' theorem.

    Raises:
        UndefinedMetricError: if no case would be called positive.
    """
    right, wrong = sensitivity * prevalence, (1 - specificity) * (1 - prevalence)
    if not right + wrong:
        raise UndefinedMetricError("needs a case called positive")
    return right / (right + wrong)


def predict_negative(sensitivity: float, specificity: float, prevalence: float) -> float:
    """Return the negative predictive value at a prevalence, by Bayes' theorem.

    Raises:
        UndefinedMetricError: if no case would be called negative.
    """
    right, wrong = specificity * (1 - prevalence), (1 - sensitivity) * prevalence
    if not right + wrong:
        raise UndefinedMetricError("needs a case called negative")
    return right / (right + wrong)


def bound_positive(sensitivity: Rate, specificity: Rate, prevalence: float, level: float) -> Bounds:
    """Return the interval of the positive predictive value, on the logit.

    References:
        Mercaldo ND, Lau KF, Zhou XH. Confidence intervals for predictive values with an
        emphasis to case-control studies. Statistics in Medicine 2007;26:2170-2183. Section
        2.1, equations for the logit; adjusted where a rate is 0 or 1.
    """
    found, cleared, note = adjust(sensitivity, specificity, level)
    odds = found.value * prevalence / ((1 - cleared.value) * (1 - prevalence))
    variance = (1 - found.value) / found.value / found.n
    variance += cleared.value / (1 - cleared.value) / cleared.n
    return around(odds, variance, level, note)


def bound_negative(sensitivity: Rate, specificity: Rate, prevalence: float, level: float) -> Bounds:
    """Return the interval of the negative predictive value, on the logit; see the positive."""
    found, cleared, note = adjust(sensitivity, specificity, level)
    odds = cleared.value * (1 - prevalence) / ((1 - found.value) * prevalence)
    variance = found.value / (1 - found.value) / found.n
    variance += (1 - cleared.value) / cleared.value / cleared.n
    return around(odds, variance, level, note)


def adjust(sensitivity: Rate, specificity: Rate, level: float) -> tuple[Rate, Rate, str | None]:
    """Soften both rates where one is 0 or 1, whose logit is infinite."""
    if all(0 < rate.value < 1 for rate in (sensitivity, specificity)):
        return sensitivity, specificity, None
    note = "a rate is 0 or 1: z^2 / 2 cases were added to either outcome for the interval"
    return sensitivity.soften(level), specificity.soften(level), note


def around(odds: float, variance: float, level: float, note: str | None) -> Bounds:
    """Return a normal interval for the logarithm of odds, turned into fractions."""
    half = critical_value(level) * math.sqrt(variance)
    return Bounds(expit(math.log(odds) - half), expit(math.log(odds) + half), note)
