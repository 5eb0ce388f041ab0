"""Are the weights on this machine those that the registry means? Reads only."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Literal

from radzoo.core.entry import File, ZooEntry
from radzoo.core.errors import (
    EnvironmentFailure,
    InputError,
    IntegrityError,
    LicenceError,
    RadzooError,
)
from radzoo.models.convert import sha256_of
from radzoo.workflows.twins import RememberedTwins, twin_folders
from radzoo.zoo.checksum import verify_file
from radzoo.zoo.store import locate_weights
from radzoo.zoo.trust import recall

Outcome = Literal["ok", "damaged", "changed", "missing", "not verifiable"]
KnownBy = Literal["sha256", "sha256_prefix", "md5", "first_use", "hub"]
Track = Callable[[Iterable[ZooEntry]], Iterable[ZooEntry]]
SelfTests = Callable[[ZooEntry], "SelfTested"]


@dataclass(frozen=True, slots=True)
class SelfTested:
    """What became of a self-test.

    Attributes:
        outcome: `loads` if none is stored and the weights fit the network; `not run` if they
            are not right, their licence was not accepted, or radzoo cannot build the network.
        largest_difference: from the stored values; None if the answer is no number.
        tolerance: the largest difference that is accepted.
        note: why it was not run, or what else there is to say.
    """

    outcome: Literal["passed", "failed", "not run", "loads"]
    largest_difference: float | None = None
    tolerance: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found out about the weights of one model.

    Attributes:
        sha256: measured; None if there is no file that can be read.
        expected: what it, or the md5, should be; for `sha256_prefix` its first digits.
        known_by: how the right hash is known: stated by the registry, its first digits, an
            md5, the file that came first, or the name that the hub gave the file.
        outcome: `damaged` if it is not what the registry says, `changed` if it is not the
            file that was trusted when it first came.
        note: what else there is to say.
    """

    name: str
    path: Path | None
    sha256: str | None
    expected: str | None
    known_by: KnownBy | None
    outcome: Outcome
    note: str | None = None
    selftest: SelfTested | None = None

    @property
    def failed(self) -> bool:
        """Must these weights not be used?"""
        bad = self.selftest is not None and self.selftest.outcome == "failed"
        return bad or self.outcome in {"damaged", "changed"}


def verify(
    entries: Sequence[ZooEntry],
    cache: Path,
    *,
    selftest: SelfTests | None = None,
    track: Track = iter,
) -> list[Verified]:
    """Hash the weights of each entry again; opens no socket and writes nothing.

    Args:
        entries: those to verify; one that is not on this machine is `missing`.
        cache: the root of the cache.
        selftest: tests an entry whose hash is right; None = test none.
        track: shows progress over the entries.
    """
    verified = []
    for entry in track(entries):
        found = verify_entry(entry, cache)
        if selftest is not None:
            found = _with_selftest(found, entry, selftest)
        verified.append(found)
    return verified


def stored_selftests(cache: Path) -> SelfTests:
    """Return what runs the self-test of an entry, or else tries whether its weights fit.

    Torch is imported only for the first.
    """

    def run(entry: ZooEntry) -> SelfTested:
        from radzoo.workflows.selftest import check_loads, run_selftest

        if entry.selftest is None:
            check_loads(entry, cache=cache, offline=True)
            return SelfTested("loads")
        result = run_selftest(entry, cache=cache, offline=True)
        difference = result.largest_difference
        return SelfTested(
            "passed" if result.passed else "failed",
            difference if isfinite(difference) else None,
            result.tolerance,
            result.note,
        )

    return run


def here(entries: Iterable[ZooEntry], cache: Path) -> list[ZooEntry]:
    """Return the entries whose weights are on this machine."""
    return [entry for entry in entries if locate_weights(entry, cache) is not None]


