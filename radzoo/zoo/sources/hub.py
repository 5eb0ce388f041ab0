"""Source: a file of a Hugging Face hub repository, in the shared Hugging Face cache.

The cache is the one that every program uses: what `hf download` fetched is found here, and
the other way round. `HF_HOME`, `HF_HUB_CACHE`, `HF_ENDPOINT`, `HF_TOKEN` and
`HF_HUB_OFFLINE` mean what they mean there. The library is asked what the hub says of a file
and for the user's token; the bytes come through radzoo's own transfer, since the library
publishes a file before anybody has verified it, and never compares its hash.
"""

import hashlib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.errors import EnvironmentFailure, IntegrityError
from radzoo.core.source import Fetched, Progress, Source
from radzoo.zoo.sources.https import SUFFIXES

if TYPE_CHECKING:
    from radzoo.core.entry import HubSource
    from radzoo.zoo.addresses import Address
    from radzoo.zoo.sources.hub_metadata import Announced

ENDPOINT_HINT = "check the network and proxy settings; a mirror can be set in HF_ENDPOINT"
COMMIT = re.compile(r"[0-9a-f]{40}")


def locate(source: "HubSource", cache: Path) -> Path | None:
    """Return the file if the revision that was last fetched holds it.

    Reads the documented layout of the cache, since importing the library takes longer than
    all the rest of `radzoo list`. What a mirror sent while the hub could not be asked which
    commit it belongs to is in radzoo's own cache.
    """
    repository = repository_folder(source.repository)
    commit = source.revision
    if not COMMIT.fullmatch(commit):
        try:
            commit = (repository / "refs" / commit).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            commit = ""
    path = repository / "snapshots" / commit / source.file
    if COMMIT.fullmatch(commit) and path.is_file():
        return path
    own = own_place(source, cache)
    return own if own.is_file() else None


def hub_cache() -> Path:
    """Return the folder of the shared cache, as huggingface_hub finds it."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("HF_HOME") or f"{base}/huggingface"
    chosen = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    return Path(os.path.expandvars(chosen or f"{home}/hub")).expanduser()


def repository_folder(repository: str) -> Path:
    """Return the folder of a repository of models in the shared cache."""
    return hub_cache() / f"models--{repository.replace('/', '--')}"


def fetch(
    source: "HubSource", cache: Path, progress: Progress, trusted: str | None = None
) -> Fetched:
    """Download the file; it is published only after its size and hash were found right.

    Raises:
        LicenceError: if the repository is gated.
        IntegrityError: if the bytes are not those that the registry means, or the hub.
        EnvironmentFailure: if neither the hub nor a mirror sends them.
    """
    from radzoo.zoo.addresses import mirror_addresses
    from radzoo.zoo.sources.hub_metadata import ask_hub

    expected = source.model_copy(update={"sha256": source.sha256 or trusted})
    mirrors = mirror_addresses(source.mirrors)
    try:
        announced = ask_hub(source)
    except EnvironmentFailure as failure:
        if not mirrors or failure.id == "offline":
            raise
        return _fetch_without_hub(expected, mirrors, cache, progress, str(failure))
    _check_announced(expected, announced)
    place = Place.of(source, announced.commit, announced.etag)
    return place.show(_bring(expected, announced, [announced.address, *mirrors], place, progress))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file belongs in the shared cache.

    Attributes:
        commit: the version of the repository.
        blob: holds the bytes, named by what the hub calls this version.
        snapshot: the file under its own name, in the tree of one commit.
        lock: what huggingface_hub holds, too, while it fetches.
        reference: remembers which commit a branch or tag was; None for a commit.
    """

    commit: str
    blob: Path
    snapshot: Path
    lock: Path
    reference: Path | None

    @classmethod
    def of(cls, source: "HubSource", commit: str, etag: str) -> "Place":
        """Return the place of a file at a commit."""
        folder = repository_folder(source.repository)
        return cls(
            commit=commit,
            blob=folder / "blobs" / etag,
            snapshot=folder / "snapshots" / commit / source.file,
            lock=hub_cache() / ".locks" / folder.name / f"{etag}.lock",
            reference=None if source.revision == commit else folder / "refs" / source.revision,
        )

    def show(self, fetched: Fetched) -> Fetched:
        """Make the blob visible under its name in the snapshot."""
        from radzoo.core.publish import publish_text
        from radzoo.zoo.sources.hub_links import link

        link(self.snapshot, self.blob)
        if self.reference is not None:
            publish_text(self.reference, self.commit, mode=0o644)
        return replace(fetched, path=self.snapshot, cached=False)


