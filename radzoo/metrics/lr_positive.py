"""Metric: how much more often the diseased are called positive than the healthy."""

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.confusion import count_decisions, divide, fraction, many_of_counts


def lr_positive(targets: Vector, decisions: Vector, weights: Vector | None = None) -> float:
    """Sensitivity / (1 - specificity): what a positive call multiplies the odds of disease by.

    1 is what chance gives. It does not depend on the prevalence.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        decisions: `(n_cases,)`, 1 = called positive, 0 = called negative.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A ratio, 0 or more.

    Raises:
        UndefinedMetricError: if either class is missing, or no healthy case is called
            positive: the ratio is then infinite.

    References:
        Deeks JJ, Altman DG. Diagnostic tests 4: likelihood ratios. BMJ 2004;329:168-169.

    Example:
        >>> targets = np.array([1.0, 1, 0, 0, 0, 0])
        >>> lr_positive(targets, np.array([1.0, 0, 1, 0, 0, 0]))
        2.0
    """
    counts = count_decisions(targets, decisions, weights)
    found, alarms = counts.true_positive, counts.false_positive
    found = fraction(found, found + counts.false_negative, of="a diseased case")
    alarms = fraction(alarms, alarms + counts.true_negative, of="a healthy case")
    return fraction(found, alarms, of="a healthy case called positive: without one it is infinite")


METRIC = Metric(
    name="lr_positive",
    compute=lr_positive,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    reads="decisions",
    interval="log-ratio",
    limits=(0.0, float("inf")),
    many=many_of_counts(lambda tp, fp, tn, fn: divide(divide(tp, tp + fn), divide(fp, fp + tn))),
)
