"""One attempt to bring what is missing of a file from one address."""

import re
import time
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING

from radzoo.core.errors import EnvironmentFailure, IntegrityError
from radzoo.core.source import Progress
from radzoo.zoo.addresses import Address, shorten
from radzoo.zoo.checksum import size_limit
from radzoo.zoo.partials import NO_KEY, key_of
from radzoo.zoo.transfer_arrival import Arrival
from radzoo.zoo.transfer_connection import READ_TIMEOUT_S, Interrupted, ask

if TYPE_CHECKING:
    from radzoo.core.entry import File

BLOCK_BYTES = 1 << 18
# Less than so many bytes in so many seconds is a stall.
STALL_BYTES = 30_000
STALL_S = 30.0
SHOW_EVERY_S = 0.05
LONGEST_WAIT_S = 20.0
WORTH_RETRYING = frozenset([408, 425, 429, 500, 502, 503, 504])
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class Pace:
    """Watches that bytes keep coming.

    Attributes:
        patience_s: how long to wait for the next `STALL_BYTES`.
    """

    def __init__(self, patience_s: float) -> None:
        self.patience_s = patience_s
        self._since = time.monotonic()
        self._bytes = 0

    def add(self, size: int) -> None:
        """Count bytes.

        Raises:
            Interrupted: if they come too slowly.
        """
        self._bytes += size
        if self._bytes >= STALL_BYTES:
            self._since, self._bytes = time.monotonic(), 0
        elif self.quiet_s() >= self.patience_s:
            raise Interrupted("the server sends next to nothing")

    def quiet_s(self) -> float:
        """Return for how long less than `STALL_BYTES` have come."""
        return time.monotonic() - self._since


def receive(
    address: Address, expected: "File", arrival: Arrival, progress: Progress, pace: Pace
) -> None:
    """Make one attempt, going on from what has arrived.

    Raises:
        Interrupted: if the attempt did not bring the rest.
        IntegrityError: if the server sends something else than the file.
    """
    if arrival.size and not _may_go_on(arrival, expected, address.url):
        arrival.start_again()
    if arrival.size and arrival.size == expected.size_bytes:
        return
    with _open(address, arrival, pace) as response:
        if response.status == 416:
            _settle_end(response, expected, arrival)
            return
        total = _settle_where(response, address, expected, arrival)
        announced = response.length
        if not total and not _is_known(expected) and not _has_end(response, expected):
            raise EnvironmentFailure(
                f"{shorten(address.url)} could not be fetched: neither the server nor the "
                "registry says how long the file is",
                id="download-failed",
                hint="add size_bytes or sha256 to the registry",
            )
        whole = expected.size_bytes or total or None
        most = size_limit(expected)
        if expected.size_bytes is None and total > most:
            raise _too_large(address, f"announces {total:,} bytes, more than the {most:,}")
        arrival.check_space(whole)
        _copy(response, address, whole, most, arrival, progress, pace)
        least = expected.size_bytes if announced is None else total
        if response.length or arrival.size < (least or 0):
            raise Interrupted("the connection was cut")


def _is_known(expected: "File") -> bool:
    """Would it be noticed if the file were another, or cut?"""
    return bool(expected.sha256 or expected.sha256_prefix or expected.md5 or expected.size_bytes)


def _has_end(response: HTTPResponse, expected: "File") -> bool:
    """Would it be noticed if an answer without a length were cut, and does it end in time?"""
    return response.chunked and response.status == 200 and expected.size_mb is not None


def _too_large(address: Address, what: str) -> IntegrityError:
    return IntegrityError(
        f"{shorten(address.url)} {what} that are expected",
        id="wrong-size",
        hint="the file has changed at its source: do not use it",
    )


def _may_go_on(arrival: Arrival, expected: "File", url: str) -> bool:
    """Can a mixture of two versions be told from the file?"""
    if expected.sha256 or expected.sha256_prefix or expected.md5:
        return True
    if arrival.validator:
        return arrival.url == url
    return arrival.partial.adopted and not arrival.url


