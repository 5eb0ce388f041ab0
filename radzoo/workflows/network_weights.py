"""The published weights of an entry, on this machine, in a form that is safe to read."""

from collections.abc import Callable
from pathlib import Path

from radzoo.core.entry import ExternalSource, ZooEntry
from radzoo.core.source import Fetched, Progress, no_progress
from radzoo.models.convert import converted
from radzoo.models.weights_file import WeightsFile
from radzoo.workflows.twins import RememberedTwins, twin_folders
from radzoo.zoo.store import fetch_weights


def published_weights(
    entry: ZooEntry,
    *,
    cache: Path,
    offline: bool,
    progress: Progress = no_progress,
    log: Callable[[str], object] | None = None,
) -> tuple[WeightsFile, Fetched]:
    """Fetch and verify the weights of an entry; any but a safetensors file is converted once.

    `log` is told if a file was trusted because nobody knows its hash, or if what was converted
    cannot be remembered.

    Returns:
        The safetensors file, and what was fetched.

    Raises:
        LicenceError: if their licence has to be accepted first, or they have to be asked for.
        IntegrityError: if they are not what the registry says, or are not safe to read.
        EnvironmentFailure: if they are not here and cannot be fetched.
    """
    fetched = fetch_weights(entry, cache=cache, offline=offline, progress=progress, log=log)
    source = entry.source
    # Of external weights there is nothing to fetch, and `fetch_weights` has said so.
    if isinstance(source, ExternalSource) or (source.format, source.member) == (
        "safetensors",
        None,
    ):
        return WeightsFile(fetched.path, fetched.sha256), fetched
    twin = converted(
        fetched.path, fetched.sha256, twin_folders(cache), RememberedTwins(log),
        format=source.format, member=source.member, state=entry.architecture.state,
    )  # fmt: skip
    return twin, fetched
