"""Whether the scores of several classes are probabilities."""

import numpy as np

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Matrix

# Files are often rounded to three decimals.
MOST_OFF = 1e-3


def are_probabilities_of_classes(scores: Matrix) -> bool:
    """Do all scores lie in 0 to 1, and those of each case sum to 1?"""
    if not scores.size:
        return True
    inside = scores.min() >= 0 and scores.max() <= 1
    return bool(inside and np.abs(scores.sum(axis=1) - 1).max() <= MOST_OFF + 1e-12)


def require_probabilities(scores: Matrix) -> None:
    """Refuse scores that are something else.

    Raises:
        UndefinedMetricError: it says what is needed; also if there is no case.
    """
    if not scores.size:
        raise UndefinedMetricError("needs a case")
    if not are_probabilities_of_classes(scores):
        raise UndefinedMetricError(
            "needs probabilities: scores in 0 to 1 that sum to 1 over the classes of a case"
        )
