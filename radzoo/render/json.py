"""A report as one JSON document: the same bytes for the same report."""

from pydantic import BaseModel


def to_json(report: BaseModel) -> dict[str, object]:
    """Return a report as plain values; what is not finite is null."""
    return report.model_dump(mode="json")


def to_json_text(report: BaseModel) -> str:
    """Return a report as text, with a newline at its end."""
    return report.model_dump_json(indent=2) + "\n"
