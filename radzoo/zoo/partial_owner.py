"""Whose an incomplete file is: what its name tells, and whether that process has ended.

A name is `.NAME.HOST.PID.KEY-SPACE-RANDOM.partial`; a short one, `.NAME.PID.RANDOM.partial`,
tells neither of the machine nor of the space that process numbers belong to.
"""

import errno
import os
import re
import socket
from pathlib import Path

NAME = re.compile(
    r"\.(?P<owned>.+)\.(?P<pid>\d+)\.(?:(?P<key>[0-9a-f]{16})-(?P<space>\d+)-)?[^.]+\.partial"
)


def process_space() -> int:
    """Return what tells process numbers of containers on one machine apart."""
    try:
        return Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return 0


def is_from_here(found: re.Match[str]) -> bool:
    """Does a name tell of a process of this machine, and of this container?"""
    if not found["owned"].endswith(f".{socket.gethostname()}"):
        return False
    return found["space"] is None or int(found["space"]) == process_space()


def has_ended(found: re.Match[str]) -> bool:
    """Has the process ended whose number a name tells, if it is of this machine?

    If in doubt, no; and so on Windows, where asking would be Ctrl-C to that process.
    """
    if os.name == "nt":
        return False
    try:
        os.kill(int(found["pid"]), 0)
    except OverflowError:
        return True
    except OSError as error:
        return error.errno == errno.ESRCH
    return False
