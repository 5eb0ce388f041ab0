"""The published weights of an entry, on this machine, in a form that is safe to read."""

from pathlib import Path

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import IntegrityError
from radzoo.core.source import Fetched, Progress, no_progress
from radzoo.models.convert import converted
from radzoo.zoo.store import fetch_weights


def published_weights(
    entry: ZooEntry, *, cache: Path, offline: bool, progress: Progress = no_progress
) -> tuple[Path, Fetched]:
    """Fetch and verify the weights of an entry; a `torch` file is converted once.

    Returns:
        The safetensors file, and what was fetched.

    Raises:
        IntegrityError: if they are not what the registry says, or could run code.
        EnvironmentFailure: if they are not here and cannot be fetched.
    """
    if entry.source.format == "pickle":
        raise IntegrityError(
            f"the weights of {entry.name} are pickled objects, which can run code when opened",
            id="unsafe-weights",
            hint="ask its authors for a safetensors file; radzoo never unpickles objects",
        )
    fetched = fetch_weights(entry, cache=cache, offline=offline, progress=progress)
    if entry.source.format == "safetensors":
        return fetched.path, fetched
    return converted(fetched.path, fetched.sha256, cache / "converted"), fetched
