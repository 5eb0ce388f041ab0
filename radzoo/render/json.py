"""A report as one JSON document: the same bytes for the same report."""

from pydantic import BaseModel

from radzoo.core import json_text


def to_json(report: BaseModel) -> dict[str, object]:
    """Return a report as plain values; what is not finite is null."""
    return json_text.to_document(report)


def to_json_text(report: BaseModel) -> str:
    """Return a report as text, with a newline at its end."""
    return json_text.to_text(report)
