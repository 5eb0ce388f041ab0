"""Is a file of weights the one that the registry means?"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.errors import InputError, IntegrityError
from radzoo.core.source import Fetched, Progress, no_progress

if TYPE_CHECKING:
    from radzoo.core.entry import File

BLOCK_BYTES = 1 << 20
# How a file begins that a server sends instead of weights.
IMPOSTORS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("an HTML page", lambda head: head.lstrip()[:5].lower() in {b"<!doc", b"<html"}),
    ("a git-lfs pointer", lambda head: head.startswith(b"version https://git-lfs")),
    ("a JSON or text message", lambda head: head.lstrip()[:1] == b"{" and head[8:9] != b"{"),
    ("an XML message", lambda head: head.lstrip().startswith(b"<?xml")),
    ("gzip-compressed data", lambda head: head.startswith(b"\x1f\x8b")),
)


def verify_file(
    path: Path, expected: "File", *, cached: bool, progress: Progress = no_progress
) -> Fetched:
    """Hash a file and compare it with what the registry says of it.

    Raises:
        IntegrityError: if size or hash differ.
        InputError: if the file cannot be read.
    """
    digest = hashlib.sha256()
    size = 0
    head = b""
    try:
        total = path.stat().st_size
        with path.open("rb") as stream:
            while block := stream.read(BLOCK_BYTES):
                head = head or block[:64]
                digest.update(block)
                size += len(block)
                progress(size, total)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError(
            f"cannot read {path}: {reason}",
            id="unreadable-weights",
            hint="check that the file is there and may be read",
        ) from None
    compare(path.name, expected, sha256=digest.hexdigest(), size=size, head=head)
    return Fetched(path, digest.hexdigest(), size, cached)


def compare(what: str, expected: "File", *, sha256: str, size: int, head: bytes = b"") -> None:
    """Raise `IntegrityError` unless size and hash are those of the registry.

    `what` names the file in the message; `head`, its first bytes, tells what came instead.
    """
    if expected.size_bytes is not None and size != expected.size_bytes:
        raise IntegrityError(
            f"{what} has {size:,} bytes, the registry says {expected.size_bytes:,}{_instead(head)}",
            id="wrong-size",
            hint="radzoo pull --force fetches it again",
        )
    known = expected.sha256 or expected.sha256_prefix or ""
    if not sha256.startswith(known):
        raise IntegrityError(
            f"{what} has sha256 {sha256[:16]}..., the registry says {known[:16]}..."
            f"{_instead(head)}",
            id="wrong-hash",
            hint="radzoo pull --force fetches it again; if that fails, do not use this file",
        )


def _instead(head: bytes) -> str:
    """Say what a file looks like, if not like weights."""
    return next((f": it looks like {kind}" for kind, fits in IMPOSTORS if fits(head)), "")