def _open(address: Address, arrival: Arrival, pace: Pace) -> HTTPResponse:
    """Ask for what is missing, and see to it that the answer is one with bytes."""
    headers = {}
    if arrival.size:
        headers["Range"] = f"bytes={arrival.size}-"
        if arrival.validator and arrival.url == address.url:
            headers["If-Range"] = arrival.validator
    response = ask(address, headers, read_timeout_s=min(READ_TIMEOUT_S, pace.patience_s))
    if response.status == 416 and arrival.size:
        return response
    if response.status not in {200, 206}:
        with response:
            raise _refusal(response, address.url)
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        response.close()
        raise IntegrityError(
            f"{shorten(address.url)} comes compressed, plain bytes were asked for",
            id="wrong-encoding",
            hint="the server, or a proxy before it, changes files: use another address",
        )
    return response


def _refusal(response: HTTPResponse, url: str) -> Exception:
    """Return what a status other than success means for us."""
    status = response.status
    if status in WORTH_RETRYING:
        asked = response.headers.get("Retry-After", "")
        wait_s = min(float(asked), LONGEST_WAIT_S) if asked.isdecimal() else 0.0
        return Interrupted(f"the server answers {status}", wait_s)
    if 300 <= status < 400:
        return IntegrityError(
            f"{shorten(url)} redirects to where radzoo does not follow",
            id="unsafe-address",
            hint="registries name public https addresses",
        )
    return EnvironmentFailure(
        f"{shorten(url)} could not be fetched: the server answers {status}",
        id="download-failed",
        hint="the file may have moved, or needs a permission: see radzoo show",
    )


def _settle_end(response: HTTPResponse, expected: "File", arrival: Arrival) -> None:
    """The server has nothing behind what has arrived: is that all, then?

    Raises:
        Interrupted: if only fetching it again can tell.
    """
    end = response.headers.get("Content-Range", "")
    if expected.sha256 is None or end != f"bytes */{arrival.size}":
        arrival.start_again()
        raise Interrupted("the server has not so many bytes")


def _settle_where(
    response: HTTPResponse, address: Address, expected: "File", arrival: Arrival
) -> int:
    """Find out where in the file the answer begins, and of which version it is.

    Returns:
        The size of the whole file as far as the server says, else 0.

    Raises:
        Interrupted: if it does not fit to what has arrived, which is then forgotten.
    """
    span = RANGE.fullmatch(response.headers.get("Content-Range", ""))
    start = 0 if response.status == 200 else int(span[1]) if span else -1
    etag = response.headers.get("ETag", "")
    version = "" if etag.startswith("W/") else etag
    if arrival.size and start == 0:
        arrival.start_again()
    mark = version or response.headers.get("Last-Modified", "")
    key = key_of(expected.sha256, address.url, address.etag or version)
    if start != arrival.size or (start and not _is_same(mark, key, address, expected, arrival)):
        response.close()
        arrival.start_again()
        raise Interrupted("the server sends another part, or another version, than before")
    arrival.pieced = arrival.pieced or start > 0
    arrival.validator, arrival.url = mark, address.url
    if key != arrival.partial.key:
        arrival.partial.rename(key)
    known = span[3] if span and response.status == 206 else response.headers.get("Content-Length")
    return int(known) if known and known.isdecimal() else 0


def _is_same(mark: str, key: str, address: Address, expected: "File", arrival: Arrival) -> bool:
    """Does an answer go on with the version of the file that has arrived so far?"""
    if arrival.url == address.url and arrival.validator and mark:
        return mark == arrival.validator
    if expected.sha256 or expected.sha256_prefix or expected.md5:
        return True
    return not arrival.url and key != NO_KEY and key == arrival.partial.key


def _copy(
    response: HTTPResponse,
    address: Address,
    whole: int | None,
    limit: int,
    arrival: Arrival,
    progress: Progress,
    pace: Pace,
) -> None:
    """Write down what comes, but never more than there should be: `whole`, else `limit`."""
    most = whole or limit
    shown = 0.0
    while block := _read_block(response):
        if arrival.size + len(block) > most:
            raise _too_large(address, f"sends more than the {most:,} bytes")
        arrival.add(block)
        pace.add(len(block))
        if time.monotonic() - shown >= SHOW_EVERY_S:
            progress(arrival.size, whole)
            shown = time.monotonic()
    progress(arrival.size, whole)


def _read_block(response: HTTPResponse) -> bytes:
    """Read some bytes; none at the end."""
    try:
        return response.read1(BLOCK_BYTES)
    except TimeoutError:
        raise Interrupted("the server sends nothing any more") from None
    except (HTTPException, OSError):
        raise Interrupted("the connection was cut") from None
