"""What may stand in a field of an entry, in words: pydantic's own are for programmers."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

PATTERNS = {
    r"^[0-9a-f]{64}$": "64 hexadecimal digits in lower case, in quotes",
    r"^[0-9a-f]{8,63}$": "8 to 63 hexadecimal digits in lower case, in quotes",
    r"^[0-9a-f]{32}$": "32 hexadecimal digits in lower case, in quotes",
    r"^[a-z0-9][a-z0-9._-]{0,63}$": (
        "lower-case letters, digits, '.', '_' and '-', at most 64, a letter or digit first"
    ),
    r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$": "a repository as owner/name",
    r"^https?://": "an address that begins with https://",
    r"^[A-Za-z_]\w*$": "the name of a Python package as it is imported",
    r"^[\w-]+(\.[\w-]+)*$": "keys with dots between them, such as model.state_dict",
    r"^[LR][AP][SI]$|^[A-Z]{3}$": "three capital letters such as RAS",
    r"^10\.\d{4,9}/\S+$": "a DOI such as 10.1000/182, without https://doi.org/",
    r"^(\d{4}\.\d{4,5}|[a-z-]+/\d{7})$": "an arXiv number such as 2106.10270",
}
KINDS = {
    "list_type": "a list in square brackets",
    "tuple_type": "a list of two numbers such as [0.0, 1.0]",
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


def wanted(fault: ErrorDetails) -> str:
    """Return what a field must be, or nothing if pydantic's words have to do."""
    kind = fault["type"]
    context: Mapping[str, Any] = fault.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(str(context["pattern"]), "")
    if kind == "string_too_short":
        return "some text, or null where that is allowed"
    if kind in BOUNDS:
        limit, words = BOUNDS[kind]
        return words.format(f"{context[limit]:g}")
    return KINDS.get(kind, "")
