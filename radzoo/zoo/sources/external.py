"""Source: weights that radzoo does not fetch; it says what the user has to do."""

from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.errors import LicenceError
from radzoo.core.source import Fetched, Progress, Source

if TYPE_CHECKING:
    from radzoo.core.entry import ExternalSource

REASONS = {
    "gated": "are behind terms that you have to accept yourself",
    "request": "are given on request only",
    "manual": "have to be fetched by hand",
    "unverified": "have no address that anybody has verified",
}


def locate(source: "ExternalSource", cache: Path) -> Path | None:
    """Return None: where such a file would be, only the user knows."""
    return None


def fetch(source: "ExternalSource", cache: Path, progress: Progress) -> Fetched:
    """Say what to do.

    Raises:
        LicenceError: always.
    """
    page = f" ({source.url})" if source.url else ""
    raise LicenceError(
        f"these weights {REASONS[source.reason]}{page}",
        id="external-weights",
        hint=f"{source.instructions} With the file: "
        "radzoo registry add NAME --name mine --local FILE",
    )


SOURCE = Source(kind="external", remote=False, locate=locate, fetch=fetch)
