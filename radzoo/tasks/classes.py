"""What the tasks of classes share: a case has one of several, and the label says which."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.plugins import Matrix
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe
from radzoo.tasks.class_losses import rows_of_classes

if TYPE_CHECKING:
    from torch import Tensor

LOSSES = ("cross-entropy", "focal", "class-balanced")


def check_classes(task: str, cases: Sequence[Case], labels: Sequence[str], split: str) -> None:
    """Ask for one label, for class numbers, and for two classes in this split.

    Raises:
        InputError: if there is another number of labels, a strange value, or one class only.
    """
    if len(labels) != 1:
        raise InputError(
            f"the task '{task}' needs one label, the data have {len(labels)}: {', '.join(labels)}",
            id="wrong-number-of-labels",
            hint="name one with --target",
        )
    known = {value for case in cases if (value := case.targets.get(labels[0])) is not None}
    if any(value < 0 or not value.is_integer() for value in known):
        raise InputError(
            f"the label '{labels[0]}' has values that are no numbers of classes",
            id="target-not-a-class",
            hint="write the classes as words or as 0, 1, 2 ..., or choose --task regression",
        )
    if len(known) < 2:
        raise InputError(
            f"the {split} split has cases of {len(known)} classes of '{labels[0]}', and needs two",
            id="one-class-split",
            hint="split the data anew, or add cases of the other classes",
        )


def read_classes(
    targets: Matrix, labels: Sequence[str], classes: Sequence[str], recipe: Recipe
) -> Reading:
    """Keep the names of the classes: scores are of them."""
    return Reading(classes=list(classes))


def soft_classes(targets: "Tensor", reading: Reading) -> "Tensor":
    """Turn class numbers `(n, 1)` into how much of each class a case has."""
    return rows_of_classes(targets, len(reading.classes))
