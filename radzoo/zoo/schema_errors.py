"""Turns what pydantic says of an entry into a sentence with file, line and field."""

import json
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.core.strict_yaml import Document, Place, refused

ABSENT = object()


def explain_invalid(error: ValidationError, document: Document, place: Place) -> InputError:
    """Say what is wrong with the entry at `place`: one fault, and how many more there are."""
    faults = sorted(
        error.errors(),
        # A misspelt field is also a missing one: name the misspelling.
        key=lambda fault: (
            fault["type"] == "missing",
            document.line_of(_where(fault, place, document)),
        ),
    )
    where = _where(faults[0], place, document)
    field = ".".join(str(part) for part in where[1:])
    what, hint = _describe(faults[0])
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return refused(document.file, document.line_of(where), f"{field}: {what}{more}", hint)


def _where(fault: ErrorDetails, place: Place, document: Document) -> Place:
    """Return the path of a fault in the file: pydantic's, less the names of alternatives."""
    where, here = place, document.at(place)
    last = len(fault["loc"]) - 1
    for position, part in enumerate(fault["loc"]):
        inner = _part(here, part)
        if position == last and (inner is not ABSENT or fault["type"] == "missing"):
            where = (*where, part)
        elif isinstance(inner, dict | list):
            where, here = (*where, part), inner
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
        return "needs 'kind': package, hub, https or local", ""
    if kind == "model_type":
        return f"{seen}needs to be a mapping of fields", ""
    if kind == "string_type":
        return f"{seen}needs to be text", "put it in quotes"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{seen}{message[:1].lower()}{message[1:]}", ""


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
