"""Bring models to this machine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import LicenceError
from radzoo.core.source import Progress, no_progress
from radzoo.zoo.listing import is_permissive
from radzoo.zoo.store import fetch_weights, locate_weights


@dataclass(frozen=True, slots=True)
class Pulled:
    """One model that was pulled, or would be.

    Attributes:
        path: where its weights are; None in a dry run if they are not here yet.
        sha256: measured, or, in a dry run, what the registry says.
        cached: were they here before?
    """

    name: str
    path: Path | None
    sha256: str | None
    size_bytes: int | None
    cached: bool


def pull(
    entries: Sequence[ZooEntry],
    *,
    cache: Path,
    offline: bool = False,
    accept_licence: bool = False,
    dry_run: bool = False,
    force: bool = False,
    progress: Callable[[ZooEntry], Progress] = lambda entry: no_progress,
    log: Callable[[str], None] = lambda line: None,
) -> list[Pulled]:
    """Bring the weights of each entry to this machine, verified.

    Licences are looked at first: if one of them was not accepted, nothing is fetched.

    Raises:
        LicenceError: if a licence restricts use and was not accepted.
        IntegrityError: if a file is not the one that the registry means.
        EnvironmentFailure: if one cannot be fetched.
    """
    for entry in entries:
        check_licence(entry, accepted=accept_licence, log=log)
    if dry_run:
        return [_plan(entry, cache) for entry in entries]
    return [
        _bring(entry, cache, offline=offline, force=force, progress=progress(entry), log=log)
        for entry in entries
    ]


def check_licence(entry: ZooEntry, *, accepted: bool, log: Callable[[str], None]) -> None:
    """Raise `LicenceError` if the licence of the weights restricts use and was not accepted."""
    licence = entry.license.weights
    if licence is None:
        log(f"{entry.name}: its authors state no licence for the weights: ask them before use")
    elif not is_permissive(licence) and not accepted:
        raise LicenceError(
            f"the weights of {entry.name} are under {licence}, which restricts their use",
            id="licence-not-accepted",
            hint=f"read it, then: radzoo pull {entry.name} --accept-license",
        )


def _plan(entry: ZooEntry, cache: Path) -> Pulled:
    here = locate_weights(entry, cache)
    source = entry.source
    return Pulled(entry.name, here, source.sha256, source.size_bytes, cached=here is not None)


def _bring(
    entry: ZooEntry,
    cache: Path,
    *,
    offline: bool,
    force: bool,
    progress: Progress,
    log: Callable[[str], None],
) -> Pulled:
    fetched = fetch_weights(entry, cache=cache, offline=offline, force=force, progress=progress)
    if entry.source.sha256 is None:
        known = "only the start of its hash" if entry.source.sha256_prefix else "no hash"
        log(f"{entry.name}: the registry knows {known}; this file has sha256 {fetched.sha256}")
    return Pulled(entry.name, fetched.path, fetched.sha256, fetched.size_bytes, fetched.cached)
