"""Metric: how often a diseased case scores higher than a healthy one."""

from radzoo.core.plugins import Metric, Vector
from radzoo.metrics.roc import count_by_threshold


def auroc(targets: Vector, scores: Vector, weights: Vector | None = None) -> float:
    """Area under the empirical ROC curve: P(diseased > healthy) + P(equal) / 2.

    Ties count half. A value below 0.5 means that the scores point the wrong way; it is
    reported as it is and never turned round.

    Args:
        targets: `(n_cases,)`, 1 = diseased, 0 = healthy.
        scores: `(n_cases,)`, any real scale, higher = more suspicious.
        weights: `(n_cases,)`, how often each case counts; None = once.

    Returns:
        A fraction in [0, 1].

    Raises:
        UndefinedMetricError: if either class is missing.

    References:
        Hanley JA, McNeil BJ. The meaning and use of the area under a receiver operating
        characteristic (ROC) curve. Radiology 1982;143:29-36. Section "The Wilcoxon
        statistic".

    Example:
        >>> targets = np.array([0.0, 0, 1, 1])
        >>> scores = np.array([0.1, 0.4, 0.4, 0.8])
        >>> auroc(targets, scores)
        0.875
    """
    counts = count_by_threshold(targets, scores, weights)
    found, alarms = counts.true_positives, counts.false_positives
    # The area under straight lines between the points gives ties their half.
    area = (alarms[1:] - alarms[:-1]) @ (found[1:] + found[:-1]) + alarms[0] * found[0]
    return float(area / 2 / (found[-1] * alarms[-1]))


METRIC = Metric(
    name="auroc",
    compute=auroc,
    tasks=frozenset({"binary", "multilabel"}),
    higher_is_better=True,
    interval="delong",
)
