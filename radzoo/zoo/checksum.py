"""Is a file of weights the one that the registry means?"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.errors import InputError, IntegrityError
from radzoo.core.source import Fetched, Progress, no_progress

if TYPE_CHECKING:
    from radzoo.core.entry import File, WeightsSource

BLOCK_BYTES = 1 << 20
HEAD_BYTES = 64
MOST_BYTES = 20 * 2**30
# How a zip archive begins, and a pickle.
TORCH_HEADS = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
# How a file begins that a server sends instead of weights.
IMPOSTORS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("an HTML page", lambda head: head.lstrip()[:5].lower() in {b"<!doc", b"<html"}),
    ("a git-lfs pointer", lambda head: head.startswith(b"version https://git-lfs")),
    ("a JSON or text message", lambda head: head.lstrip()[:1] == b"{" and head[8:9] != b"{"),
    ("an XML message", lambda head: head.lstrip().startswith(b"<?xml")),
    ("gzip-compressed data", lambda head: head.startswith(b"\x1f\x8b")),
)


class WrongFile(IntegrityError):
    """A file is not the one that the registry means.

    Its hint is a general one: what to do depends on where the file comes from, which is known
    to whoever wanted it.
    """


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a file.

    Attributes:
        md5: None if the registry does not know it.
        head: the first bytes, which tell what came in place of weights.
    """

    size: int
    sha256: str
    md5: str | None
    head: bytes


class Measure:
    """Measures a file block by block: its sha256, and its md5 where the registry knows that."""

    def __init__(self, expected: "File") -> None:
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False) if expected.md5 else None
        self._size = 0
        self._head = b""

    def add(self, block: memoryview) -> None:
        """Take in the next bytes."""
        self._sha256.update(block)
        if self._md5:
            self._md5.update(block)
        self._head = self._head or bytes(block[:HEAD_BYTES])
        self._size += len(block)

    def result(self) -> Measured:
        """Return what was measured so far."""
        md5 = self._md5.hexdigest() if self._md5 else None
        return Measured(self._size, self._sha256.hexdigest(), md5, self._head)


def size_limit(expected: "File") -> int:
    """Return the most bytes that may be fetched as this file.

    A size that was published in megabytes is rounded, and may count 1024 to the kilobyte.
    """
    if expected.size_bytes is not None:
        return expected.size_bytes
    if expected.size_mb is None:
        return MOST_BYTES
    return min(int(expected.size_mb * 1.1e6) + 1_000_000, MOST_BYTES)


def verify_file(
    path: Path,
    expected: "File",
    *,
    cached: bool,
    progress: Progress = no_progress,
    what: str | None = None,
) -> Fetched:
    """Hash a file and compare it with what the registry says of it.

    Args:
        path: of the file.
        expected: what is known of it.
        cached: was it here before?
        progress: told how much is hashed.
        what: names the file in messages, if its own name says nothing.

    Raises:
        WrongFile: if size or hash differ.
        InputError: if the file cannot be read.
    """
    measure = Measure(expected)
    buffer = memoryview(bytearray(BLOCK_BYTES))
    done = 0
    try:
        total = path.stat().st_size
        with path.open("rb", buffering=0) as stream:
            while size := stream.readinto(buffer):
                measure.add(buffer[:size])
                done += size
                progress(done, total)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError(
            f"cannot read {path}: {reason}",
            id="unreadable-weights",
            hint="check that the file is there and may be read",
        ) from None
    measured = measure.result()
    compare(what or path.name, expected, measured)
    return Fetched(path, measured.sha256, measured.size, cached)


def compare(what: str, expected: "File", measured: Measured) -> None:
    """Raise `WrongFile` unless size and hashes are those of the registry.

    `what` names the file in the message.
    """
    if expected.size_bytes is not None and measured.size != expected.size_bytes:
        raise WrongFile(
            f"{what} has {measured.size:,} bytes, the registry says {expected.size_bytes:,}"
            f"{_instead(measured.head)}",
            id="wrong-size",
            hint="do not use this file",
        )
    known = expected.sha256 or expected.sha256_prefix or ""
    for kind, is_known, found in (
        ("sha256", known, measured.sha256),
        ("md5", expected.md5 or "", measured.md5 or ""),
    ):
        if not found.startswith(is_known):
            raise WrongFile(
                f"{what} has {kind} {found[:16]}..., the registry says {is_known[:16]}..."
                f"{_instead(measured.head)}",
                id="wrong-hash",
                hint="do not use this file",
            )


def check_format(path: Path, source: "WeightsSource", name: str) -> None:
    """Refuse a torch file that its entry calls safetensors: it would only seem damaged.

    Raises:
        IntegrityError: if it is one.
    """
    if source.kind == "external" or (source.format, source.member) != ("safetensors", None):
        return
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if head[8:9] != b"{" and head.startswith(TORCH_HEADS):
        raise IntegrityError(
            f"the weights file of {name} looks like a torch file, its entry says safetensors",
            id="another-format",
            hint="set `format: torch` in the registry, or pickle if it holds more than tensors",
        )


def _instead(head: bytes) -> str:
    """Say what a file looks like, if not like weights."""
    return next((f": it looks like {kind}" for kind, fits in IMPOSTORS if fits(head)), "")
