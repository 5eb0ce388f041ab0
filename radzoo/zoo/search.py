"""Finds models by words, best first; one wrong letter in a word is forgiven. Imports nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence

from radzoo.zoo.selection import trained_labels
from radzoo.zoo.words import in_our_words

Record = Mapping[str, object]

# What a word is worth, by where it stands.
WEIGHTS = {
    "name": 10.0, "modality": 9.0, "labels": 8.0, "family": 6.0, "architecture": 6.0,
    "task": 5.0, "summary": 3.0,
}  # fmt: skip
BEGINNING, MISSPELT = 0.7, 0.4
# Shorter words have too many neighbours: CT and MR, or T1 and T2.
LONG_ENOUGH = 4


def rank(records: Iterable[Record], words: Sequence[str]) -> list[tuple[float, Record]]:
    """Return the records that mention all words, each with its score, the best first."""
    asked = _parts(" ".join(words))
    scored = [(_score(record, asked), record) for record in records]
    found = [(score, record) for score, record in scored if score > 0]
    return sorted(found, key=lambda one: (-one[0], str(one[1]["name"])))


def is_near(word: str, other: str) -> bool:
    """Are two words the same but for one letter too many, too few, wrong, or swapped?"""
    short, long = sorted((word, other), key=len)
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1]
    return short[at + 1 :] == long[at + 1 :] or (swapped and short[at + 2 :] == long[at + 2 :])


def _score(record: Record, asked: Sequence[str]) -> float:
    """Return the sum over the words of their best place; 0 if one of them is nowhere."""
    places = {field: _parts(_text(record, field)) for field in WEIGHTS}
    total = 0.0
    for word in asked:
        best = max(
            WEIGHTS[field] * max((_likeness(word, part) for part in parts), default=0.0)
            for field, parts in places.items()
        )
        if best == 0:
            return 0.0
        total += best
    return round(total, 2)


def _likeness(word: str, part: str) -> float:
    if word == part:
        return 1.0
    if part.startswith(word):
        return BEGINNING
    long_enough = min(len(word), len(part)) >= LONG_ENOUGH
    return MISSPELT if long_enough and is_near(word, part) else 0.0


def _text(record: Record, field: str) -> str:
    return " ".join(trained_labels(record)) if field == "labels" else str(record[field])


def _parts(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", in_our_words(text))
