"""The classes of a label: in the order that was declared, or that of its numbers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from radzoo.core.case import Manifest
from radzoo.core.errors import InputError, UsageError
from radzoo.core.registry import did_you_mean

MOST_CLASSES: Final = 50


def check_declared(classes: Sequence[str], positive: str | None) -> None:
    """Refuse classes that are fewer than two or named twice, or beside one that is positive.

    Raises:
        UsageError: if they are.
    """
    if len(set(classes)) < max(2, len(classes)):
        raise UsageError(
            f"--classes {','.join(classes)} was given; needed two or more different names",
            id="bad-classes",
            hint="name every class once, the lowest first: --classes low,mid,high",
        )
    if positive is not None:
        raise UsageError(
            "--positive names the one value that counts as diseased; with --classes each counts",
            id="positive-of-classes",
            hint="leave one of the two out",
        )


def placing(classes: Sequence[str]) -> Callable[[str], int | None]:
    """Return a function from a word to the number of its class; None if it names none.

    `2.0` is the class `2`, as a column with blanks leaves pandas; letters may be large or small.
    """
    exact = {name: at for at, name in enumerate(classes)}
    folded = {name.casefold(): at for at, name in enumerate(classes)}
    by_value = {value: at for name, at in exact.items() if (value := _value(name)) is not None}

    def place(word: str) -> int | None:
        at = exact.get(word, folded.get(word.casefold()))
        value = _value(word)
        return by_value.get(value) if at is None and value is not None else at

    return place


def unknown_class(classes: Sequence[str], where: str, word: str) -> InputError:
    """Say that something is none of the classes."""
    return InputError(
        f"{where} is none of the {len(classes)} classes {', '.join(classes)}",
        id="unknown-class",
        hint=did_you_mean(word, list(classes)) or "name every class with --classes",
    )


def declare_classes(manifest: Manifest, classes: Sequence[str], *, needed: bool = True) -> Manifest:
    """Let the label whose values are these classes have them, in this order.

    Layouts that read the words of a table have done so already; others have numbers.

    Args:
        manifest: as the layout was read.
        classes: as declared.
        needed: False where it does not matter if no label has them.

    Raises:
        InputError: if the data have labels, and none has these classes.
    """
    wanted = tuple(classes)
    if not manifest.labels or wanted in manifest.classes.values():
        return manifest
    place = placing(wanted)
    for label in manifest.labels:
        values = _values(manifest, label)
        named = manifest.classes.get(label, ())
        places = {value: place(_word(value, named)) for value in values}
        if values and None not in places.values():
            return _renumber(manifest, label, places, wanted)
    if not needed:
        return manifest
    raise InputError(
        f"no label of the data has the classes {', '.join(wanted)} alone; "
        f"the labels are {', '.join(manifest.labels)}",
        id="unknown-class",
        hint="name every class that occurs, as the data write it",
    )


def number_classes(manifest: Manifest) -> Manifest:
    """Take the whole numbers of the one label for classes, called by their digits.

    Labels that have the names of their classes, or other numbers, stay as they are.

    Raises:
        InputError: if there are too many.
    """
    if len(manifest.labels) != 1:
        return manifest
    (label,) = manifest.labels
    values = _values(manifest, label)
    if label in manifest.classes or not all(value.is_integer() for value in values):
        return manifest
    if len(values) > MOST_CLASSES:
        raise InputError(
            f"the label '{label}' has {len(values)} different values; "
            f"needed {MOST_CLASSES} classes or fewer",
            id="too-many-classes",
            hint="numbers that are measured are predicted with --task regression",
        )
    places: dict[float, int | None] = {value: at for at, value in enumerate(sorted(values))}
    return _renumber(manifest, label, places, tuple(_word(value, ()) for value in sorted(values)))


def adapt_classes(
    manifest: Manifest, label: str, classes: Sequence[str]
) -> tuple[Manifest, dict[str, int]]:
    """Number the classes of a label as a model does.

    Returns:
        The manifest, and how many cases have which class that the model does not know; those
        are not labelled any more.
    """
    named, place = manifest.classes.get(label, ()), placing(classes)
    places = {value: place(_word(value, named)) for value in _values(manifest, label)}
    strange: dict[str, int] = {}
    for case in manifest.cases:
        value = case.targets.get(label)
        if value is not None and places[value] is None:
            word = _word(value, named)
            strange[word] = strange.get(word, 0) + 1
    return _renumber(manifest, label, places, tuple(classes)), strange


def _renumber(
    manifest: Manifest, label: str, places: dict[float, int | None], names: tuple[str, ...]
) -> Manifest:
    def number(value: float | None) -> float | None:
        at = None if value is None else places[value]
        return None if at is None else float(at)

    cases = (
        replace(case, targets={**case.targets, label: number(case.targets[label])})
        if label in case.targets
        else case
        for case in manifest.cases
    )
    return replace(manifest, cases=tuple(cases), classes={**manifest.classes, label: names})


def _values(manifest: Manifest, label: str) -> set[float]:
    values: Iterable[float | None] = (case.targets.get(label) for case in manifest.cases)
    return {value for value in values if value is not None}


def _word(value: float, names: Sequence[str]) -> str:
    """Write a value as the data do: the name of its class, else the number."""
    if value.is_integer() and 0 <= value < len(names):
        return names[int(value)]
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)


def _value(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None
