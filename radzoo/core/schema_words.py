"""What may stand in a field, in words: pydantic's own are for programmers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

KINDS = {
    "list_type": "a list in square brackets",
    "tuple_type": "a list in square brackets",
    "dict_type": "a mapping of names to values",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "finite_number": "a number that is finite",
}
BOUNDS = {
    "greater_than": ("gt", "more than {}"),
    "greater_than_equal": ("ge", "at least {}"),
    "less_than": ("lt", "less than {}"),
    "less_than_equal": ("le", "at most {}"),
    "too_short": ("min_length", "a list of at least {}"),
    "too_long": ("max_length", "a list of at most {}"),
}


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file may hold, and how its mistakes are told.

    Attributes:
        model: what the file is checked against.
        patterns: a regular expression of the model to what it asks for.
        kinds: a type of pydantic's errors to what the field must be, before `KINDS`.
        remedies: the end of a message to what is to be done about it.
    """

    model: type[BaseModel]
    patterns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    remedies: Mapping[str, str] = field(default_factory=dict)

    def wanted(self, fault: ErrorDetails) -> str:
        """Return what a field must be, or nothing if pydantic's words have to do."""
        kind = fault["type"]
        context: Mapping[str, Any] = fault.get("ctx", {})
        if kind == "string_pattern_mismatch":
            return self.patterns.get(str(context["pattern"]), "")
        if kind == "string_too_short":
            return "some text, or null where that is allowed"
        if kind in BOUNDS:
            limit, words = BOUNDS[kind]
            return words.format(f"{context[limit]:g}")
        return self.kinds.get(kind) or KINDS.get(kind, "")

    def remedy(self, message: str) -> str:
        """Return what to do about a message, or nothing."""
        found = (hint for end, hint in self.remedies.items() if message.endswith(end))
        return next(found, "")
