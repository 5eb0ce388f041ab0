"""Which models a list shows, and in which order. Imports nothing heavy."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from radzoo.core.errors import UsageError
from radzoo.zoo.listing import USES, Listed, Record, is_here
from radzoo.zoo.words import in_our_words

SORTS = ("name", "size", "family", "task")
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:([kmgt])(i?)b?|b)", re.IGNORECASE)
PREFIXES = ("", "k", "m", "g", "t")
# Licences are compared by whole names: CC-BY-4.0 is no part of CC-BY-NC-4.0.
LICENCE_WORD = re.compile(r"[\w.+-]*\w")

Values = Callable[[Mapping[str, object]], list[str]]
Matches = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which models to list; None and False do not filter. Upper and lower case are the same.

    Attributes:
        modality: all its words begin a word of the model's.
        license: `permissive`, `any`, or words of the licence of the weights.
        label: a finding that the model was trained for.
        max_size: such as `100MB`; a model whose size nobody knows does not pass.
        search: all its words stand somewhere in what is listed.
        use: one of `listing.USES`; what can predict can be fine-tuned, too.
    """

    task: str | None = None
    modality: str | None = None
    family: str | None = None
    license: str = "any"
    label: str | None = None
    status: str | None = None
    max_size: str | None = None
    dimensions: int | None = None
    pulled: bool = False
    search: str | None = None
    use: str | None = None
    sort: str = "name"


def select(listed: Sequence[Listed], filters: Filters, cache: Path) -> list[Record]:
    """Return the records that pass the filters, sorted, each with `pulled` filled in.

    Raises:
        UsageError: if a filter has a value that no model has.
    """
    records = []
    for model in _passing(listed, filters):
        pulled = is_here(model.source, cache)
        if pulled or not filters.pulled:
            records.append({**model.record, "pulled": pulled})
    return sorted(records, key=lambda record: _rank(record, filters.sort))


def select_names(listed: Sequence[Listed], filters: Filters, cache: Path) -> list[str]:
    """Return the names only; looks for weights only where a filter asks for it."""
    records = [
        model.record
        for model in _passing(listed, filters)
        if not filters.pulled or is_here(model.source, cache)
    ]
    return [str(r["name"]) for r in sorted(records, key=lambda one: _rank(one, filters.sort))]


def count_unsized(listed: Sequence[Listed], filters: Filters, cache: Path) -> int:
    """Return how many models a limit of size leaves out since nobody knows their size."""
    if filters.max_size is None:
        return 0
    unsized = [model for model in listed if size_of(model.record) is None]
    names = set(select_names(listed, replace(filters, max_size=None), cache))
    return sum(model.record["name"] in names for model in unsized)


def trained_labels(record: Mapping[str, object]) -> list[str]:
    """Return the labels of outputs that were trained."""
    labels = record["labels"]
    return [label for label in labels if label] if isinstance(labels, list) else []


def size_of(record: Mapping[str, object]) -> float | None:
    """Return the size of the weights in bytes, exact or as published."""
    exact, published = record["size_bytes"], record["size_mb"]
    if isinstance(exact, int):
        return exact
    return published * 1e6 if isinstance(published, int | float) else None


def parse_size(text: str) -> float:
    """Return a size such as `100MB`, `1.5 GB` or `64MiB` in bytes.

    Raises:
        UsageError: if it is none.
    """
    found = SIZE.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"--max-size is '{text}', a size such as 100MB was needed",
            id="wrong-size",
            hint="write a number and its unit: kB, MB or GB",
        )
    number, prefix, binary = found.groups()
    return float(number) * (1024.0 if binary else 1000.0) ** PREFIXES.index((prefix or "").lower())


def _passing(listed: Sequence[Listed], filters: Filters) -> list[Listed]:
    tests = _tests(listed, filters)
    return [model for model in listed if all(test(model.record) for test in tests)]


def _tests(listed: Sequence[Listed], filters: Filters) -> list[Callable[[Record], bool]]:
    """Return what a record must pass; a value that no model has is an error."""
    tests: list[Callable[[Record], bool]] = []
    for field, wanted, values, matches in _by_value(filters):
        known = {value for model in listed for value in values(model.record)}
        accepted = {value for value in known if matches(wanted, value)}
        if not accepted and listed and not any(matches(wanted, one) for one in _vocabulary(field)):
            raise _unknown(field, wanted, known)
        tests.append(_has_one_of(values, accepted))
    if filters.license.lower() == "permissive":
        tests.append(lambda one: one["license_standing"] == "permissive")
    if filters.max_size is not None:
        most = parse_size(filters.max_size)
        tests.append(lambda one: (size := size_of(one)) is not None and size <= most)
    if filters.search:
        words = filters.search.lower().split()
        tests.append(lambda one: _mentions(one, words))
    return tests


