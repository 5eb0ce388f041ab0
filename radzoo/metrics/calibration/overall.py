"""What `val.prob` of R's rms says of probabilities as a whole.

References:
    Harrell FE. Regression Modeling Strategies. Springer, 2nd edition 2015. Section 10.8.
    Miller ME, Hui SL, Tierney WM. Validation techniques for logistic regression models.
    Statistics in Medicine 1991;10:1213-1226.
"""

from dataclasses import dataclass

import numpy as np

from radzoo.core.plugins import Vector
from radzoo.metrics.calibration.chi_squared import chi_squared_tail
from radzoo.metrics.calibration.weak import likelihood_ratio
from radzoo.metrics.logistic import logit


@dataclass(frozen=True, slots=True)
class OverallQuality:
    """Likelihood ratios, per case.

    Attributes:
        r2: Nagelkerke's, of the probabilities as they are.
        discrimination: against the prevalence; `discrimination_statistic` its chi-squared.
        unreliability: of intercept 0 and slope 1; with chi-squared, 2 degrees of freedom, and p.
        quality: discrimination - unreliability.
    """

    r2: float
    discrimination: float
    discrimination_statistic: float
    unreliability: float
    unreliability_statistic: float
    unreliability_p: float

    @property
    def quality(self) -> float:
        """Return what is left of discrimination."""
        return self.discrimination - self.unreliability


def measure_quality(targets: Vector, scores: Vector) -> OverallQuality:
    """Measure the probabilities by their likelihood.

    Raises:
        UndefinedMetricError: if a class is missing, or a score has no logit.
    """
    unreliable = likelihood_ratio(targets, scores)["both"]
    logits, n_cases = logit(scores), len(targets)
    stated = float(-2 * np.sum(targets * logits - np.logaddexp(0.0, logits)))
    share = targets.mean()
    blind = float(-2 * n_cases * (share * np.log(share) + (1 - share) * np.log1p(-share)))
    gained = blind - stated
    return OverallQuality(
        r2=float(-np.expm1(-gained / n_cases) / -np.expm1(-blind / n_cases)),
        discrimination=(gained - 1) / n_cases,
        discrimination_statistic=gained,
        unreliability=(unreliable - 2) / n_cases,
        unreliability_statistic=unreliable,
        unreliability_p=chi_squared_tail(unreliable, 2),
    )
