"""Downloads one file over https: hashed while it streams, resumed when cut, whole or not at all."""

import hashlib
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from radzoo import __version__
from radzoo.core.errors import EnvironmentFailure, IntegrityError
from radzoo.core.publish import publish
from radzoo.core.source import Fetched, Progress
from radzoo.zoo.addresses import check_address, shorten
from radzoo.zoo.checksum import compare

if TYPE_CHECKING:
    from radzoo.core.entry import HttpsSource

BLOCK_BYTES = 1 << 18
TIMEOUT_S = 30
MAX_BYTES = 20 * 2**30
MAX_REDIRECTS = 5
FRUITLESS_ATTEMPTS = 5
MAX_ATTEMPTS = 40
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 20.0
WORTH_RETRYING = frozenset([408, 425, 429, 500, 502, 503, 504])


class Interrupted(Exception):
    """A transfer stopped half-way; it may be worth another attempt.

    Args:
        why: for the message if no attempt succeeds.
        wait_s: how long the server asked to wait.
    """

    def __init__(self, why: str, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.wait_s = wait_s


@dataclass(slots=True)
class Arrived:
    """What has come so far."""

    size: int = 0
    head: bytes = b""
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, block: bytes) -> None:
        """Count and hash one more block."""
        self.head = self.head or block[:64]
        self.digest.update(block)
        self.size += len(block)


