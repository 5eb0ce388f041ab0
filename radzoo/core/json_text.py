"""Records as JSON text and back: numbers that are not finite are null, names keep their bytes.

pydantic's own writer and reader refuse a file name that is not UTF-8.
"""

import json
from typing import TypeVar

from pydantic import BaseModel

Record = TypeVar("Record", bound=BaseModel)


def to_document(record: BaseModel) -> dict[str, object]:
    """Return a record as plain values; what is not finite is null."""
    text = json.dumps(record.model_dump(mode="json"))
    document: dict[str, object] = json.loads(text, parse_constant=lambda name: None)
    return document


def to_text(record: BaseModel) -> str:
    """Return a record as ASCII text, with a newline at its end."""
    return json.dumps(to_document(record), indent=2, allow_nan=False) + "\n"


def from_text(kind: type[Record], text: str) -> Record:
    """Return the record that `to_text` wrote.

    Raises:
        ValueError: if the text is no JSON or no such record.
    """
    return kind.model_validate(json.loads(text))
