"""Task: does this case have the finding, yes or no?"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.plugins import Matrix, Task, Vector
from radzoo.tasks.losses import class_balanced_weights, odds_against, sigmoid_loss


def check(cases: Sequence[Case], labels: Sequence[str], split: str) -> None:
    """Ask for one label, and for both of its values in this split.

    Raises:
        InputError: if there is another number of labels, or one class only.
    """
    if len(labels) != 1:
        raise InputError(
            f"the task 'binary' needs one label, the data have {len(labels)}: {', '.join(labels)}",
            id="wrong-number-of-labels",
            hint="name one with --target",
        )
    values = [case.targets.get(labels[0]) for case in cases]
    strange = {value for value in values if value not in (None, 0.0, 1.0)}
    if strange:
        raise InputError(
            f"the label '{labels[0]}' has values other than 0 and 1",
            id="target-not-binary",
            hint="say which value means diseased with --positive",
        )
    positive, negative = values.count(1.0), values.count(0.0)
    if not positive or not negative:
        raise InputError(
            f"the {split} split has {positive} cases with '{labels[0]}' and {negative} without, "
            "and needs both",
            id="one-class-split",
            hint="split the data anew, or add cases of the missing class",
        )


def outputs(labels: Sequence[str]) -> int:
    """One output: the logit of having the finding."""
    return 1


def weigh(targets: Matrix, counts: Vector | None = None) -> Vector:
    """Return how much a diseased case counts, so that both classes count alike.

    Args:
        targets: `(n_cases, 1)`, 0, 1 or NaN.
        counts: `(n_cases,)`, how often each case is shown; None = once.

    Returns:
        `(1,)`, healthy cases per diseased case.
    """
    return odds_against(targets, counts)


def scores(logits: NDArray[np.float32]) -> Matrix:
    """Turn logits `(n, 1)` into probabilities `(n, 1)`."""
    # exp of minus the size never overflows, and tiny probabilities stay distinct.
    exponential = np.exp(-np.abs(logits.astype(np.float64)))
    positive = 1 / (1 + exponential)
    probabilities: Matrix = np.where(logits >= 0, positive, exponential * positive)
    return probabilities


TASK = Task(
    name="binary",
    check=check,
    outputs=outputs,
    weigh=weigh,
    loss=sigmoid_loss,
    class_balance=class_balanced_weights,
    scores=scores,
    headline="auroc",
)
