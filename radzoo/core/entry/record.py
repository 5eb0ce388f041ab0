"""What every part of an entry is made from."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

RESERVED_NAMES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))]
)


class Record(BaseModel):
    """A part of an entry: immutable, no unknown fields, no silent conversions, finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def list_to_pair(value: object) -> object:
    """Return a list as a tuple: YAML and JSON have no tuples."""
    return tuple(value) if isinstance(value, list) else value


def _stays_inside(file: str) -> str:
    """Refuse a relative name that could lead out of the folder it belongs to."""
    if file.startswith("/") or "\\" in file or ".." in file.split("/"):
        raise ValueError("must be a relative path without '..'")
    return file


RelativeFile = Annotated[str, Field(min_length=1), AfterValidator(_stays_inside)]
Text = Annotated[str, Field(min_length=1)]
