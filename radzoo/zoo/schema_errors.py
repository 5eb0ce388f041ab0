"""Turns what pydantic says of an entry into a sentence with file, line and field."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.core.strict_yaml import FIELDS, Document, Place, refused
from radzoo.zoo.schema_words import wanted

ABSENT = object()


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at one place of a registry file.

    Attributes:
        field: name of the entry and path of the field, dotted; empty if it is the file.
        message: what stands there and what may stand there.
        hint: what was probably meant, or nothing.
    """

    line: int
    field: str
    message: str
    hint: str = ""

    @classmethod
    def of(cls, error: InputError, file: Path) -> "Mistake":
        """Return an error about the file as a whole as its one mistake."""
        message = str(error).removeprefix(f"{file}:")
        line, _, rest = message.partition(": ")
        if message != str(error) and line.isdecimal():
            return cls(int(line), "", rest, error.hint)
        return cls(1, "", str(error), error.hint)

    def __str__(self) -> str:
        where = f"{self.line}: {self.field}: " if self.field else f"{self.line}: "
        return where + self.message


def summarise(mistakes: Sequence[Mistake], file: Path) -> InputError:
    """Say what is wrong with an entry: the first mistake, and how many more there are."""
    first, *others = mistakes
    more = f" (and {len(others)} more)" if others else ""
    hint = first.hint or (f"radzoo registry validate {file} names them all" if others else "")
    return refused(file, first.line, f"{first.field}: {first.message}{more}", hint)


def describe_unwritten(mistakes: Sequence[Mistake]) -> InputError:
    """Say all that is wrong with an entry that stands in no file yet, so that has no lines."""
    said = "; ".join(f"{one.field}: {one.message}" for one in mistakes)
    hint = next((one.hint for one in mistakes if one.hint), FIELDS)
    return InputError(f"the entry is not written: {said}", id="invalid-registry", hint=hint)


def find_mistakes(error: ValidationError, document: Document, place: Place) -> list[Mistake]:
    """Return all that is wrong with the entry at `place`, what is missing last."""
    faults = sorted(
        error.errors(),
        # A misspelt field is also a missing one: name the misspelling first.
        key=lambda fault: (
            fault["type"] == "missing",
            document.line_of(_where(fault, place, document)),
        ),
    )
    places = [_where(fault, place, document) for fault in faults]
    mistakes = [
        _mistake(fault, document, place)
        for fault in faults
        if not _is_other_alternative(fault, _where(fault, place, document), places)
    ]
    return list(dict.fromkeys(mistakes))


def _is_other_alternative(fault: ErrorDetails, where: Place, places: Sequence[Place]) -> bool:
    """Is this said of a list since it is no number, or the reverse, where either may stand?"""
    said_of_wrong_kind = isinstance(fault["input"], list) == (fault["type"] == "int_type")
    others = sum(place[: len(where)] == where for place in places) - 1
    return fault["type"] in {"int_type", "list_type"} and said_of_wrong_kind and others > 0


def _mistake(fault: ErrorDetails, document: Document, place: Place) -> Mistake:
    where = _where(fault, place, document)
    field = ".".join(str(part) for part in where[1:])
    return Mistake(document.line_of(where), field, *_describe(fault))


def _where(fault: ErrorDetails, place: Place, document: Document) -> Place:
    """Return the path of a fault in the file: pydantic's, less the names of alternatives."""
    where, here = place, document.at(place)
    parts = fault["loc"]
    for position, part in enumerate(parts):
        inner = _part(here, part)
        if position + 1 == len(parts):
            is_field = inner is not ABSENT or fault["type"] == "missing"
            return (*where, part) if is_field else where
        if isinstance(inner, dict | list):
            where, here = (*where, part), inner
        elif inner is not ABSENT and _part(here, parts[position + 1]) is ABSENT:
            # A plain value where the alternatives are plain too: what follows names one.
            return where if fault["type"] == "missing" else (*where, part)
    return where


def _part(value: object, part: str | int) -> object:
    """Return what stands at a key or position, or `ABSENT`."""
    if isinstance(value, dict):
        return value.get(part, ABSENT)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return ABSENT


def _describe(fault: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong and what to do about it."""
    kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
    seen = _shown(given)
    if kind == "missing":
        return "is needed", ""
    if kind == "extra_forbidden":
        name = str(fault["loc"][-1])
        return "is not a field", did_you_mean(name, _fields_around(fault))
    if kind == "literal_error":
        options = _options(context["expected"])
        return f"{seen}needs to be one of {', '.join(options)}", did_you_mean(str(given), options)
    if kind == "union_tag_invalid":
        options = _options(context["expected_tags"])
        tag = str(context["tag"])
        return f"kind '{tag}': needs to be one of {', '.join(options)}", did_you_mean(tag, options)
    if kind == "union_tag_not_found":
        return "needs 'kind': package, hub, https, local or external", ""
    if kind == "model_type":
        return f"{seen}needs to be a mapping of fields", ""
    if kind == "string_type":
        return f"{seen}needs to be text", "put it in quotes"
    if must_be := wanted(fault):
        return f"{seen}must be {must_be}", ""
    message = fault["msg"].removeprefix("Value error, ")
    hint = "a volume also needs dimensions: 3" if message.endswith("of 2 axes") else ""
    return f"{seen}{message[:1].lower()}{message[1:]}", hint


def _shown(given: object) -> str:
    """Quote a value in short; a whole mapping or list is not shown."""
    if isinstance(given, dict | list):
        return ""
    text = f"'{given}'" if isinstance(given, str) else json.dumps(given)
    return f"{text}: " if len(text) <= 60 else f"{text[:57]}...: "


def _options(expected: str) -> list[str]:
    """Split pydantic's enumeration of allowed values."""
    return [option.strip("' ") for option in expected.replace(" or ", ", ").split(",")]


def _fields_around(fault: ErrorDetails) -> list[str]:
    """Return the fields that the part of the entry with the fault may have."""
    model: Any = ZooEntry
    for part in fault["loc"][:-1]:
        model = _part_of(model, part)
    is_model = isinstance(model, type) and issubclass(model, BaseModel)
    return list(model.model_fields) if is_model else []


def _part_of(model: Any, part: str | int) -> Any:
    """Step from a model into the type of its field, or of the alternative, called `part`."""
    if isinstance(model, type) and issubclass(model, BaseModel) and part in model.model_fields:
        return model.model_fields[str(part)].annotation
    for alternative in getattr(model, "__args__", ()):
        kind = getattr(alternative, "model_fields", {}).get("kind")
        if kind is not None and part in getattr(kind.annotation, "__args__", ()):
            return alternative
    return None