def _bring(
    expected: "HubSource",
    announced: "Announced",
    addresses: "list[Address]",
    place: Place,
    progress: Progress,
) -> Fetched:
    """Return the verified blob; one that is already there may serve another revision too."""
    from radzoo.zoo.sources.hub_metadata import hub_name
    from radzoo.zoo.transfer import download

    known = {
        "sha256": expected.sha256 or announced.sha256,
        "size_bytes": expected.size_bytes or announced.size_bytes,
    }
    force = place.snapshot.is_file()  # asked for although it is here
    try:
        return download(
            addresses, expected.model_copy(update=known), place.blob, progress,
            force=force, lock=place.lock,
        )  # fmt: skip
    except EnvironmentFailure as error:
        raise _with_hint(error) from None
    except IntegrityError as error:
        if error.id != "wrong-hash" or expected.sha256 is not None:
            raise
        raise IntegrityError(
            f"{expected.repository}/{expected.file} does not have the sha256 "
            f"{announced.etag[:16]}... that {hub_name()} announced",
            id="wrong-hash",
            hint="the transfer was damaged: try again, or another mirror in HF_ENDPOINT",
        ) from None


def _check_announced(source: "HubSource", announced: "Announced") -> None:
    """Refuse a file that the hub itself says is another one, before a byte of it came."""
    from radzoo.zoo.checksum import size_limit
    from radzoo.zoo.sources.hub_metadata import hub_name

    known = source.sha256 or source.sha256_prefix or ""
    if announced.sha256 is not None and not announced.sha256.startswith(known):
        raise IntegrityError(
            f"{hub_name()} announces {source.repository}/{source.file} with sha256 "
            f"{announced.sha256[:16]}..., the registry says {known[:16]}...",
            id="wrong-hash",
            hint="the file has changed at its source: do not use it",
        )
    if source.size_bytes is None and (announced.size_bytes or 0) > size_limit(source):
        raise IntegrityError(
            f"{hub_name()} announces {source.repository}/{source.file} with "
            f"{announced.size_bytes:,} bytes, the registry says about "
            f"{source.size_mb or 0:,.0f} MB",
            id="wrong-size",
            hint="the file has changed at its source: do not use it",
        )


def _with_hint(error: EnvironmentFailure, before: str = "") -> EnvironmentFailure:
    """Return an error of the network again: how another hub is named, what was tried before."""
    if error.id != "download-failed":
        return error
    return EnvironmentFailure(f"{before}{error}", id=error.id, hint=ENDPOINT_HINT)


def _fetch_without_hub(
    expected: "HubSource",
    mirrors: "list[Address]",
    cache: Path,
    progress: Progress,
    why: str,
) -> Fetched:
    """Fetch from mirrors: into the shared cache if it is known where the file belongs there.

    `why` says what became of the hub, if the mirrors fail too.
    """
    if expected.sha256 is None:
        raise EnvironmentFailure(
            f"{why}, and without a known hash a mirror is not trusted",
            id="download-failed",
            hint=ENDPOINT_HINT,
        )
    try:
        return _from_mirrors(expected, mirrors, cache, progress)
    except EnvironmentFailure as error:
        raise _with_hint(error, f"{why}; ") from None


def _from_mirrors(
    expected: "HubSource", mirrors: "list[Address]", cache: Path, progress: Progress
) -> Fetched:
    from radzoo.zoo.transfer import download

    if expected.sha256 is not None and COMMIT.fullmatch(expected.revision):
        place = Place.of(expected, expected.revision, expected.sha256)
        force = place.snapshot.is_file()
        return place.show(
            download(mirrors, expected, place.blob, progress, force=force, lock=place.lock)
        )
    own = own_place(expected, cache)
    lock = cache / "locks" / f"{own.name}.lock"
    return download(mirrors, expected, own, progress, force=own.is_file(), lock=lock)


def own_place(source: "HubSource", cache: Path) -> Path:
    """Return where radzoo's own cache keeps a file whose commit nobody could say."""
    address = f"{source.repository}@{source.revision}/{source.file}"
    name = hashlib.sha256(address.encode()).hexdigest()[:32]
    return cache / "weights" / f"hub-{name}{SUFFIXES[source.format]}"


SOURCE = Source(kind="hub", remote=True, locate=locate, fetch=fetch)
