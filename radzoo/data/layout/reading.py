"""From a YAML file to a layout; a mistake in it is told with file, line and field."""

from pathlib import Path
from typing import Final

from pydantic import ValidationError

from radzoo.core.errors import InputError
from radzoo.core.schema_mistakes import find_mistakes
from radzoo.core.schema_words import Schema
from radzoo.core.strict_yaml import Document, parse_yaml
from radzoo.data.door import open_regular
from radzoo.data.layout.schema import Layout
from radzoo.data.refusal import REASONS, ImageRefused

MOST_BYTES: Final = 200_000
LAYOUT: Final = Schema(Layout)
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
    first, *others = find_mistakes(error, document, LAYOUT)
    more = f" (and {len(others)} more)" if others else ""
    where = f"{document.file}:{first.line}: {first.field or 'the layout'}"
    return _invalid(f"{where}: {first.message}{more}", first.hint)


def _invalid(message: str, hint: str = "") -> InputError:
    return InputError(message, id="invalid-layout", hint=hint or HELP)
