"""Metric: how much more often the diseased are called negative than the healthy."""

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import count_decisions, divide, fraction, many_of_counts


def lr_negative(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """(1 - sensitivity) / specificity: what a negative call multiplies the odds of disease by.

    1 is what chance gives, 0 is perfect. It does not depend on the prevalence.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, 1 = called positive, 0 = called negative.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A ratio, 0 or more.

    Raises:
        UndefinedMetricError: if either class is missing, or no healthy case is called
            negative: the ratio is then infinite.

    References:
        Deeks JJ, Altman DG. Diagnostic tests 4: likelihood ratios. BMJ 2004;329:168-169.

    Example:
        >>> targets = np.array([1.0, 1, 0, 0, 0, 0])
        >>> lr_negative(targets, np.array([1.0, 0, 1, 1, 0, 0]))
        1.0
    """
    counts = count_decisions(targets, decisions, weights)
    missed, cleared = counts.false_negative, counts.true_negative
    missed = fraction(missed, missed + counts.true_positive, of="a diseased case")
    cleared = fraction(cleared, cleared + counts.false_positive, of="a healthy case")
    return fraction(
        missed, cleared, of="a healthy case called negative: without one it is infinite"
    )


METRIC = Metric(
    name="lr_negative",
    compute=lr_negative,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=False,
    reads="decisions",
    interval="log-ratio",
    limits=(0.0, float("inf")),
    many=many_of_counts(lambda tp, fp, tn, fn: divide(divide(fn, tp + fn), divide(tn, fp + tn))),
)
