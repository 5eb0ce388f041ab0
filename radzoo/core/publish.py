"""The one way in which files are written: whole or not at all."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from radzoo.core.errors import EnvironmentFailure


def publish(
    path: Path,
    write: Callable[[Path], object],
    *,
    check: Callable[[Path], object] | None = None,
    mode: int = 0o600,
) -> None:
    """Write a file so that nobody ever sees half of it.

    `write` fills a temporary file beside `path`; that file is flushed to the disk, checked and
    renamed over `path`, and the folder is flushed too. On any failure the temporary file
    is removed and what stood at `path` before still stands.

    Args:
        path: the final name; its folder is made if it is missing.
        write: fills the file whose path it is given.
        check: reads it again once it is on the disk, and raises `OSError` if it is not right.
        mode: permission bits; private by default, since most files derive from patients.

    Raises:
        EnvironmentFailure: if the folder cannot be written or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name}.{os.getpid()}.", suffix=".partial"
        )
        os.close(descriptor)
    except OSError as error:
        raise cannot_write(path, error) from None
    partial = Path(name)
    try:
        write(partial)
        if check is not None:
            flush(partial)
            check(partial)
        put_in_place(partial, path, mode=mode)
    except OSError as error:
        raise cannot_write(path, error) from None
    finally:
        partial.unlink(missing_ok=True)


def put_in_place(partial: Path, path: Path, *, mode: int) -> None:
    """Rename a complete file over `path` so that it survives a loss of power.

    Raises:
        OSError: if the folder cannot be written or the disk is full.
    """
    flush(partial)
    partial.chmod(mode)
    partial.replace(path)
    flush(path.parent)


def publish_text(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Publish a small UTF-8 text; names that are not UTF-8 keep their bytes."""
    data = text.encode("utf-8", "surrogateescape")
    publish(path, lambda partial: _write_bytes(partial, data), mode=mode)


def flush(path: Path) -> None:
    """Ask the kernel to put a file or a folder on the disk now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def cannot_write(path: Path, error: OSError) -> EnvironmentFailure:
    """Say why `path` could not be written, in the operating system's own words."""
    return EnvironmentFailure(
        f"cannot write {path}: {(error.strerror or 'unknown reason').lower()}",
        id="cannot-write",
        hint="choose another place, or make room or permission there",
    )


def _write_bytes(path: Path, data: bytes) -> None:
    path.write_bytes(data)
