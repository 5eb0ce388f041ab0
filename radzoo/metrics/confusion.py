"""The four counts of decisions against the truth."""

from dataclasses import dataclass

from radzoo.core.errors import UndefinedMetricError
from radzoo.core.plugins import Vector


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of cases; fractional only where the weights are."""

    true_positive: float
    false_positive: float
    true_negative: float
    false_negative: float


def count_decisions(targets: Vector, decisions: Vector, weights: Vector | None = None) -> Confusion:
    """Count decisions by the truth.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, 1 = called positive, 0 = called negative.
        weights: `(n_cases,)`, how often each case counts; None = once.
    """
    diseased = targets if weights is None else targets * weights
    called = float(decisions.sum() if weights is None else decisions @ weights)
    n_cases = float(len(targets) if weights is None else weights.sum())
    n_diseased = float(diseased.sum())
    hits = float(decisions @ diseased)
    return Confusion(hits, called - hits, n_cases - n_diseased - called + hits, n_diseased - hits)


def fraction(part: float, whole: float, *, of: str) -> float:
    """Return `part / whole`.

    Raises:
        UndefinedMetricError: if there is nothing to take a fraction of.
    """
    if not whole:
        raise UndefinedMetricError(f"needs {of}")
    return part / whole
