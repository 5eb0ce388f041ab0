"""Task: which of several findings does this case have? Each is a question of its own."""

from collections.abc import Sequence

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.tasks import findings
from radzoo.tasks.task import Task, label_targets


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


TASK = Task(
    name="multilabel",
    reads="labels",
    form="labels",
    losses=findings.LOSSES,
    metrics=("auroc", "average_precision", "brier"),
    sections=("operating_points", "calibration"),
    headline="auroc",
    check=check,
    targets=label_targets,
    read=findings.read,
    outputs=findings.outputs,
    objective=findings.objective,
    appearances=findings.appearances,
    scores=findings.scores,
)
