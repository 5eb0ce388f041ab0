"""What is said of a bug: where it happened, and never in the words of the exception.

An exception quotes what it stumbled over (`KeyError: 'Miller^Anna'`), and a report of a bug
is sent to strangers. `RADZOO_DEBUG_UNSAFE=1` shows the words too.
"""

import os
import traceback
from typing import Final

from radzoo.cli.console import say

UNSAFE: Final = "RADZOO_DEBUG_UNSAFE"


def say_bug(error: BaseException) -> None:
    """Put the places and the kinds of an exception, and of what led to it, on stderr."""
    if os.environ.get(UNSAFE) == "1":
        traceback.print_exception(error)
        say("this is a bug in radzoo: please report it, without the names of patients above")
        return
    for one in chain(error):
        for line in "".join(traceback.format_tb(one.__traceback__)).splitlines():
            say(line)
        say(type(one).__name__)
    say("this is a bug in radzoo: please report the lines above")
    say(f"hint: {UNSAFE}=1 shows the words of the exception; they may name a patient")


def chain(error: BaseException) -> list[BaseException]:
    """Return an exception behind those that led to it, the first one first."""
    found = [error]
    while (before := found[-1].__cause__ or _context(found[-1])) and before not in found:
        found.append(before)
    return found[::-1]


def _context(error: BaseException) -> BaseException | None:
    return None if error.__suppress_context__ else error.__context__
