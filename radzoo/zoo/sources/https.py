"""Source: a file behind an https address, kept in radzoo's cache under its hash.

As long as nobody knows the hash, the file is kept under the hash of its address.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.source import Fetched, Progress, Source

if TYPE_CHECKING:
    from radzoo.core.entry import HttpsSource

SUFFIXES = {"safetensors": ".safetensors", "torch": ".pth", "pickle": ".pickle"}


def locate(source: "HttpsSource", cache: Path) -> Path | None:
    """Return the file if it is in the cache, be it fetched before its hash was known."""
    named = (place(source, cache), _place_by_url(source, cache))
    return next((path for path in named if path.is_file()), None)


def place(source: "HttpsSource", cache: Path) -> Path:
    """Return where the file belongs; the server has no say in that."""
    if source.sha256 is None:
        return _place_by_url(source, cache)
    return cache / "weights" / f"{source.sha256}{SUFFIXES[source.format]}"


def _place_by_url(source: "HttpsSource", cache: Path) -> Path:
    name = hashlib.sha256(source.url.encode()).hexdigest()[:32]
    return cache / "weights" / f"url-{name}{SUFFIXES[source.format]}"


def fetch(
    source: "HttpsSource", cache: Path, progress: Progress, trusted: str | None = None
) -> Fetched:
    """Download the file; it is published only after its size and hash were found right."""
    # Asked for although it is here: it is to be fetched again. (What another process brings
    # from now on is welcome.)
    force = locate(source, cache) is not None
    from radzoo.zoo.addresses import Address, mirror_addresses
    from radzoo.zoo.transfer import download

    path = place(source, cache)
    return download(
        [Address(source.url), *mirror_addresses(source.mirrors)],
        source.model_copy(update={"sha256": source.sha256 or trusted}),
        path,
        progress,
        force=force,
        lock=cache / "locks" / f"{path.name}.lock",
    )


SOURCE = Source(kind="https", remote=True, locate=locate, fetch=fetch)