class CheckedRedirects(HTTPRedirectHandler):
    """Follows a redirect only to an address that could have been asked for directly."""

    max_redirections = MAX_REDIRECTS

    def redirect_request(  # noqa: D102
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        try:
            check_address(newurl)
        except IntegrityError:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(
    source: "HttpsSource",
    path: Path,
    progress: Progress,
    *,
    pause: Callable[[float], None] = time.sleep,
) -> Fetched:
    """Fetch the file of `source` to `path`; what is not right never stands there.

    A transfer that is cut goes on where it stopped, if the server can do that. Attempts end
    after five in a row that brought nothing; `pause` waits so many seconds between them.

    Raises:
        IntegrityError: if address, size or hash are wrong.
        EnvironmentFailure: if the network fails, or the disk is full.
    """
    check_address(source.url)
    check_space(path, source.size_bytes)
    arrived = Arrived()

    def write(partial: Path) -> None:
        with partial.open("wb") as stream:
            receive_all(source, stream, arrived, progress, pause)
        compare(
            shorten(source.url),
            source,
            sha256=arrived.digest.hexdigest(),
            size=arrived.size,
            head=arrived.head,
        )

    publish(path, write, mode=0o644)
    return Fetched(path, arrived.digest.hexdigest(), arrived.size, cached=False)


def check_space(path: Path, size_bytes: int | None) -> None:
    """Raise `EnvironmentFailure` if the file will not fit on the disk."""
    folder = next((folder for folder in path.parents if folder.is_dir()), None)
    free = shutil.disk_usage(folder).free if folder else None
    if free is not None and size_bytes is not None and free < size_bytes * 1.05:
        raise EnvironmentFailure(
            f"the download needs {size_bytes:,} bytes of disk space, {free:,} are free",
            id="disk-full",
            hint="make room, or choose another place with --cache-dir",
        )


def receive_all(
    source: "HttpsSource",
    stream: IO[bytes],
    arrived: Arrived,
    progress: Progress,
    pause: Callable[[float], None],
) -> None:
    """Fill `stream` in as many attempts as are worth while."""
    fruitless = 0
    for _ in range(MAX_ATTEMPTS):
        before = arrived.size
        try:
            receive(source, stream, arrived, progress)
        except Interrupted as interruption:
            why = interruption.why
            fruitless = 0 if arrived.size > before else fruitless + 1
            if fruitless == FRUITLESS_ATTEMPTS:
                break
            pause(max(interruption.wait_s, FIRST_PAUSE_S * 2**fruitless * random.uniform(0.5, 1)))  # noqa: S311
        else:
            return
    raise EnvironmentFailure(
        f"{shorten(source.url)} could not be fetched: {why}",
        id="download-failed",
        hint="check the network and proxy settings, and try again",
    )


def receive(source: "HttpsSource", stream: IO[bytes], arrived: Arrived, progress: Progress) -> None:
    """Make one attempt, going on from what has arrived.

    Raises:
        Interrupted: if the attempt did not bring the rest.
        IntegrityError: if the server sends something else than the file.
    """
    most = source.size_bytes or MAX_BYTES
    with open_address(source.url, arrived.size) as response:
        if arrived.size and not continues(response, arrived.size):
            start_again(stream, arrived)
        announced = response.length
        while block := read_block(response):
            arrived.add(block)
            if arrived.size > most:
                raise IntegrityError(
                    f"{shorten(source.url)} sends more than the {most:,} bytes that are expected",
                    id="wrong-size",
                    hint="the file has changed at its source: do not use it",
                )
            stream.write(block)
            progress(arrived.size, source.size_bytes)
        if response.length or (announced is None and arrived.size < (source.size_bytes or 0)):
            raise Interrupted("the connection was cut")


def open_address(url: str, offset: int) -> HTTPResponse:
    """Ask for a file from `offset` on."""
    request = Request(  # noqa: S310  # the address was checked
        url, headers={"User-Agent": f"radzoo/{__version__}", "Accept-Encoding": "identity"}
    )
    if offset:
        request.add_header("Range", f"bytes={offset}-")
    opener = OpenerDirector()
    for handler in (
        ProxyHandler,
        HTTPHandler,
        HTTPSHandler,
        CheckedRedirects,
        HTTPDefaultErrorHandler,
        HTTPErrorProcessor,
    ):  # no file:, ftp: or data:
        opener.add_handler(handler())
    try:
        response: HTTPResponse = opener.open(request, timeout=TIMEOUT_S)
    except HTTPError as error:
        with error:
            raise refusal(error, url) from None
    except (URLError, HTTPException, OSError, ValueError):
        raise Interrupted("the server cannot be reached") from None
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        response.close()
        raise IntegrityError(
            f"{shorten(url)} comes compressed, plain bytes were asked for",
            id="wrong-encoding",
            hint="the server, or a proxy before it, changes files: use another address",
        )
    return response


def refusal(error: HTTPError, url: str) -> Exception:
    """Return what a status other than success means for us."""
    if error.code in WORTH_RETRYING:
        asked = error.headers.get("Retry-After", "")
        wait_s = min(float(asked), LONGEST_PAUSE_S) if asked.isdigit() else 0.0
        return Interrupted(f"the server answers {error.code}", wait_s)
    if 300 <= error.code < 400:
        return IntegrityError(
            f"{shorten(url)} redirects to where radzoo does not follow",
            id="unsafe-address",
            hint="registries name public https addresses",
        )
    return EnvironmentFailure(
        f"{shorten(url)} could not be fetched: the server answers {error.code}",
        id="download-failed",
        hint="the file may have moved, or needs a permission: see radzoo show",
    )


def continues(response: HTTPResponse, offset: int) -> bool:
    """Does the server go on at `offset`, or has it begun anew?"""
    given = response.headers.get("Content-Range", "")
    return response.status == 206 and given.startswith(f"bytes {offset}-")


def start_again(stream: IO[bytes], arrived: Arrived) -> None:
    """Forget what has arrived."""
    stream.seek(0)
    stream.truncate()
    arrived.size, arrived.head, arrived.digest = 0, b"", hashlib.sha256()


def read_block(response: HTTPResponse) -> bytes:
    """Read some bytes; none at the end."""
    try:
        return response.read1(BLOCK_BYTES)
    except (HTTPException, OSError):
        raise Interrupted("the connection was cut") from None