def verify_entry(entry: ZooEntry, cache: Path) -> Verified:
    """Hash the weights of one entry, and what was converted from them."""
    path = locate_weights(entry, cache)
    expected, known_by = expectation(entry, path)
    if entry.source.kind == "none":
        note = "it has no weights: it is taught from random ones"
        return Verified(entry.name, None, None, None, None, "not verifiable", note)
    if path is None:
        return Verified(entry.name, None, None, expected, known_by, "missing")
    found = Verified(entry.name, path, None, expected, known_by, "ok")
    try:
        found = replace(found, sha256=verify_file(path, entry.source, cached=True).sha256)
    except InputError as error:
        return replace(found, outcome="not verifiable", note=str(error))
    except IntegrityError as error:
        sha256 = verify_file(path, File(), cached=True).sha256
        # The very file that was trusted: it is the registry that has changed.
        outcome: Outcome = "changed" if (known_by, expected) == ("first_use", sha256) else "damaged"
        return replace(found, sha256=sha256, outcome=outcome, note=str(error))
    return _judge(found, cache)


def _judge(found: Verified, cache: Path) -> Verified:
    """Compare what the registry does not state, and what was made from the file."""
    if found.known_by == "hub" and found.sha256 != found.expected:
        note = "its hash is not the one that the hub announced"
        return replace(found, outcome="damaged", note=note)
    if found.known_by == "first_use" and found.sha256 != found.expected:
        note = "it is not the file that was trusted when it first came"
        return replace(found, outcome="changed", note=note)
    wrong = check_twins(twin_folders(cache), found.sha256 or "")
    if wrong:
        return replace(found, outcome="damaged", note=wrong)
    if found.known_by is None:
        note = "nobody has stated a hash of this file"
        return replace(found, outcome="not verifiable", note=note)
    return found


def expectation(entry: ZooEntry, path: Path | None) -> tuple[str | None, KnownBy | None]:
    """Return what is known of the hash of an entry's file, and how; the surest first."""
    source = entry.source
    trusted = recall(source)
    if source.sha256 is not None:
        return source.sha256, "sha256"
    if trusted is not None:
        return trusted.sha256, "first_use"
    if source.sha256_prefix is not None:
        return source.sha256_prefix, "sha256_prefix"
    if source.md5 is not None:
        return source.md5, "md5"
    name = path.resolve().name if path is not None and source.kind == "hub" else ""
    if len(name) == 64 and set(name) <= set("0123456789abcdef"):
        return name, "hub"
    return None, None


def check_twins(folders: Iterable[Path], sha256: str) -> str | None:
    """Say what is wrong with the files that were converted from these weights, if anything is.

    One that this user's radzoo does not remember is not used but made again, so that is not
    wrong.
    """
    remembered = RememberedTwins()
    for folder in folders:
        for twin in sorted(folder.glob(f"{sha256}*.safetensors")):
            known = remembered.recall(twin.stem)
            if known is not None and sha256_of(twin) != known:
                return "the file converted from it is damaged, and will be made again on use"
    return None


def _with_selftest(found: Verified, entry: ZooEntry, selftest: SelfTests) -> Verified:
    """Add the outcome of the self-test, which only weights with the right hash may take."""
    if found.outcome not in {"ok", "not verifiable"} or found.sha256 is None:
        return replace(found, selftest=SelfTested("not run"))
    if entry.selftest is None and entry.architecture.library == "external":
        note = "radzoo does not build this network"
        return replace(found, selftest=SelfTested("not run", note=note))
    try:
        return replace(found, selftest=selftest(entry))
    except LicenceError as error:
        return replace(found, selftest=SelfTested("not run", note=str(error)))
    except EnvironmentFailure as error:
        outcome: Literal["failed", "not run"] = "failed" if entry.selftest else "not run"
        return replace(found, selftest=SelfTested(outcome, note=str(error)))
    except RadzooError as error:  # a stored one could be run when it was stored
        return replace(found, selftest=SelfTested("failed", note=str(error)))
