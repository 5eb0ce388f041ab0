"""What is true of a case or not, whatever the task reads: what a shortcut could tell."""

from collections.abc import Sequence

import numpy as np

from radzoo.checks.subject import Question
from radzoo.core.case import Case, Manifest
from radzoo.core.plugins import Vector
from radzoo.tasks.task import Task


def questions_of(manifest: Manifest, task: Task) -> tuple[Question, ...]:
    """Turn the targets of every case into questions that are answered by yes or no.

    Args:
        manifest: as the task reads it.
        task: what is predicted.

    Returns:
        a label each; of more than two classes each one against the others; of a number whether
        it is above the median; of times whether the event was seen; of masks nothing.
    """
    if task.reads == "mask":
        return ()
    if task.reads == "times":
        events = [case.event for case in manifest.cases]
        return (Question("event", as_vector(events)),)
    asked = []
    for label in manifest.labels:
        values = as_vector([case.targets.get(label) for case in manifest.cases])
        if task.reads == "number":
            above = np.where(np.isnan(values), np.nan, values > np.nanmedian(values))
            asked.append(Question(f"{label} above its median", above))
        elif task.reads == "class":
            asked += of_classes(values, manifest.classes.get(label, ()))
        else:
            asked.append(Question(label, values))
    return tuple(asked)


def of_classes(values: Vector, names: Sequence[str]) -> list[Question]:
    """Ask for each class whether a case has it; of two classes for the second alone."""
    wanted = range(1, 2) if len(names) == 2 else range(len(names))
    return [Question(names[at], np.where(np.isnan(values), np.nan, values == at)) for at in wanted]


def as_vector(values: Sequence[float | None]) -> Vector:
    """Return numbers; None is NaN."""
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)


def patients_of(cases: Sequence[Case]) -> np.ndarray[tuple[int], np.dtype[np.intp]] | None:
    """Number the patients; cases of unknown ones alone each; None if nobody is known."""
    if not any(case.patient_id for case in cases):
        return None
    names = [case.patient_id or f"\0{at}" for at, case in enumerate(cases)]
    numbers = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=np.intp)
