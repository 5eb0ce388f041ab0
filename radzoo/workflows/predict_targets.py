"""What other data call the targets of a model, and how its classes are numbered."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from radzoo.core.case import Manifest
from radzoo.core.reading import Reading
from radzoo.data.classes import adapt_classes
from radzoo.data.options import DataOptions
from radzoo.tasks.task import Task

Say = Callable[[str], object]


class Asked(Protocol):
    """What is known of a model that is asked."""

    @property
    def task(self) -> Task:
        """What it predicts."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Whose targets it predicts."""

    @property
    def readings(self) -> tuple[Reading, ...]:
        """How its outputs are read."""


def ask_classes(options: DataOptions, model: Asked) -> DataOptions:
    """Let the data be read in the classes of a model, unless the user names others."""
    classes = tuple(model.readings[0].classes)
    if model.task.reads != "class" or options.classes or options.positive is not None:
        return options
    return replace(options, classes=classes)


def take_targets(manifest: Manifest, model: Asked, warn: Say) -> Manifest:
    """Call the targets of other data as a model does, where it is clear which are meant."""
    manifest = rename_label(manifest, model.labels, warn, model.task)
    if model.task.reads != "class" or model.labels[0] not in manifest.labels:
        return manifest
    manifest, strange = adapt_classes(manifest, model.labels[0], model.readings[0].classes)
    if strange:
        named = ", ".join(f"{name} ({n})" for name, n in sorted(strange.items()))
        warn(f"the model does not know the classes {named}: those cases count as not labelled")
    return manifest


def rename_label(manifest: Manifest, wanted: Sequence[str], warn: Say, task: Task) -> Manifest:
    """Call the label of other data as the model calls it, where each has just one.

    Folders and archives name their label themselves: without this, a run could be judged only
    on data that spell it alike. Of a number only large and small letters may differ: an age is
    no weight.
    """
    if not manifest.labels or set(manifest.labels) & set(wanted):
        return manifest
    theirs, ours = ", ".join(manifest.labels), ", ".join(wanted)
    if len(manifest.labels) > 1 or len(wanted) > 1 or not _same_kind(manifest, ours, task):
        warn(f"the data have the labels {theirs}, the model has {ours}: no target is taken over")
        return manifest
    what = {"class": "classes", "number": "number"}.get(task.reads, "finding")
    warn(f"the data call the {what} '{theirs}', the model '{ours}': they are taken for the same")
    cases = (replace(case, targets={ours: case.targets.get(theirs)}) for case in manifest.cases)
    classes = {ours: manifest.classes[theirs]} if theirs in manifest.classes else {}
    return replace(manifest, cases=tuple(cases), labels=(ours,), classes=classes)


def _same_kind(manifest: Manifest, ours: str, task: Task) -> bool:
    if task.reads == "class":
        return True
    if task.reads == "number":
        return manifest.labels[0].casefold() == ours.casefold()
    values = {value for case in manifest.cases for value in case.targets.values()}
    return values <= {0.0, 1.0, None}
