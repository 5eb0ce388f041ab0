"""From the rows of each image to its targets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from radzoo.core.case import NO_NAMES, Refused
from radzoo.core.errors import InputError, UsageError
from radzoo.core.registry import did_you_mean
from radzoo.data.layout.decisions import (
    RULES,
    check_readers,
    combine_readers,
    settle_uncertain,
)
from radzoo.data.layout.schema import ColumnLabels, FreeLabels, Layout, ListLabels, RowLabels, State
from radzoo.data.layout.sheet import Row, Sheet
from radzoo.data.layout.states import States, label_names, read_states
from radzoo.data.options import DataOptions
from radzoo.data.refusal import describe_reason
from radzoo.data.table import Table
from radzoo.data.targets import read_targets

ByReader = dict[str, States]


@dataclass(frozen=True, slots=True)
class ImageTargets:
    """The targets of images.

    Attributes:
        images: name of an image to its targets; one that was left out is absent.
        classes: label to the names of its numbers 0, 1, 2 ..., where there are several.
    """

    labels: tuple[str, ...]
    images: Mapping[str, Mapping[str, float | None]]
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_NAMES)


def read_labels(
    layout: Layout, sheet: Sheet, rows: Mapping[str, Sequence[Row]], options: DataOptions
) -> ImageTargets:
    """Read the labels of every image from its rows.

    Raises:
        InputError: if a column is missing, or a value is not known.
        UsageError: if the user has to decide something first.
    """
    labels = layout.labels
    if isinstance(labels, FreeLabels):
        return _as_in_a_manifest(sheet, rows, options)
    if options.positive is not None:
        raise UsageError(
            f"--positive has no meaning for {layout.name}: its values are known",
            id="meaningless-option",
            hint="leave it out; --target LABEL keeps one label",
        )
    names = label_names(labels, sheet)
    chosen = choose_labels(names, options.target)
    if labels.reader is not None:
        sheet.require([labels.reader])
    read = read_states(labels, names, sheet)
    refused: list[Refused] = []
    images: dict[str, ByReader] = {}
    for image, its_rows in rows.items():
        by_reader = _by_reader(labels, its_rows, read)
        if by_reader is None:
            refused.append(Refused(image, describe_reason("conflicting-labels")))
        else:
            images[image] = by_reader
    together, notes = _combine(images, chosen, options.readers)
    own = labels.blank if isinstance(labels, ColumnLabels) else "unlabelled"
    filled: tuple[str, ...] = ()
    if (options.blank or own) == "negative":
        together, filled = _fill_blanks(together, chosen)
    targets, settled = settle_uncertain(together, chosen, options.uncertain)
    return ImageTargets(chosen, targets, tuple(refused), (*notes, *filled, *settled))


def choose_labels(names: Sequence[str], wanted: str | None) -> tuple[str, ...]:
    """Return the labels, or the one that the user wants.

    Raises:
        InputError: if there is none of that name.
    """
    if wanted is None:
        return tuple(names)
    same = [name for name in names if name.casefold() == wanted.casefold()]
    if not same:
        raise InputError(
            f"there is no label '{wanted}' among {len(names)}",
            id="unknown-label",
            hint=did_you_mean(wanted, list(names)) or f"the labels are {', '.join(names)}",
        )
    return (same[0],)


def _by_reader(
    labels: ColumnLabels | ListLabels | RowLabels,
    rows: Sequence[Row],
    read: Callable[[Row], States],
) -> ByReader | None:
    """Return the states by reader; None if rows of one reader contradict each other."""
    by_reader: ByReader = {}
    for row in rows:
        reader = row.get(labels.reader) if labels.reader else ""
        states = read(row)
        if reader in by_reader:
            merged = _merge(by_reader[reader], states, strict=labels.several_rows == "same")
            if merged is None:
                return None
            states = merged
        by_reader[reader] = states
    return by_reader


def _merge(one: States, other: States, *, strict: bool) -> States | None:
    """Return what two rows say together; None if that is not allowed."""
    merged = dict(one)
    for name, state in other.items():
        if name not in merged or merged[name] == state:
            merged[name] = state
        elif strict:
            return None
        else:
            merged[name] = _stronger(merged[name], state)
    return merged


def _stronger(one: State, other: State) -> State:
    """Of several rows a positive counts most, then an uncertain, then a negative one."""
    order: tuple[State, ...] = (1, "uncertain", 0, None)
    return min(one, other, key=order.index)


def _combine(
    images: Mapping[str, ByReader], labels: Sequence[str], wanted: str | None
) -> tuple[dict[str, States], tuple[str, ...]]:
    """Return one state per image and label."""
    rule = check_readers(images, labels, wanted)
    kept = dict(images)
    notes: tuple[str, ...] = ()
    if rule not in RULES:
        kept = {name: one for name, one in images.items() if rule in one or "" in one}
    if len(kept) < len(images):
        notes = (
            f"kept {len(kept):,} of {len(images):,} images because {rule} did not read the others",
        )
    if any(len(one) > 1 for one in kept.values()):
        notes += (f"labels are those of {_who(rule)} (--readers)",)
    together = {
        name: next(iter(by_reader.values()))
        if len(by_reader) == 1
        else {
            label: combine_readers({who: one.get(label) for who, one in by_reader.items()}, rule)
            for label in labels
        }
        for name, by_reader in kept.items()
    }
    return together, notes


def _who(rule: str) -> str:
    return f"{rule} of the readers" if rule in RULES else f"the reader {rule}"


def _fill_blanks(
    images: Mapping[str, States], labels: Sequence[str]
) -> tuple[dict[str, States], tuple[str, ...]]:
    filled = sum(states.get(label) is None for states in images.values() for label in labels)
    full: dict[str, States] = {
        name: {label: 0 if (state := states.get(label)) is None else state for label in labels}
        for name, states in images.items()
    }
    return full, (f"{filled:,} blank labels count as negative",) if filled else ()


def _as_in_a_manifest(
    sheet: Sheet, rows: Mapping[str, Sequence[Row]], options: DataOptions
) -> ImageTargets:
    """Read `target:<label>`, or the column that the user names, as the csv preset does."""
    used = [(image, its_rows[0]) for image, its_rows in rows.items()]
    twice = [image for image, its_rows in rows.items() if len(its_rows) > 1]
    columns = {fold: name for fold, name in sheet.columns.items() if not name.startswith("table ")}
    table = Table(
        path=Path(sheet.rows[0].table),
        columns=tuple(columns.values()),
        rows=tuple(
            {name: row.cells.get(fold, "") for fold, name in columns.items()} for _, row in used
        ),
    )
    targets = read_targets(table, options)
    images = dict(zip((image for image, _ in used), targets.rows, strict=True))
    refused = [Refused(image, describe_reason("conflicting-labels")) for image in twice]
    kept = {image: values for image, values in images.items() if image not in set(twice)}
    return ImageTargets(targets.labels, kept, tuple(refused), targets.notes, targets.classes)
