"""Trust on first use: a file whose hash nobody knew must stay the file that came first.

Only what comes from a network is remembered: a file that the user put somewhere, or that a
package brought, has no address at which somebody could exchange it.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from radzoo.core.errors import IntegrityError
from radzoo.core.source import Fetched
from radzoo.zoo.memory import Log, Notes, change_notes, read_notes, unless_unwritable

if TYPE_CHECKING:
    from radzoo.core.entry import WeightsSource, ZooEntry

MEMORY = "trusted.json"


@dataclass(frozen=True, slots=True)
class Trusted:
    """A file that was trusted when it first came.

    Attributes:
        date: when that was, as in 2026-01-31.
    """

    sha256: str
    size_bytes: int
    date: str


def address_of(source: "WeightsSource") -> str | None:
    """Return where a file comes from, as a key of the memory; None if from no network."""
    if source.kind == "hub":
        return f"hub:{source.repository}@{source.revision}/{source.file}"
    return source.url if source.kind == "https" else None


def recall(source: "WeightsSource") -> Trusted | None:
    """Return what was trusted at the address of `source`, if the registry has no hash.

    It may contradict what the registry of today says: see `contradicts`.

    Raises:
        IntegrityError: if the memory is damaged.
    """
    address = address_of(source)
    if source.sha256 is not None or address is None:
        return None
    note = read_notes(MEMORY).get(address)
    trusted = _parse(note)
    if note is not None and trusted is None:
        raise IntegrityError(
            f"what was remembered of {address} is damaged",
            id="damaged-memory",
            hint="radzoo pull NAME --trust-again forgets it and trusts the file that comes now",
        )
    return trusted


def contradicts(source: "WeightsSource", trusted: Trusted) -> bool:
    """Does the registry mean another file now than the one that was trusted?"""
    same = trusted.sha256.startswith(source.sha256_prefix or "")
    return not same or source.size_bytes not in {None, trusted.size_bytes}


def remember(
    entry: "ZooEntry", fetched: Fetched, log: Log | None, how: str = "trusted on first use"
) -> None:
    """Trust a file that came first, and say so; it came verified as far as was possible."""
    address = address_of(entry.source)
    if entry.source.sha256 is not None or address is None:
        return
    note = asdict(Trusted(fetched.sha256, fetched.size_bytes, date.today().isoformat()))
    if log:
        log(f"{entry.name}: {_known_of(entry)} is known; {how}, sha256 {fetched.sha256}")

    def change(notes: Notes) -> None:
        notes[address] = note

    def holds(notes: Notes) -> bool:
        return notes.get(address) == note

    unless_unwritable(lambda: change_notes(MEMORY, change, holds), "its hash", log)


def changed(entry: "ZooEntry", trusted: Trusted, *, arrived: bool = False) -> IntegrityError:
    """Return the error for a file that is not the one that was trusted.

    Args:
        entry: whose weights.
        trusted: the file that came first.
        arrived: the other file has just come from its source, so that it need not be fetched
            again.
    """
    if contradicts(entry.source, trusted):
        return IntegrityError(
            f"the registry now says otherwise of the weights of {entry.name} than what was "
            f"trusted on {trusted.date} (sha256 {trusted.sha256[:16]}...)",
            id="changed-since-trusted",
            hint=f"find out why: radzoo show {entry.name}; if its authors announced the change, "
            f"radzoo pull {entry.name} --trust-again accepts it",
        )
    first = f"radzoo pull {entry.name} --force fetches them again"
    if arrived:
        first = "its source sends other weights now: find out why before you use them"
    return IntegrityError(
        f"the weights of {entry.name} are not those that were trusted on {trusted.date} "
        f"(sha256 {trusted.sha256[:16]}...)",
        id="changed-since-trusted",
        hint=f"{first}; if its authors announced the change, "
        f"radzoo pull {entry.name} --trust-again accepts it",
    )


def _known_of(entry: "ZooEntry") -> str:
    """Say what little the registry knows of the hash."""
    if entry.source.sha256_prefix:
        return "only the start of its hash"
    return "only an md5" if entry.source.md5 else "no hash"


def _parse(note: object) -> Trusted | None:
    if not isinstance(note, dict) or note.keys() != {"sha256", "size_bytes", "date"}:
        return None
    sha256, size, day = note["sha256"], note["size_bytes"], note["date"]
    if not (isinstance(sha256, str) and isinstance(size, int) and isinstance(day, str)):
        return None
    return Trusted(sha256, size, day)
