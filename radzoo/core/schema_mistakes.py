"""Turns what pydantic says of a YAML file into sentences with file, line and field."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.core.schema_fields import TAG, fields_at, tags_at
from radzoo.core.schema_words import Schema
from radzoo.core.strict_yaml import Document, Place

ABSENT = object()


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at one place of a file.

    Attributes:
        field: path of the field, dotted; empty if it is the file.
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


def find_mistakes(
    error: ValidationError, document: Document, schema: Schema, place: Place = ()
) -> list[Mistake]:
    """Return all that is wrong with the part of a file at `place`, what is missing last.

    The name of that part, the last of `place`, begins the path of every field.
    """
    faults = sorted(
        error.errors(),
        # A misspelt field is also a missing one: name the misspelling first.
        key=lambda fault: (
            fault["type"] == "missing",
            document.line_of(_where(fault, place, document)),
        ),
    )
    places = [_where(fault, place, document) for fault in faults]
    mistakes = []
    for fault, where in zip(faults, places, strict=True):
        if not _is_other_alternative(fault, where, places):
            field = ".".join(str(part) for part in where[max(0, len(place) - 1) :])
            what, hint = _describe(fault, schema)
            mistakes.append(Mistake(document.line_of(where), field, what, hint))
    return list(dict.fromkeys(mistakes))


def _is_other_alternative(fault: ErrorDetails, where: Place, places: Sequence[Place]) -> bool:
    """Is this said of a list since it is no number, or the reverse, where either may stand?"""
    said_of_wrong_kind = isinstance(fault["input"], list) == (fault["type"] == "int_type")
    others = sum(place[: len(where)] == where for place in places) - 1
    return fault["type"] in {"int_type", "list_type"} and said_of_wrong_kind and others > 0


def _where(fault: ErrorDetails, place: Place, document: Document) -> Place:
    """Return the path of a fault in the file."""
    where = _path(fault, place, document)
    return (*where, TAG) if fault["type"] == "union_tag_invalid" else where


def _path(fault: ErrorDetails, place: Place, document: Document) -> Place:
    """Return pydantic's path of a fault, less the names of alternatives."""
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


def _describe(fault: ErrorDetails, schema: Schema) -> tuple[str, str]:
    """Return what is wrong and what to do about it."""
    kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
    seen = _shown(given)
    if kind == "missing":
        return "is needed", ""
    if kind == "extra_forbidden":
        known = fields_at(schema.model, fault["loc"][:-1])
        return "is not a field", did_you_mean(str(fault["loc"][-1]), known)
    if kind == "literal_error":
        options = _options(context["expected"])
        return f"{seen}needs to be one of {', '.join(options)}", did_you_mean(str(given), options)
    if kind == "union_tag_invalid":
        options, tag = _options(context["expected_tags"]), str(context["tag"])
        return f"'{tag}': needs to be one of {', '.join(options)}", did_you_mean(tag, options)
    if kind == "union_tag_not_found":
        return f"needs '{TAG}': one of {', '.join(tags_at(schema.model, fault['loc']))}", ""
    if kind in {"model_type", "model_attributes_type"}:
        return f"{seen}needs to be a mapping of fields", ""
    if kind == "string_type":
        return f"{seen}needs to be text", "put it in quotes"
    if must_be := schema.wanted(fault):
        return f"{seen}must be {must_be}", ""
    message = fault["msg"].removeprefix("Value error, ")
    return f"{seen}{message[:1].lower()}{message[1:]}", schema.remedy(message)


def _shown(given: object) -> str:
    """Quote a value in short; a whole mapping or list is not shown."""
    if isinstance(given, dict | list):
        return ""
    text = f"'{given}'" if isinstance(given, str) else json.dumps(given)
    return f"{text}: " if len(text) <= 60 else f"{text[:57]}...: "


def _options(expected: str) -> list[str]:
    """Split pydantic's enumeration of allowed values."""
    return [option.strip("' ") for option in expected.replace(" or ", ", ").split(",")]
