"""Can the cases of a split serve a task? Said before anything is taught."""

from collections.abc import Mapping, Sequence

from radzoo.core.case import SPLITS, Case, Manifest
from radzoo.core.config import Portion
from radzoo.core.errors import InputError
from radzoo.data.classes import number_classes
from radzoo.data.masked import keep_masked
from radzoo.data.split.portion import choose_cases
from radzoo.tasks.task import Task

Classes = Mapping[str, Sequence[str]]


def as_task_reads(manifest: Manifest, task: Task) -> Manifest:
    """Return the cases as a task reads them: with masks, or whole numbers as names of classes.

    Raises:
        InputError: if there are too many for classes, or no case has a mask.
    """
    if task.reads == "mask":
        return keep_masked(manifest)
    return number_classes(manifest) if task.reads == "class" else manifest


def check_order(manifest: Manifest, task: Task, declared: Sequence[str]) -> None:
    """Refuse words as steps of a scale of which nobody has said the order.

    Args:
        manifest: as the task reads it.
        task: what is predicted.
        declared: the classes in the order that the user gave.

    Raises:
        InputError: naming the classes.
    """
    if task.name != "ordinal" or declared:
        return
    for label in manifest.labels:
        names = manifest.classes.get(label, ())
        if not all(name.replace(".", "", 1).isdecimal() for name in names):
            raise InputError(
                f"the classes of '{label}' are the words {', '.join(names)}, and nobody has said "
                "their order, which is not guessed",
                id="no-order",
                hint="name them from the lowest to the highest: --classes low,mid,high",
            )


def check_cases(
    task: Task, cases: Sequence[Case], labels: Sequence[str], classes: Classes, split: str
) -> None:
    """See whether the cases of a split can serve a task.

    Args:
        task: what is predicted.
        cases: of the split.
        labels: of the data.
        classes: label to the names of its classes, where it has any.
        split: its name, for messages.

    Raises:
        InputError: if they cannot; of classes, if one of them has no case.
    """
    if task.reads == "number":
        refuse_words(task, labels, classes)
    task.check(cases, labels, split)
    if task.reads != "class":
        return
    (label,) = labels
    found = {case.targets.get(label) for case in cases}
    absent = [name for at, name in enumerate(classes.get(label, ())) if float(at) not in found]
    if absent:
        raise InputError(
            f"the {split} split has no case of the class "
            f"{' and none of '.join(repr(name) for name in absent)} of '{label}', and needs each",
            id="class-without-cases",
            hint="split the data anew (radzoo data split --stratify), take fewer folds, or join "
            "the class to another",
        )


def refuse_words(task: Task, labels: Sequence[str], classes: Classes) -> None:
    """Refuse a label that was given in words where a number is predicted.

    Raises:
        InputError: naming the label.
    """
    for label in labels:
        if label in classes:
            raise InputError(
                f"the label '{label}' has the classes {', '.join(classes[label])}; "
                f"the task '{task.name}' needs numbers",
                id="target-not-a-number",
                hint="choose --task multiclass or ordinal, or another --target",
            )


def check_folds(
    manifest: Manifest, portion: Portion, task: Task, *, seed: int, allow_leakage: bool
) -> None:
    """See before the first training of a cross-validation whether every fold can serve.

    Raises:
        InputError: naming the fold that cannot.
    """
    if not portion.folds or portion.fold:
        return
    for fold in range(portion.folds):
        one, _ = choose_cases(
            manifest, portion.model_copy(update={"fold": fold}), seed=seed,
            allow_leakage=allow_leakage,
        )  # fmt: skip
        for split in SPLITS:
            try:
                check_cases(task, one.of(split).cases, one.labels, one.classes, split)
            except InputError as error:
                raise InputError(
                    f"fold {fold + 1} of {portion.folds}: {error}", id=error.id, hint=error.hint
                ) from None
