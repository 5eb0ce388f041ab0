"""Source: none. The network has no published weights: it is taught from random ones."""

from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.errors import UsageError
from radzoo.core.source import Fetched, Progress, Source

if TYPE_CHECKING:
    from radzoo.core.entry import NoSource


def locate(source: "NoSource", cache: Path) -> Path | None:
    """Return None: there is no such file anywhere."""
    return None


def fetch(source: "NoSource", cache: Path, progress: Progress) -> Fetched:
    """Say that there is nothing to fetch.

    Raises:
        UsageError: always.
    """
    raise UsageError(
        "this network has no published weights: it is taught from random ones",
        id="no-weights",
        hint="radzoo finetune NAME --data DATA --out RUN teaches it; nothing has to be pulled",
    )


SOURCE = Source(kind="none", remote=False, locate=locate, fetch=fetch)
