"""Source: a file behind an https address, kept in radzoo's cache under its hash."""

from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.source import Fetched, Progress, Source

if TYPE_CHECKING:
    from radzoo.core.entry import HttpsSource

SUFFIXES = {"safetensors": ".safetensors", "torch": ".pth", "pickle": ".pickle"}


def locate(source: "HttpsSource", cache: Path) -> Path | None:
    """Return the file if it is in the cache."""
    path = place(source, cache)
    return path if path.is_file() else None


def place(source: "HttpsSource", cache: Path) -> Path:
    """Return where the file belongs: named by its hash, never by the server."""
    return cache / "weights" / f"{source.sha256 or source.sha256_prefix}{SUFFIXES[source.format]}"


def fetch(source: "HttpsSource", cache: Path, progress: Progress) -> Fetched:
    """Download the file; it is published only after its size and hash were found right."""
    from radzoo.zoo.transfer import download

    return download(source, place(source, cache), progress)


SOURCE = Source(kind="https", remote=True, locate=locate, fetch=fetch)
