"""Metric: the harmonic mean of sensitivity and positive predictive value."""

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import count_decisions, divide, fraction, many_of_counts


def f1(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Harmonic mean of sensitivity and positive predictive value.

    It ignores the healthy cases that are called healthy, and depends on the prevalence:
    compare it only between sets of equal prevalence.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, 1 = called positive, 0 = called negative.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if no case is diseased and none is called so.

    References:
        van Rijsbergen CJ. Information Retrieval. 2nd ed. Butterworths, 1979. Chapter 7,
        with equal weights.

    Example:
        >>> targets = np.array([1.0, 1, 0, 0])
        >>> f1(targets, np.array([1.0, 1, 1, 1]))
        0.6666666666666666
    """
    confusion = count_decisions(targets, decisions, weights)
    found_twice = 2 * confusion.true_positive
    errors = confusion.false_positive + confusion.false_negative
    return fraction(found_twice, found_twice + errors, of="a case that is, or is called, diseased")


METRIC = Metric(
    name="f1",
    compute=f1,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    reads="decisions",
    interval="bca",
    many=many_of_counts(lambda tp, fp, tn, fn: divide(2 * tp, 2 * tp + fp + fn)),
)
