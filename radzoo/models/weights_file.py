"""Which file of weights is meant."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """A safetensors file, and how it is known to be the right one.

    Attributes:
        sha256: of the whole file; what is read is hashed again, since another file may stand
            at `path` by then. None only where nobody knows it.
    """

    path: Path
    sha256: str | None
