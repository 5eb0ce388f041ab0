"""Remembers validated registry files, so that YAML is read once. Imports nothing heavy.

Reading a registry of 400 kB takes about a second, reading its index a few milliseconds. The
index of a file is found by the hash of its content, of radzoo's version and of the code that
knows the schema: a changed file is noticed because it is read and hashed each time.

Hashes of weights come out of it, so it lives in the user's own memory, never in a cache that
others may write, and is used only if it belongs to this user and nobody else can change it.

An index has a line of JSON that says what it is, one with the names, one for `radzoo list`,
and one for each entry as it stands in the registry: only the line that is needed is parsed.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from radzoo import __version__
from radzoo.zoo.listing import Listed, Record
from radzoo.zoo.memory import memory_root

PACKAGE = Path(__file__).parent.parent
# What decides whether a registry is right, and what an index holds of it.
CODE = (
    "core/entry/*.py", "core/plain_scanner.py", "core/strict_yaml.py",
    "zoo/catalog.py", "zoo/index.py", "zoo/licence*.py", "zoo/listing.py",
)  # fmt: skip
MAX_BYTES = 1_000_000
KEPT = 20


@dataclass(frozen=True, slots=True)
class Indexed:
    """One registry file that was found valid.

    Attributes:
        names: of its models, in alphabetical order.
        lines: JSON: first what a list shows of all models, then each entry.
    """

    file: Path
    names: tuple[str, ...]
    lines: Sequence[bytes]

    def entry(self, name: str) -> Record:
        """Return the fields of an entry as they stand in the registry."""
        fields: Record = json.loads(self.lines[1 + self.names.index(name)])
        return fields

    def listed(self) -> list[Listed]:
        """Return what a list shows of each model."""
        return [beside(Listed(*row), self.file) for row in json.loads(self.lines[0])]


def load_listing(files: Sequence[Path]) -> list[Listed]:
    """Return the models in the registry files by name, from the index or else from YAML.

    Raises:
        InputError: if a registry file is wrong.
    """
    layers = []
    for file in files:
        index = read_index(file)
        if index is None:
            from radzoo.zoo.catalog import list_registry

            layers.append(list_registry(file))
        else:
            layers.append(index.listed())
    return _merged(layers)


def read_listing(files: Sequence[Path]) -> list[Listed] | None:
    """Return the models in the registry files, or None if one of them is not indexed."""
    indexes = [read_index(file) for file in files]
    known = [index for index in indexes if index is not None]
    return _merged(index.listed() for index in known) if len(known) == len(files) else None


def read_names(files: Sequence[Path]) -> list[str] | None:
    """Return the names of all models, or None if a file is not indexed."""
    indexes = [read_index(file) for file in files]
    known = [index for index in indexes if index is not None]
    if len(known) != len(files):
        return None
    return sorted({name for index in known for name in index.names})


def read_index(file: Path) -> Indexed | None:
    """Return what is remembered of a registry file, or None if that is not these very bytes."""
    try:
        if file.stat().st_size > MAX_BYTES or not file.is_file():
            return None
        key = fingerprint(file.read_bytes())
        header, _, body = _read_private(index_path(key)).partition(b"\n")
        about = json.loads(header)
        if about["fingerprint"] != key or about["digest"] != hashlib.sha256(body).hexdigest():
            return None
        names, *lines = body.split(b"\n")
        return Indexed(file, tuple(json.loads(names)), lines)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # missing, damaged or not private: the registry itself decides


def write_index(
    data: bytes, entries: Mapping[str, Mapping[str, object]], listed: Iterable[Listed]
) -> None:
    """Remember a valid registry file, if this user's memory can be written.

    Args:
        data: the content of the file.
        entries: the fields of each entry as they stand in the file.
        listed: what a list shows of each.
    """
    from radzoo.core.errors import EnvironmentFailure
    from radzoo.core.publish import publish_text

    key, names = fingerprint(data), sorted(entries)
    rows = [(model.record, model.source) for model in listed]
    parts = [names, rows, *(entries[name] for name in names)]
    body = "\n".join(json.dumps(part) for part in parts)
    digest = hashlib.sha256(body.encode()).hexdigest()
    header = json.dumps({"fingerprint": key, "digest": digest})
    try:
        _make_private(index_path(key).parent)
        publish_text(index_path(key), f"{header}\n{body}", mode=0o600)
        _forget_old(index_path(key).parent)
    except (OSError, EnvironmentFailure):
        return  # a memory that cannot be written costs time, nothing else


def index_path(key: str) -> Path:
    """Return where the index with a fingerprint is kept."""
    return memory_root() / "index" / f"{key[:32]}.jsonl"


def fingerprint(data: bytes) -> str:
    """Return a hash of a registry's content, radzoo's version and the code of the schema."""
    digest = hashlib.sha256(__version__.encode())
    for code in sorted(file for pattern in CODE for file in PACKAGE.glob(pattern)):
        digest.update(hashlib.sha256(code.read_bytes()).digest())
    digest.update(data)
    return digest.hexdigest()


def beside(model: Listed, registry: Path) -> Listed:
    """Resolve the path of local weights, which is relative to the registry that names it."""
    if model.source["kind"] != "local":
        return model
    path = registry.absolute().parent / str(model.source["path"])
    return replace(model, source={**model.source, "path": str(path)})


def _merged(layers: Iterable[list[Listed]]) -> list[Listed]:
    """Lay lists over each other: of models with one name the last counts."""
    models = {str(model.record["name"]): model for layer in layers for model in layer}
    return [models[name] for name in sorted(models)]


def _read_private(path: Path) -> bytes:
    """Return the content of a file that only this user can have written.

    Raises:
        OSError: if it is not there.
        ValueError: if somebody else could have written it.
    """
    for folder in (path.parent, path.parent.parent):
        _check_private(folder.stat())
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())
        _check_private(status)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("not a file")
        return stream.read()


def _check_private(status: os.stat_result) -> None:
    if os.name == "posix" and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
        raise ValueError("others may write here")


def _make_private(folder: Path) -> None:
    """Make the folder of the index and the one around it, for this user only."""
    for place in (folder.parent, folder):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and place.stat().st_uid == os.geteuid():
            place.chmod(0o700)


def _forget_old(folder: Path) -> None:
    """Remove all but the indexes that were made last."""
    files = sorted(folder.glob("*.jsonl"), key=lambda file: file.stat().st_mtime_ns)
    for file in files[:-KEPT]:
        file.unlink(missing_ok=True)
