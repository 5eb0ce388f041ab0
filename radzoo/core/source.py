"""Where weights come from. Imports nothing, so that listing models stays quick."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Progress = Callable[[int, int | None], None]
"""Called with the bytes that are here and the bytes that are expected, if known."""

WAITING = -1
"""Told in place of the bytes that are here, while another process fetches the file."""


def no_progress(done: int, total: int | None) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file of weights on this machine, verified as far as the registry allows."""

    path: Path
    sha256: str
    size_bytes: int
    cached: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Brings the weights of an entry to this machine.

    Attributes:
        remote: does `fetch` need the network?
        locate: `(source of the entry, cache) -> Path | None`: the file if it is already
            here. Touches no network and verifies nothing.
        fetch: `(source of the entry, cache, progress) -> Fetched`; the file is verified
            before it stands under its final name. Remote ones take a fourth argument: the
            sha256 that was trusted before, where the registry knows none.
    """

    kind: str
    remote: bool
    locate: Callable[..., Path | None]
    fetch: Callable[..., Fetched]
