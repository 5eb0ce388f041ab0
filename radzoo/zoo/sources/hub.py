"""Source: a file of a Hugging Face hub repository, in the shared Hugging Face cache.

The cache is the one that every program uses: what `hf download` fetched is found here, and
the other way round. `HF_HOME`, `HF_HUB_CACHE`, `HF_ENDPOINT`, `HF_TOKEN` and
`HF_HUB_OFFLINE` mean what they mean there. The library checks the size of what it fetched
but not its hash, so that is done here, against the registry and against the name of the
blob, which for large files is the hash that the hub announced.
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.errors import EnvironmentFailure, IntegrityError, LicenceError
from radzoo.core.source import Fetched, Progress, Source
from radzoo.zoo.checksum import verify_file

if TYPE_CHECKING:
    from radzoo.core.entry import HubSource

SHA256 = re.compile(r"[0-9a-f]{64}")
COMMIT = re.compile(r"[0-9a-f]{40}")


def locate(source: "HubSource", cache: Path) -> Path | None:
    """Return the file if the revision that was last fetched holds it.

    Reads the documented layout of the cache, since importing the library takes longer than
    all the rest of `radzoo list`.
    """
    repository = hub_cache() / f"models--{source.repository.replace('/', '--')}"
    commit = source.revision
    if not COMMIT.fullmatch(commit):
        try:
            commit = (repository / "refs" / source.revision).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
    path = repository / "snapshots" / commit / source.file
    return path if COMMIT.fullmatch(commit) and path.is_file() else None


def hub_cache() -> Path:
    """Return the folder of the shared cache, as huggingface_hub finds it."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("HF_HOME") or f"{base}/huggingface"
    chosen = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    return Path(os.path.expandvars(chosen or f"{home}/hub")).expanduser()


def fetch(source: "HubSource", cache: Path, progress: Progress) -> Fetched:
    """Download the file and verify it; what fails is removed from the shared cache."""
    path = _download(source, progress, force=locate(source, cache) is not None)
    blob = path.resolve()
    try:
        fetched = verify_file(path, source, cached=False)
        if SHA256.fullmatch(blob.name) and blob.name != fetched.sha256:
            raise IntegrityError(
                f"{source.repository}/{source.file} has sha256 {fetched.sha256[:16]}..., "
                f"the hub announced {blob.name[:16]}...",
                id="wrong-hash",
                hint="the transfer was damaged: try again, or another mirror in HF_ENDPOINT",
            )
    except IntegrityError:
        path.unlink(missing_ok=True)
        blob.unlink(missing_ok=True)
        raise
    return fetched


def _download(source: "HubSource", progress: Progress, *, force: bool) -> Path:
    """Let huggingface_hub fetch the file, and say in our words what went wrong."""
    # radzoo reports to nobody; the library must know before it is imported.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from httpx2 import HTTPError
    from huggingface_hub import constants, hf_hub_download
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    where = f"{source.repository}/{source.file}"
    try:
        with _quiet_library():
            path = hf_hub_download(
                source.repository,
                source.file,
                revision=source.revision,
                force_download=force,
                tqdm_class=_bar_for(progress),
            )
    except GatedRepoError:
        raise LicenceError(
            f"{source.repository} is open only to those who accepted its terms on the hub",
            id="gated-model",
            hint="accept them on its page, then set HF_TOKEN",
        ) from None
    except (LocalEntryNotFoundError, OfflineModeIsEnabled):
        raise (_offline(where) if constants.HF_HUB_OFFLINE else _unreachable(where)) from None
    except (EntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError):
        raise EnvironmentFailure(
            f"the hub has no {where} at revision {source.revision}, or keeps it private",
            id="not-on-the-hub",
            hint="for a private repository set HF_TOKEN",
        ) from None
    except (HTTPError, OSError) as error:
        if getattr(error, "errno", None) is not None and not isinstance(error, ConnectionError):
            raise
        raise _unreachable(where) from None
    return Path(path)


def _offline(where: str) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"{where} is not on this machine and HF_HUB_OFFLINE is set",
        id="offline",
        hint="unset HF_HUB_OFFLINE, or fetch it where there is a network",
    )


def _unreachable(where: str) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"{where} could not be fetched from the hub",
        id="download-failed",
        hint="check the network and proxy settings; a mirror can be set in HF_ENDPOINT",
    )


def _bar_for(progress: Progress) -> type:
    """Return a class of progress bar that tells `progress` and draws nothing."""
    from huggingface_hub.utils.tqdm import tqdm

    class Bar(tqdm):
        monitor_interval = 0

        def __init__(self, **options: object) -> None:
            super().__init__(**{**options, "file": StringIO(), "disable": False})  # type: ignore[no-untyped-call]  # theirs

        def display(self, *_: object, **__: object) -> bool:
            """Report in place of drawing."""
            progress(int(self.n), self.total)
            return True

    return Bar


@contextmanager
def _quiet_library() -> Iterator[None]:
    """Keep huggingface_hub from writing to stderr: what went wrong is said by us."""
    logger = logging.getLogger("huggingface_hub")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


SOURCE = Source(kind="hub", remote=True, locate=locate, fetch=fetch)
