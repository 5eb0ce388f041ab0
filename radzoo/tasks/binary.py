"""Task: does this case have the finding, yes or no?"""

from collections.abc import Sequence

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.reading import Reading
from radzoo.tasks import findings
from radzoo.tasks.task import Task, label_targets


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


def outputs(labels: Sequence[str], reading: Reading) -> int:
    """One: the logit of having the finding."""
    return 1


TASK = Task(
    name="binary",
    reads="labels",
    form="labels",
    losses=findings.LOSSES,
    metrics=("auroc", "average_precision", "brier"),
    sections=("operating_points", "calibration"),
    headline="auroc",
    check=check,
    targets=label_targets,
    read=findings.read,
    outputs=outputs,
    objective=findings.objective,
    appearances=findings.appearances,
    scores=findings.scores,
)
