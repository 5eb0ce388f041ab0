"""Asks the hub what it has under a name: which commit, which hash, how large, from where."""

import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from radzoo.core.errors import EnvironmentFailure, LicenceError, RadzooError
from radzoo.zoo.addresses import PUBLIC_HUB, Address, check_address, shorten
from radzoo.zoo.sources.hub import COMMIT, ENDPOINT_HINT

if TYPE_CHECKING:
    from huggingface_hub import HfFileMetadata

    from radzoo.core.entry import HubSource

SHA256 = re.compile(r"[0-9a-f]{64}")
ETAG = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,127}")
ATTEMPTS = 3
PAUSE_S = 1.0
SILENT = (
    "it does not say which version it has: a mirror has to send X-Repo-Commit and "
    "ETag, or X-Linked-Etag"
)
# Their logger is one for the whole process.
QUIET = Lock()


@dataclass(frozen=True, slots=True)
class Announced:
    """What the hub says of a file.

    Attributes:
        etag: names the blob in the cache; for large files it is their sha256.
        address: where to fetch it; the user's token goes to the hub's own host only.
    """

    commit: str
    etag: str
    size_bytes: int | None
    address: Address

    @property
    def sha256(self) -> str | None:
        """The hash that the hub announces; it has none for small files."""
        return self.etag if SHA256.fullmatch(self.etag) else None


def ask_hub(source: "HubSource", *, pause: Callable[[float], None] = time.sleep) -> Announced:
    """Return what the hub says of the file; a hub that is busy is asked three times.

    Raises:
        LicenceError: if the repository is gated.
        IntegrityError: if the hub's address is not one that radzoo asks.
        EnvironmentFailure: if the hub has no such file, cannot be reached, or must not be.
    """
    # radzoo reports to nobody; the library must know before it is imported.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import constants, get_token, hf_hub_url

    where = f"{source.repository}/{source.file}"
    if constants.HF_HUB_OFFLINE:
        raise EnvironmentFailure(
            f"{where} is not on this machine and HF_HUB_OFFLINE is set",
            id="offline",
            hint="unset HF_HUB_OFFLINE, or fetch it where there is a network",
        )
    url = hf_hub_url(source.repository, source.file, revision=source.revision)
    inside = constants.ENDPOINT.rstrip("/") != PUBLIC_HUB
    check_address(url, inside=inside)
    token = get_token()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            said = _ask(url, token, where, source.revision)
            break
        except Busy as busy:
            if attempt == ATTEMPTS:
                raise _unreachable(where, busy.why) from None
            pause(PAUSE_S * attempt)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = Address(url, headers=headers, etag=said.etag, inside=inside)
    if not COMMIT.fullmatch(said.commit_hash or "") or not ETAG.fullmatch(said.etag or ""):
        raise _unreachable(where, SILENT if inside else "it does not say which version it has")
    return Announced(str(said.commit_hash), str(said.etag), said.size, address)


class Busy(Exception):
    """The hub may answer if it is asked again."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _ask(url: str, token: str | None, where: str, revision: str) -> "HfFileMetadata":
    """Ask once, and say in our words what went wrong."""
    from httpx2 import HTTPError
    from huggingface_hub import constants, get_hf_file_metadata
    from huggingface_hub.errors import HfHubHTTPError

    try:
        with _quiet_library():
            return get_hf_file_metadata(
                url, token=token or False, timeout=constants.HF_HUB_ETAG_TIMEOUT
            )
    except HfHubHTTPError as error:
        raise _refusal(error, where, revision) from None
    except (HTTPError, OSError) as error:
        if getattr(error, "errno", None) is not None and not isinstance(error, ConnectionError):
            raise
        raise Busy("it cannot be reached") from None


def _refusal(error: Exception, where: str, revision: str) -> RadzooError | Busy:
    """Return what the hub's refusal means for us."""
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    if isinstance(error, GatedRepoError):
        return LicenceError(
            f"{where} is open only to those who accepted its terms on the hub",
            id="gated-model",
            hint="accept them on its page, then set HF_TOKEN",
        )
    if isinstance(error, EntryNotFoundError | RepositoryNotFoundError | RevisionNotFoundError):
        return EnvironmentFailure(
            f"{hub_name()} has no {where} at revision {revision}, or keeps it private",
            id="not-on-the-hub",
            hint="for a private repository set HF_TOKEN",
        )
    status = error.response.status_code if isinstance(error, HfHubHTTPError) else 0
    if status == 429 or status >= 500:
        return Busy(f"it answers {status}")
    return _unreachable(where, f"it answers {status}")


def _unreachable(where: str, why: str) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"{where} could not be fetched from {hub_name()}: {why}",
        id="download-failed",
        hint=ENDPOINT_HINT,
    )


def hub_name() -> str:
    """Return what the hub is called: its address, if `HF_ENDPOINT` names one."""
    from huggingface_hub import constants

    endpoint = constants.ENDPOINT.rstrip("/")
    return "the hub" if endpoint == PUBLIC_HUB else shorten(endpoint)


@contextmanager
def _quiet_library() -> Iterator[None]:
    """Keep huggingface_hub from writing to stderr: what went wrong is said by us."""
    logger = logging.getLogger("huggingface_hub")
    with QUIET:
        level = logger.level
        logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            logger.setLevel(level)
