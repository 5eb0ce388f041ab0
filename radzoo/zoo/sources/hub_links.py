"""Shows a blob of the shared Hugging Face cache under its name in a snapshot."""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from radzoo.core.publish import cannot_write, flush, publish


def link(snapshot: Path, blob: Path) -> None:
    """Make `snapshot` a relative link to `blob`, or a copy where links are impossible.

    What stood there before is replaced in one step: a reader sees the one or the other.

    Raises:
        EnvironmentFailure: if the folder cannot be written or the disk is full.
    """
    target = os.path.relpath(blob, snapshot.parent)
    new = snapshot.with_name(f".{snapshot.name}.{os.getpid()}.{secrets.token_hex(4)}.partial")
    try:
        snapshot.parent.mkdir(parents=True, exist_ok=True)
        if not _linked(new, target):
            publish(snapshot, lambda partial: _copy(blob, partial), mode=0o644)
            return
        new.replace(snapshot)
        flush(snapshot.parent)
    except OSError as error:
        raise cannot_write(snapshot, error) from None
    finally:
        with suppress(OSError):
            new.unlink()


def _linked(path: Path, target: str) -> bool:
    """Make a link, if this system, this disk and this user can."""
    if os.environ.get("HF_HUB_DISABLE_SYMLINKS", "").upper() in {"1", "ON", "YES", "TRUE"}:
        return False
    try:
        path.symlink_to(target)
    except (OSError, NotImplementedError):
        return False
    return True


def _copy(blob: Path, partial: Path) -> None:
    shutil.copyfile(blob, partial)
