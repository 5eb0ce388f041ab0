"""A report as one JSON document: the same bytes for the same report."""

import json

from pydantic import BaseModel


def to_json(report: BaseModel) -> dict[str, object]:
    """Return a report as plain values; what is not finite is null."""
    # Only the way through text turns what is not finite into null.
    document: dict[str, object] = json.loads(report.model_dump_json())
    return document


def to_json_text(report: BaseModel) -> str:
    """Return a report as text, with a newline at its end."""
    return report.model_dump_json(indent=2) + "\n"
