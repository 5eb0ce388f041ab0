"""Count what a label says: present or absent, one of several values, or a measured number."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from radzoo.core.case import SPLITS, Case
from radzoo.core.data_report import (
    LabelCounts,
    Measured,
    MeasuredLabel,
    SplitCounts,
    ValueCounts,
)
from radzoo.data.split.strata import MOST_VALUES, YES_OR_NO

Values = Sequence[float]


def count_label(cases: Sequence[Case], label: str, names: Sequence[str] = ()) -> LabelCounts:
    """Count the values of a label, in all cases and by split.

    Args:
        cases: of the data set.
        label: which one to count.
        names: the words for 0, 1, 2 ..., if the label was given in words.
    """
    by_split: dict[str, Values] = {}
    for split in SPLITS:
        part = [case for case in cases if case.split == split]
        by_split |= {split: _known(part, label)} if part else {}
    known = _known(cases, label)
    positive = sum(value > 0 for value in known)
    seen = set(known)
    plain = seen <= YES_OR_NO and not names
    return LabelCounts(
        n_positive=positive,
        n_negative=len(known) - positive,
        n_unlabelled=len(cases) - len(known),
        by_split={
            split: SplitCounts(n=len(values), n_positive=sum(value > 0 for value in values))
            for split, values in by_split.items()
        },
        values={} if plain or len(seen) > MOST_VALUES else _count_values(known, by_split, names),
        measured=_measure_label(known, by_split) if len(seen) > MOST_VALUES else None,
    )


def _known(cases: Sequence[Case], label: str) -> list[float]:
    values = (case.targets.get(label) for case in cases)
    return [value for value in values if value is not None]


def _count_values(
    known: Values, by_split: Mapping[str, Values], names: Sequence[str]
) -> dict[str, ValueCounts]:
    """Count each value, from the lowest; classes that no case has are counted as well."""
    counts = Counter(known)
    parts = {split: Counter(values) for split, values in by_split.items()}
    return {
        _plain(value): ValueCounts(
            name=_name(value, names),
            n=counts[value],
            by_split={split: part[value] for split, part in parts.items()},
        )
        for value in sorted({*counts, *map(float, range(len(names)))})
    }


def _plain(value: float) -> str:
    """Write a value so that no other is written alike: `2`, `0.25`."""
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)


def _name(value: float, names: Sequence[str]) -> str:
    known = value.is_integer() and 0 <= value < len(names)
    return names[int(value)] if known else ""


def _measure_label(known: Values, by_split: Mapping[str, Values]) -> MeasuredLabel:
    parts = {split: _measure(values) if values else None for split, values in by_split.items()}
    return MeasuredLabel(**_measure(known).model_dump(), by_split=parts)


def _measure(values: Values) -> Measured:
    return Measured(n=len(values), smallest=min(values), median=median(values), largest=max(values))
