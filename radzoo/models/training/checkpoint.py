"""Checkpoints of a training: a file of tensors, and a JSON file that says which is to be trusted.

    state-000007.safetensors   the tensors
    state-000007.json          its sha256, what the run is made from, and all other values

The JSON file is written last. Nothing is believed but what such a file names, with the hash
that it names; it has a hash of itself, too. The newest two are kept.
"""

import errno
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from radzoo.core.errors import IntegrityError, RadzooError
from radzoo.core.publish import publish, publish_text
from radzoo.models.safetensors_file import read_safetensors
from radzoo.models.safetensors_writing import write_safetensors
from radzoo.models.training.plain import Plain
from radzoo.models.training.snapshot import Snapshot

NAME: Final = re.compile(r"state-(\d{6,})\.(json|safetensors)")
KEPT: Final = 2
SCHEMA_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was read.

    Attributes:
        origin: what the run was made from, as it was given to `write_checkpoint`.
    """

    path: Path
    origin: Mapping[str, Plain]
    snapshot: Snapshot


def write_checkpoint(folder: Path, snapshot: Snapshot, origin: Mapping[str, Plain]) -> Path:
    """Put a training on the disk, and let the oldest checkpoint go only then.

    The file of tensors is flushed, opened again and hashed before it gets its name.

    Args:
        folder: of the checkpoints of one run; nobody else writes there meanwhile.
        snapshot: the training.
        origin: what the run is made from, so that it goes on with nothing else.

    Raises:
        EnvironmentFailure: if it could not be written; the checkpoints before are untouched.
    """
    number = 1 + max(_numbers(folder, "json", "safetensors"), default=0)
    path = folder / f"state-{number:06d}.json"
    tensors = path.with_suffix(".safetensors")
    try:
        document: dict[str, object] = {
            "schema_version": SCHEMA_VERSION,
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": _write_tensors(tensors, snapshot),
            "origin": origin,
            "state": snapshot.values,
        }
        publish_text(path, json.dumps({"digest": _digest(document)} | document, indent=1) + "\n")
    except BaseException:  # Ctrl-C too: it cleans up and goes on as it came
        for half in (path, tensors):  # the disk may be full, and nobody would ever read them
            half.unlink(missing_ok=True)
        raise
    _sweep(folder)
    return path


def read_checkpoint(
    folder: Path, warn: Callable[[str], object] = lambda message: None
) -> Checkpoint | None:
    """Return the newest checkpoint that is whole, or None if there is none.

    Args:
        folder: of the checkpoints of one run.
        warn: told of every newer one that is damaged.

    Raises:
        IntegrityError: if there are some, and all are damaged.
    """
    numbers = sorted(_numbers(folder, "json"), reverse=True)
    for number in numbers:
        path = folder / f"state-{number:06d}.json"
        try:
            return _read(path)
        except (RadzooError, OSError, ValueError, KeyError, TypeError):
            warn(f"the checkpoint {path.name} is damaged")
    if numbers:
        raise IntegrityError(
            f"no checkpoint in {folder} is whole",
            id="damaged-checkpoints",
            hint="begin anew with --overwrite, or in another --out",
        )
    return None


def has_checkpoint(folder: Path) -> bool:
    """Is there any?"""
    return any(_numbers(folder, "json"))


def remove_checkpoints(folder: Path) -> None:
    """Remove all, when they are needed no more."""
    _remove(folder, lambda number: True)


def _read(path: Path) -> Checkpoint:
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if document.pop("digest") != _digest(document):
        raise ValueError
    if document["schema_version"] != SCHEMA_VERSION:
        raise ValueError
    tensors = path.with_suffix(".safetensors")
    state = read_safetensors(tensors, sha256=document["sha256"])
    return Checkpoint(path, document["origin"], Snapshot(document["state"], state))


def _digest(document: Mapping[str, object]) -> str:
    text = json.dumps(document, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _write_tensors(path: Path, snapshot: Snapshot) -> str:
    written: list[str] = []
    publish(
        path,
        lambda partial: written.append(write_safetensors(partial, snapshot.tensors)),
        check=lambda partial: _compare(partial, written[0]),
    )
    return written[0]


def _compare(path: Path, sha256: str) -> None:
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise OSError(errno.EIO, "the disk does not hold what was written")


def _numbers(folder: Path, *kinds: str) -> set[int]:
    """Return the numbers of the files of these kinds."""
    if not folder.is_dir():
        return set()
    found = (NAME.fullmatch(path.name) for path in folder.iterdir())
    return {int(one[1]) for one in found if one and one[2] in kinds}


def _sweep(folder: Path) -> None:
    """Keep the newest; tensors that no JSON file names are nobody's."""
    kept = sorted(_numbers(folder, "json"))[-KEPT:]
    _remove(folder, lambda number: number not in kept)


def _remove(folder: Path, unwanted: Callable[[int], bool]) -> None:
    for kind in ("json", "safetensors"):  # never tensors without their name
        for number in _numbers(folder, kind):
            if unwanted(number):
                with suppress(FileNotFoundError):
                    (folder / f"state-{number:06d}.{kind}").unlink()