def _by_value(filters: Filters) -> Iterable[tuple[str, str, Values, Matches]]:
    """Give each filter that asks for a value: option, value, values of a record, comparison."""
    for field in ("task", "family", "status"):
        wanted = getattr(filters, field)
        if wanted is not None:
            yield field, wanted, _field(field), _same
    if filters.label is not None:
        yield "label", filters.label, trained_labels, _same
    if filters.modality is not None:
        yield "modality", filters.modality, lambda one: [str(one["modality"])], _is_modality
    if filters.license.lower() not in {"any", "permissive"}:
        yield "license", filters.license, _licences, _names_licence
    if filters.use is not None:
        yield "use", filters.use, _field("use"), _serves
    if filters.dimensions is not None:
        yield "dimensions", str(filters.dimensions), _dimensions, _same


def searchable(record: Mapping[str, object]) -> str:
    """Return the lower-case text that a search looks through."""
    fields = ("name", "summary", "task", "modality", "family", "architecture")
    return " ".join([*(str(record[name]) for name in fields), *trained_labels(record)]).lower()


def _has_one_of(values: Values, accepted: set[str]) -> Callable[[Record], bool]:
    return lambda record: not accepted.isdisjoint(values(record))


def _field(name: str) -> Values:
    return lambda record: [str(record[name])]


def _mentions(record: Mapping[str, object], words: Sequence[str]) -> bool:
    text = searchable(record)
    return all(word in text for word in words)


def _dimensions(record: Mapping[str, object]) -> list[str]:
    given = record["input"]
    return [str(given["dimensions"])] if isinstance(given, dict) else []


def _licences(record: Mapping[str, object]) -> list[str]:
    given = record["license"]
    weights = given["weights"] if isinstance(given, dict) else None
    return [str(weights)] if weights else []


def _same(wanted: str, value: str) -> bool:
    return wanted.casefold() == value.casefold()


def _serves(wanted: str, value: str) -> bool:
    return _same(wanted, value) or (_same(wanted, "finetune") and value == "predict")


def _all_words_begin(wanted: str, value: str) -> bool:
    words = re.findall(r"\w+", value.casefold())
    asked = re.findall(r"\w+", wanted.casefold())
    return bool(asked) and all(any(word.startswith(one) for word in words) for one in asked)


def _is_modality(wanted: str, value: str) -> bool:
    ours = in_our_words(wanted), in_our_words(value)
    return _all_words_begin(wanted, value) or _all_words_begin(*ours)


def _names_licence(wanted: str, value: str) -> bool:
    asked = set(LICENCE_WORD.findall(wanted.casefold()))
    return bool(asked) and asked <= set(LICENCE_WORD.findall(value.casefold()))


def _vocabulary(field: str) -> Iterable[str]:
    """Return the values that a field may have, whether or not a model has them."""
    if field == "license":
        from radzoo.zoo.licences import PERMISSIVE

        return PERMISSIVE
    if field == "dimensions":
        return "2", "3"
    if field == "use":
        return USES
    if field in {"task", "status"}:
        from radzoo.core.entry import ZooEntry  # takes a while, and is seldom needed

        return get_args(ZooEntry.model_fields[field].annotation)
    return ()


def _unknown(field: str, wanted: str, known: Iterable[str]) -> UsageError:
    from radzoo.core.registry import did_you_mean

    values = sorted(known, key=str.casefold)
    # Values may hold commas of their own.
    shown = "; ".join(values[:40]) + ("; ..." if len(values) > 40 else "")
    begun = [value for value in values if value.casefold().startswith(wanted.casefold())][:3]
    meant = f"did you mean {' or '.join(begun)}?" if wanted and begun else ""
    return UsageError(
        f"no model has the {field} '{wanted}'; there are {shown or 'none'}",
        id=f"unknown-{field}",
        hint=meant or did_you_mean(wanted, values) or "radzoo list shows all models",
    )


def _rank(record: Mapping[str, object], sort: str) -> tuple[object, ...]:
    name = str(record["name"])
    if sort == "size":
        size = size_of(record)
        return (size is None, size or 0, name)
    return (str(record[sort]).casefold(), name)
