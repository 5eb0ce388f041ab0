"""From a YAML file to a layout; a mistake in it is told with file, line and field."""

from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from radzoo.core.errors import InputError
from radzoo.core.registry import did_you_mean
from radzoo.core.strict_yaml import Document, Place, parse_yaml
from radzoo.data.door import open_regular
from radzoo.data.layout.schema import Layout
from radzoo.data.refusal import REASONS, ImageRefused

MOST_BYTES: Final = 200_000
HELP: Final = "docs/reference/data-formats.md says what every field takes"


def read_layout(file: Path) -> Layout:
    """Read a layout.

    Raises:
        InputError: if it cannot be read, is not YAML, or is not a layout.
    """
    try:
        with open_regular(file) as opened:
            data = opened.read(MOST_BYTES + 1)
    except ImageRefused as refused:
        raise InputError(
            f"cannot read the layout {file}: {REASONS[refused.code]}",
            id="no-such-file",
            hint="--data-format takes the name of a data set, or a YAML file",
        ) from None
    if len(data) > MOST_BYTES:
        raise _invalid(f"{file} has more than {MOST_BYTES:,} bytes, too many for a layout")
    try:
        document = parse_yaml(data, file)
    except InputError as error:
        raise _invalid(str(error)) from None
    try:
        return Layout.model_validate(document.value)
    except ValidationError as error:
        raise explain(error, document) from None


def explain(error: ValidationError, document: Document) -> InputError:
    """Say the first mistake in a layout, and how many more there are."""
    faults = sorted(
        error.errors(),
        # A misspelt field is also a missing one: name the misspelling.
        key=lambda fault: (fault["type"] == "missing", document.line_of(_place(fault, document))),
    )
    place = _place(faults[0], document)
    what, hint = _describe(faults[0])
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    where = f"{document.file}:{document.line_of(place)}"
    field = ".".join(str(part) for part in place) or "the layout"
    return _invalid(f"{where}: {field}: {what}{more}", hint)


def _invalid(message: str, hint: str = "") -> InputError:
    return InputError(message, id="invalid-layout", hint=hint or HELP)


def _place(fault: ErrorDetails, document: Document) -> Place:
    """Return where a fault stands: pydantic's place, less the names of alternatives."""
    place: Place = ()
    here: object = document.value
    last = len(fault["loc"]) - 1
    for position, part in enumerate(fault["loc"]):
        if isinstance(here, dict) and part in here:
            place, here = (*place, part), here[str(part)]
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            place, here = (*place, part), here[part]
        elif position == last and fault["type"] == "missing":
            place = (*place, part)
    return (*place, "kind") if fault["type"] == "union_tag_invalid" else place


def _describe(fault: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong and what to do about it."""
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "missing":
        return "is needed", ""
    if kind == "extra_forbidden":
        return "is not a field", did_you_mean(str(fault["loc"][-1]), all_fields(Layout))
    if kind in {"literal_error", "union_tag_invalid"}:
        wanted = str(context.get("expected") or context.get("expected_tags"))
        return f"needs to be one of {wanted}", ""
    if kind == "union_tag_not_found":
        return "needs 'kind': columns, list, rows or manifest", ""
    if kind in {"model_type", "model_attributes_type", "dict_type", "mapping_type"}:
        return "needs to be a mapping of fields", ""
    if kind == "tuple_type":
        return "needs to be a list", ""
    if kind == "string_type":
        return "needs to be text", "put it in quotes"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]}", ""


def all_fields(model: type[BaseModel]) -> list[str]:
    """Return the names of the fields of a layout and all its parts."""
    names: dict[str, None] = {}
    waiting: list[Any] = [model]
    seen: set[Any] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel) and one not in seen:
            seen.add(one)
            names.update(dict.fromkeys(one.model_fields))
            waiting += [field.annotation for field in one.model_fields.values()]
        waiting += [part for part in getattr(one, "__args__", ()) if part is not Ellipsis]
    return list(names)
