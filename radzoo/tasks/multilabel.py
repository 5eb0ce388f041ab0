"""Task: which of several findings does this case have? Each is a question of its own."""

from collections.abc import Sequence

import numpy as np

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.plugins import Matrix, Task, Vector
from radzoo.tasks import binary
from radzoo.tasks.losses import class_balanced_weights, odds_against, sigmoid_loss


def check(cases: Sequence[Case], labels: Sequence[str], split: str) -> None:
    """Ask for two labels or more, and for one that has both of its values in this split.

    Labels with one value only stay: they teach nothing, and their metrics are undefined.

    Raises:
        InputError: if there is one label, a strange value, or nothing to learn or judge.
    """
    if len(labels) < 2:
        raise InputError(
            f"the task 'multilabel' needs several labels, the data have {len(labels)}",
            id="wrong-number-of-labels",
            hint="leave out --target, or choose --task binary",
        )
    both = 0
    for label in labels:
        values = [case.targets.get(label) for case in cases]
        if not set(values) <= {None, 0.0, 1.0}:
            raise InputError(
                f"the label '{label}' has values other than 0 and 1",
                id="target-not-binary",
                hint="leave the column out with --target, or write 1, 0 and blank",
            )
        both += 1.0 in values and 0.0 in values
    if not both:
        raise InputError(
            f"no label of the {split} split has cases with and without the finding",
            id="one-class-split",
            hint="split the data anew, or add cases",
        )


def outputs(labels: Sequence[str]) -> int:
    """One logit for each finding."""
    return len(labels)


def weigh(targets: Matrix, counts: Vector | None = None) -> Vector:
    """Return how much a diseased case counts, so that both classes of a label count alike.

    Args:
        targets: `(n_cases, n_labels)`, 0, 1 or NaN.
        counts: `(n_cases,)`, how often each case is shown; None = once.

    Returns:
        `(n_labels,)`, healthy cases per diseased case; 1 where a class is missing.
    """
    one_class = ~((targets == 1).any(axis=0) & (targets == 0).any(axis=0))
    weights: Vector = np.where(one_class, 1.0, odds_against(targets, counts))
    return weights


TASK = Task(
    name="multilabel",
    check=check,
    outputs=outputs,
    weigh=weigh,
    loss=sigmoid_loss,
    class_balance=class_balanced_weights,
    scores=binary.scores,
    headline="auroc",
)
