"""Metric: agreement of calls with the truth beyond chance."""

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import count_decisions, divide, fraction, many_of_counts


def kappa(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Cohen's kappa: 1 = all agree, 0 = as many as by chance, below 0 = fewer.

    Chance is what calls in the same proportions, made blindly, would agree. It depends on
    the prevalence: compare it only between sets of equal prevalence.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, 1 = called positive, 0 = called negative.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A number in [-1, 1].

    Raises:
        UndefinedMetricError: if all cases and all calls are of one kind.

    References:
        Cohen J. A coefficient of agreement for nominal scales. Educational and
        Psychological Measurement 1960;20:37-46. Equation 1.

    Example:
        >>> targets = np.array([1.0, 1, 0, 0])
        >>> kappa(targets, np.array([1.0, 0, 0, 0]))
        0.5
    """
    counts = count_decisions(targets, decisions, weights)
    tp, fp = counts.true_positive, counts.false_positive
    tn, fn = counts.true_negative, counts.false_negative
    by_chance = (tp + fn) * (fn + tn) + (tp + fp) * (fp + tn)
    return fraction(2 * (tp * tn - fp * fn), by_chance, of="cases, or calls, of both kinds")


def combine(tp: Vector, fp: Vector, tn: Vector, fn: Vector) -> Vector:
    """Compute it of many counts."""
    by_chance = (tp + fn) * (fn + tn) + (tp + fp) * (fp + tn)
    return divide(2 * (tp * tn - fp * fn), by_chance)


METRIC = Metric(
    name="kappa",
    compute=kappa,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    reads="decisions",
    limits=(-1.0, 1.0),
    many=many_of_counts(combine),
)
