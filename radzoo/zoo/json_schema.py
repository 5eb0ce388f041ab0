"""The JSON Schema of a registry file, for editors: fields, values and what they mean."""

import re
from inspect import cleandoc
from typing import Any

from pydantic import BaseModel

from radzoo.core.entry import ZooEntry
from radzoo.core.entry.record import RESERVED_NAMES
from radzoo.zoo.catalog import SCHEMA_VERSION

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# `name: what it is`, and lines that go on, below `Attributes:`.
ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
Schema = dict[str, Any]


def registry_schema() -> Schema:
    """Return the JSON Schema of a whole registry file."""
    entry = ZooEntry.model_json_schema(ref_template="#/$defs/{model}")
    definitions: Schema = entry.pop("$defs")
    name = entry["properties"].pop("name")
    entry["required"].remove("name")
    for definition in (entry, *definitions.values()):
        _tidy(definition)
    for model in _models(ZooEntry):
        _describe(entry if model is ZooEntry else definitions[model.__name__], model)
    return {
        "$schema": DIALECT,
        "schema_version": SCHEMA_VERSION,
        "title": "A registry of radzoo",
        "description": "Models by name: where their weights are, what they expect, what they "
        "may be used for. Null is a fact that nobody has verified.",
        "type": "object",
        "required": ["schema_version", "models"],
        "additionalProperties": False,
        "properties": {
            "schema_version": {"const": SCHEMA_VERSION},
            "models": {
                "type": "object",
                "description": "Name of a model to its entry.",
                "propertyNames": {
                    "pattern": name["pattern"],
                    "not": {"pattern": rf"^({'|'.join(sorted(RESERVED_NAMES))})(\.|$)"},
                },
                "additionalProperties": {"$ref": "#/$defs/ZooEntry"},
            },
        },
        "$defs": {"ZooEntry": entry, **dict(sorted(definitions.items()))},
    }


def _models(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return a model and all that are part of it."""
    found = [model]
    for field in model.model_fields.values():
        for part in _types_in(field.annotation):
            found += [one for one in _models(part) if one not in found]
    return found


def _types_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for inner in getattr(annotation, "__args__", ()) for part in _types_in(inner)]


def _describe(schema: Schema, model: type[BaseModel]) -> None:
    """Put the docstrings of a model and of those it inherits from into its schema."""
    schema["description"] = _summary(model)
    for ancestor in reversed(model.__mro__):
        for field, text in ATTRIBUTE.findall(_attributes(ancestor)):
            if field in schema["properties"]:
                schema["properties"][field]["description"] = _plain(text)


def _summary(model: type) -> str:
    """Return what stands before the attributes; nothing under `python -OO`."""
    return _plain((model.__doc__ or "").split("Attributes:")[0])


def _attributes(model: type) -> str:
    _, _, text = cleandoc(model.__dict__.get("__doc__") or "").partition("Attributes:\n")
    return text


def _plain(text: str) -> str:
    return " ".join(text.split())


def _tidy(schema: Schema) -> None:
    """Leave out the titles that pydantic makes of the names of fields."""
    for part in (schema, *schema.get("properties", {}).values()):
        part.pop("title", None)
