"""Downloads one file: hashed while it comes, resumed when cut, whole or not at all."""

import errno
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from radzoo.core.errors import EnvironmentFailure, InputError, IntegrityError
from radzoo.core.publish import cannot_write, put_in_place
from radzoo.core.source import WAITING, Fetched, Progress
from radzoo.zoo.addresses import Address, shorten
from radzoo.zoo.checksum import Measured, compare, verify_file
from radzoo.zoo.partials import claim, growth, key_of
from radzoo.zoo.transfer_arrival import Arrival
from radzoo.zoo.transfer_attempt import STALL_BYTES, STALL_S, Pace, receive
from radzoo.zoo.transfer_connection import Interrupted
from radzoo.zoo.transfer_lock import alone

if TYPE_CHECKING:
    from radzoo.core.entry import File

FRUITLESS_ATTEMPTS = 5
MAX_ATTEMPTS = 200
FIRST_PAUSE_S = 0.5
# An address that has brought next to nothing for so long is given up.
PATIENCE_S = 50.0
WRONG_BYTES = frozenset(["wrong-hash", "wrong-size"])


def download(
    addresses: Sequence[Address],
    expected: "File",
    path: Path,
    progress: Progress,
    *,
    force: bool = False,
    lock: Path | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Fetched:
    """Fetch a file to `path`; what is not right never stands there.

    A transfer that is cut goes on where it stopped, in this process and in the next; of
    several processes that want the same file one fetches it. If an address fails, the next
    one is asked.

    Args:
        addresses: places to get the same bytes from, best first.
        expected: what is known of the file.
        path: where it will stand.
        progress: told what has arrived.
        force: fetch even if a right file stands at `path`.
        lock: a file to hold meanwhile, removed at the end; beside `path` if not given.
        pause: waits so many seconds between attempts.

    Raises:
        IntegrityError: if address, size or hash are wrong.
        EnvironmentFailure: if the network fails, or the disk is full.
    """
    found = None if force else _standing(path, expected, progress)
    if found:
        return found
    lock = lock or path.parent / ".locks" / f"{path.name}.lock"
    with alone(lock, lambda: growth(path), lambda: progress(WAITING, None)):
        found = None if force else _standing(path, expected, progress)
        if found:
            return found
        try:
            measured = _fetch(addresses, expected, path, progress, pause)
        except OSError as error:
            raise _disk_failure(path, error) from None
    return Fetched(path, measured.sha256, measured.size, cached=False)


def _standing(path: Path, expected: "File", progress: Progress) -> Fetched | None:
    """Return the file if it is here already and right."""
    if not path.is_file():
        return None
    try:
        return verify_file(path, expected, cached=True, progress=progress)
    except (IntegrityError, InputError):
        return None


def _fetch(
    addresses: Sequence[Address],
    expected: "File",
    path: Path,
    progress: Progress,
    pause: Callable[[float], None],
) -> Measured:
    """Fill an incomplete file from whatever address has the bytes, and put it in place."""
    key = key_of(expected.sha256, addresses[0].url, addresses[0].etag)
    with Arrival(claim(path, key), expected) as arrival:
        arrival.check_space(expected.size_bytes)
        measured = _from_any(addresses, expected, arrival, progress, pause)
        arrival.partial.stream.close()
        put_in_place(arrival.partial.path, path, mode=0o644)
    return measured


def _disk_failure(path: Path, error: OSError) -> EnvironmentFailure:
    """Say why the file could not be written."""
    if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
        return cannot_write(path, error)
    return EnvironmentFailure(
        f"no disk space was left while {path.name} was written",
        id="disk-full",
        hint="make room, or choose another place with --cache-dir",
    )


def _from_any(
    addresses: Sequence[Address],
    expected: "File",
    arrival: Arrival,
    progress: Progress,
    pause: Callable[[float], None],
) -> Measured:
    """Ask one address after the other; if all fail, the error names each, and is of the last."""
    said = []
    for number, address in enumerate(addresses, 1):
        try:
            return _from_one(address, expected, arrival, progress, pause)
        except (IntegrityError, EnvironmentFailure) as error:
            if len(addresses) == 1:
                raise
            said.append(str(error))
            if number == len(addresses):
                message = "; ".join([*said, f"{number} addresses were tried"])
                raise type(error)(message, id=error.id, hint=error.hint) from None
            if isinstance(error, IntegrityError):
                arrival.start_again()
    raise ValueError("a download needs an address")


def _from_one(
    address: Address,
    expected: "File",
    arrival: Arrival,
    progress: Progress,
    pause: Callable[[float], None],
) -> Measured:
    """Bring the file from one address, and look whether it is right.

    If it is wrong and was pieced together, what came before may be to blame: then it is
    fetched once more, from its beginning.
    """
    try:
        return _complete(address, expected, arrival, progress, pause)
    except IntegrityError as error:
        if error.id not in WRONG_BYTES or not arrival.pieced:
            raise
    arrival.start_again()
    return _complete(address, expected, arrival, progress, pause)


def _complete(
    address: Address,
    expected: "File",
    arrival: Arrival,
    progress: Progress,
    pause: Callable[[float], None],
) -> Measured:
    """Fill the file in as many attempts as are worth while, and compare."""
    _receive_all(address, expected, arrival, progress, pause)
    measured = arrival.finish()
    compare(shorten(address.url), expected, measured)
    return measured


def _receive_all(
    address: Address,
    expected: "File",
    arrival: Arrival,
    progress: Progress,
    pause: Callable[[float], None],
) -> None:
    """Make attempts until all is here, or until they bring nothing any more."""
    fruitless, quiet_s, most = 0, 0.0, arrival.size
    for _ in range(MAX_ATTEMPTS):
        pace = Pace(min(STALL_S, PATIENCE_S - quiet_s))
        try:
            return receive(address, expected, arrival, progress, pace)
        except Interrupted as interruption:
            why, asked_s = interruption.why, interruption.wait_s
        quiet_s = pace.quiet_s() + (0.0 if arrival.size >= most + STALL_BYTES else quiet_s)
        fruitless = 0 if arrival.size > most else fruitless + 1
        most = max(most, arrival.size)
        wait_s = max(asked_s, FIRST_PAUSE_S * 2**fruitless * random.uniform(0.5, 1))  # noqa: S311
        if fruitless == FRUITLESS_ATTEMPTS or quiet_s + wait_s >= PATIENCE_S:
            break
        quiet_s += wait_s
        pause(wait_s)
    raise EnvironmentFailure(
        f"{shorten(address.url)} could not be fetched: {why}",
        id="download-failed",
        hint="check the network and proxy settings, and try again",
    )
