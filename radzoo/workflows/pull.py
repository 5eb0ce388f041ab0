"""Bring models to this machine, several at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import RadzooError
from radzoo.core.source import Progress, no_progress
from radzoo.workflows.side_by_side import side_by_side
from radzoo.zoo.licences import check_licence
from radzoo.zoo.store import check_reachable, fetch_weights, locate_weights
from radzoo.zoo.trust import address_of


@dataclass(frozen=True, slots=True)
class Pulled:
    """One model that was pulled, or would be.

    Attributes:
        path: where its weights are; None in a dry run if they are not here yet.
        sha256: measured, or, in a dry run, what the registry says.
        cached: were they here before?
        origin: where they come from, for people.
    """

    name: str
    path: Path | None
    sha256: str | None
    size_bytes: int | None
    cached: bool
    origin: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the models that were asked for, in that order.

    Attributes:
        failed: name and error of each that could not be brought.
    """

    pulled: list[Pulled] = field(default_factory=list)
    failed: list[tuple[str, RadzooError]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PullConfig:
    """What the user asks for.

    Attributes:
        cache: radzoo's own.
        accept_licence: licences that restrict use are accepted.
        dry_run: check and tell, but fetch and remember nothing.
        force: fetch again what is already here.
        trust_again: accept that files without a known hash have changed.
        jobs: how many transfers run at a time.
    """

    cache: Path
    offline: bool = False
    accept_licence: bool = False
    dry_run: bool = False
    force: bool = False
    trust_again: bool = False
    jobs: int = 3


def pull(
    entries: Sequence[ZooEntry],
    config: PullConfig,
    *,
    progress: Callable[[ZooEntry], Progress] = lambda entry: no_progress,
    log: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """Bring the weights of each entry to this machine, verified.

    All that can be known before is checked before the first byte: if a licence was not
    accepted, or one model needs a network that may not be used, nothing is fetched. After
    that the failure of one model does not stop the others.

    Raises:
        LicenceError: if a licence restricts use and was not accepted.
        EnvironmentFailure: if a model is not here and radzoo works offline.
    """
    force = config.force or config.trust_again
    for entry in entries:
        check_reachable(entry, cache=config.cache, offline=config.offline, force=force)
    for entry in entries:
        # Said and remembered once a transfer has succeeded; who only asks is told now.
        said = log if config.dry_run else None
        check_licence(entry, accepted=config.accept_licence, dry_run=True, log=said)
    if config.dry_run:
        return Outcome([_plan(entry, config.cache) for entry in entries])

    def bring(entry: ZooEntry, tell: Progress) -> Pulled | RadzooError:
        try:
            return _bring(entry, config, tell, log)
        except RadzooError as error:
            return error

    outcome = Outcome()
    results = side_by_side(entries, bring, progress, jobs=config.jobs)
    for entry, result in zip(entries, results, strict=True):
        if isinstance(result, Pulled):
            outcome.pulled.append(result)
        else:
            outcome.failed.append((entry.name, result))
    return outcome


def origin_of(entry: ZooEntry) -> str:
    """Say where the weights of an entry come from."""
    source = entry.source
    if source.kind == "package":
        return f"package {source.package}"
    if source.kind == "local":
        return source.path
    return address_of(source) or source.kind


def _plan(entry: ZooEntry, cache: Path) -> Pulled:
    here = locate_weights(entry, cache)
    source = entry.source
    return Pulled(
        entry.name, here, source.sha256, source.size_bytes, here is not None, origin_of(entry)
    )


def _bring(
    entry: ZooEntry, config: PullConfig, progress: Progress, log: Callable[[str], None]
) -> Pulled:
    fetched = fetch_weights(
        entry,
        cache=config.cache,
        offline=config.offline,
        force=config.force,
        accept_licence=config.accept_licence,
        trust_again=config.trust_again,
        progress=progress,
        log=log,
    )
    if not config.accept_licence:  # else `fetch_weights` has said it
        check_licence(entry, log=log)
    if entry.source.sha256 is None and address_of(entry.source) is None:
        log(f"{entry.name}: the registry knows no hash; this file has sha256 {fetched.sha256}")
    return Pulled(
        entry.name, fetched.path, fetched.sha256, fetched.size_bytes, fetched.cached,
        origin_of(entry),
    )  # fmt: skip
