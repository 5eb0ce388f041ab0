"""What the process that reads foreign files may use, and what it may never do."""

import codecs
import os
import sys
from pathlib import Path
from typing import Final

from radzoo.models.foreign.writing import most_bytes

HEADROOM_BYTES: Final = 256 << 20
# Bytes of a storage, of the same numbers in their order, and of the file's own directory.
MEMORY_PER_BYTE: Final = 3
# Events of Python's audit that reading a file never causes, by their first part.
FORBIDDEN: Final = frozenset(
    ["subprocess", "socket", "ctypes", "pty", "shutil", "urllib", "webbrowser", "ftplib",
     "http", "smtplib", "exec", "compile", "import", "code", "sqlite3", "marshal", "mmap"]
)  # fmt: skip
FORBIDDEN_OF_OS: Final = ("system", "exec", "posix_spawn", "spawn", "fork", "startfile", "kill")
# What names in archives and pickles are written in: Python imports them when first used.
ENCODINGS: Final = ("utf-8", "ascii", "latin-1", "cp437", "raw-unicode-escape")
BREACH: Final = 99


def limit_process(size_bytes: int, *, cpu_s: int) -> None:
    """Bound memory, time and output, where the system knows such limits; leave no core file.

    Args:
        size_bytes: of the file that will be read.
        cpu_s: seconds of computing.
    """
    if sys.platform == "win32":
        return
    import resource

    def lower(kind: int, wanted: int) -> None:
        _, most = resource.getrlimit(kind)
        limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(kind, (limit, limit))

    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_CPU, cpu_s)
    lower(resource.RLIMIT_FSIZE, most_bytes(size_bytes))
    statm = Path("/proc/self/statm")
    if statm.is_file():
        used = int(statm.read_text("ascii").split()[0]) * resource.getpagesize()
        lower(resource.RLIMIT_AS, used + HEADROOM_BYTES + MEMORY_PER_BYTE * size_bytes)


def forbid_actions() -> None:
    """End the process the moment it would run, load or send anything. Cannot be undone.

    The second wall: the reader has nothing to call that would do so.
    """

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        first, _, rest = event.partition(".")
        if first in FORBIDDEN or (first == "os" and rest.startswith(FORBIDDEN_OF_OS)):
            os._exit(BREACH)

    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    sys.addaudithook(watch)
