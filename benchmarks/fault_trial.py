"""What every row of `pull_faults.py` needs: a file, pulls of it, and what became of them."""

import hashlib
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from radzoo.core.entry import HttpsSource
from radzoo.core.errors import RadzooError
from radzoo.core.source import no_progress
from radzoo.zoo.addresses import Address
from radzoo.zoo.transfer import download

SEED = 20260101
SIZE = 8_000_000
# A pull in a process of its own: arguments are address, hash or -, size or -, path.
CHILD = """
import sys
from pathlib import Path
from radzoo.core.entry import HttpsSource
from radzoo.core.errors import RadzooError
from radzoo.core.source import no_progress
from radzoo.zoo.addresses import Address
from radzoo.zoo.transfer import download
url, sha256, size, path = sys.argv[1:]
known = {"sha256": sha256} if sha256 != "-" else {}
known |= {"size_bytes": int(size)} if size != "-" else {}
try:
    download([Address(url)], HttpsSource(kind="https", url=url, **known), Path(path), no_progress)
except RadzooError as error:
    print(f"{error.id}: {error}", file=sys.stderr)
    raise SystemExit(int(error.exit_code))
"""


@dataclass
class Row:
    """One line of the table."""

    name: str
    trials: int = 0
    wrong: int = 0
    as_it_must: int = 0
    left: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Did everything end as it must?"""
        return self.wrong == 0 and self.as_it_must == self.trials and self.left == 0


def noise(seed: int, size: int = SIZE) -> bytes:
    """Return bytes that stand for weights."""
    return random.Random(seed).randbytes(size)


RIGHT = noise(SEED)
SHA256 = hashlib.sha256(RIGHT).hexdigest()


def known(url: str, *, sha256: str | None = SHA256, size: int | None = SIZE) -> HttpsSource:
    """Return what a registry knows of a file."""
    return HttpsSource(kind="https", url=url, sha256=sha256, size_bytes=size)


def start_child(*arguments: object, before: str = "") -> subprocess.Popen[bytes]:
    """Start a pull in a process of its own."""
    command = [sys.executable, "-c", before + CHILD, *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def is_wrong(path: Path, *rights: bytes) -> bool:
    """Does something stand at the final path that is not the right file?"""
    return path.exists() and path.read_bytes() not in (rights or (RIGHT,))


def leftovers(folder: Path) -> list[str]:
    """Return the files of a cache but for those under final names."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if path.name.startswith(".") or path.suffix == ".lock"]


def outcome_of(action: Callable[[], object]) -> str:
    """Return `ok` or the id of the error."""
    try:
        action()
    except RadzooError as error:
        return error.id
    return "ok"


def outcome_of_pull(url: str, source: HttpsSource, path: Path) -> str:
    """Return how a pull in this process ended."""
    return outcome_of(lambda: download([Address(url)], source, path, no_progress))
