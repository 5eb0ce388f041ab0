"""What a reader must know before believing a number about classes, as sentences."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from radzoo.core.report import MetricValue
from radzoo.workflows.evaluation.warnings import FEW, TOO_FEW, count_cases


def warn_of_classes_together(
    classes: Sequence[str],
    task: str,
    counts: NDArray[np.intp],
    metrics: Sequence[MetricValue],
    *,
    n_unlabelled: int,
    n_unscored: int,
    probabilities: bool,
) -> list[str]:
    """Say what concerns the classes of a task.

    Args:
        classes: their names.
        task: `multiclass` or `ordinal`.
        counts: `(n_classes, n_classes)`, cases by true and called class.
        metrics: of all classes together.
        n_unlabelled: cases without a class.
        n_unscored: cases with a class, without a score of each class.
        probabilities: whether the scores of a case are probabilities.
    """
    warnings = []
    if n_unlabelled:
        warnings.append(f"{count_cases(n_unlabelled)} without a target, not counted.")
    if n_unscored:
        warnings.append(f"{count_cases(n_unscored)} without a score of every class, not counted.")
    if not counts.sum():
        return [*warnings, "No case has both a target and scores; nothing can be said."]
    if task == "ordinal":
        warnings.append(f"The classes are taken in this order: {' < '.join(classes)}.")
    if not probabilities:
        warnings.append(
            "The scores of a case do not lie in 0 to 1 and sum to 1, so they are no "
            "probabilities: calibration, Brier score and log-loss are left out."
        )
    return [*warnings, *warn_of_size(classes, counts), *warn_of_baseline(classes, counts, metrics)]


def warn_of_size(classes: Sequence[str], counts: NDArray[np.intp]) -> list[str]:
    """Judge whether there are enough cases of each class."""
    warnings = []
    for name, n in zip(classes, counts.sum(axis=1).tolist(), strict=True):
        if not n:
            warnings.append(f"{name}: no case is of this class; nothing can be said about it.")
        elif n < TOO_FEW:
            warnings.append(f"{name}: only {count_cases(n)}; too few to judge a model.")
        elif n < FEW:
            warnings.append(
                f"{name}: only {count_cases(n)}; the intervals are wide for that reason."
            )
    return warnings


def warn_of_baseline(
    classes: Sequence[str], counts: NDArray[np.intp], metrics: Sequence[MetricValue]
) -> list[str]:
    """Compare the accuracy with what calling every case the commonest class gives."""
    value = next((one.value for one in metrics if one.name == "accuracy"), None)
    sizes = counts.sum(axis=1)
    share = float(sizes.max() / sizes.sum())
    if value is None or value > share:
        return []
    return [
        f"Accuracy is {value:.3f}; calling every case {classes[int(sizes.argmax())]} gives "
        f"{share:.3f} without looking."
    ]
