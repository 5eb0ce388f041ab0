"""A small file that remembers the validated list of models. Imports nothing heavy.

Only `radzoo list` and shell completion read it: they may answer from it in a few
milliseconds. Whatever fetches or opens weights reads and validates the registry itself.

The index holds the hash of every registry file it was made from, and radzoo's version: a
changed file is noticed because it is read and hashed each time.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from radzoo import __version__
from radzoo.zoo.listing import Listed


def load_listing(files: Sequence[Path], cache: Path) -> list[Listed]:
    """Return the models in the registry files, from the index or, failing that, from YAML.

    Raises:
        InputError: if a registry file is wrong.
    """
    listed = read_index(files, cache)
    return make_index(files, cache) if listed is None else listed


def read_index(files: Sequence[Path], cache: Path) -> list[Listed] | None:
    """Return what the index remembers, or None if there is none for these very files."""
    try:
        index = json.loads(index_file(files, cache).read_bytes())
        if index["fingerprint"] != fingerprint(files):
            return None
        return [Listed(*row) for row in index["models"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # missing, unreadable or damaged: the registry itself decides


def make_index(files: Sequence[Path], cache: Path) -> list[Listed]:
    """Validate the registry files and remember the outcome, if the cache can be written."""
    from radzoo.core.errors import EnvironmentFailure
    from radzoo.core.publish import publish_text
    from radzoo.zoo.catalog import load_files
    from radzoo.zoo.listing import describe

    before = fingerprint(files)
    listed = [describe(entry) for entry in load_files(files).entries.values()]
    rows = [(model.record, model.source, model.words) for model in listed]
    text = json.dumps({"fingerprint": before, "models": rows})
    try:
        publish_text(index_file(files, cache), text, mode=0o644)
    except EnvironmentFailure:
        return listed  # a cache that cannot be written costs time, nothing else
    return listed


def index_file(files: Sequence[Path], cache: Path) -> Path:
    """Return where the index of these registry files is kept."""
    names = "\n".join(str(file.absolute()) for file in files)
    return (
        cache / "index" / f"{hashlib.sha256(names.encode(errors='replace')).hexdigest()[:16]}.json"
    )


def fingerprint(files: Sequence[Path]) -> str:
    """Return a hash of radzoo's version and of the content of the files.

    Raises:
        OSError: if a file cannot be read.
    """
    digest = hashlib.sha256(__version__.encode())
    for file in files:
        content = hashlib.sha256(file.read_bytes()).digest() if file.is_file() else b"missing"
        digest.update(content)
    return digest.hexdigest()
