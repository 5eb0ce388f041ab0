"""Errors that a user can act on, and the exit codes they end in.

    RadzooError
    ├── UsageError           2  the command line contradicts itself
    ├── InputError           3  an input is missing or invalid
    │   └── RefusedError     3  more inputs were refused than allowed
    ├── IntegrityError       4  wrong hash, unsafe or damaged file
    ├── EnvironmentFailure   5  network, offline, disk, device, missing package
    ├── LicenceError         6  a licence or policy was not accepted
    ├── MemoryFailure        7  out of memory
    ├── GateFailed           8  a gate asked for by the user failed
    └── Paused              75  interrupted; what was done is kept

`UndefinedMetricError` is not among them: it is the answer "this number does not
exist for these data", which the report carries as a value.

Every message is one sentence that says what was seen and what was needed, and never
holds a patient identifier or the text of another library's exception.
"""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the process ends with."""

    OK = 0
    BUG = 1
    USAGE = 2
    INPUT = 3
    INTEGRITY = 4
    ENVIRONMENT = 5
    LICENCE = 6
    MEMORY = 7
    GATE = 8
    RESUMABLE = 75
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class RadzooError(Exception):
    """An end that the user can do something about.

    Args:
        message: one sentence: what was seen, what was needed.
        id: stable name for scripts, such as `unknown-model`.
        hint: what to do next.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    def __init__(self, message: str, *, id: str, hint: str) -> None:  # noqa: A002
        super().__init__(message)
        self.id = id
        self.hint = hint


class UsageError(RadzooError):
    """The command line contradicts itself."""

    exit_code = ExitCode.USAGE


class InputError(RadzooError):
    """An input is missing or invalid."""

    exit_code = ExitCode.INPUT


class RefusedError(InputError):
    """More inputs were refused than allowed."""


class IntegrityError(RadzooError):
    """A file is not what it claims to be, or is not safe to open."""

    exit_code = ExitCode.INTEGRITY


class EnvironmentFailure(RadzooError):
    """The machine lacks something: network, space, permission, device, package."""

    exit_code = ExitCode.ENVIRONMENT


class LicenceError(RadzooError):
    """A licence or policy was not accepted."""

    exit_code = ExitCode.LICENCE


class MemoryFailure(RadzooError):
    """Memory ran out."""

    exit_code = ExitCode.MEMORY


class GateFailed(RadzooError):
    """A gate that the user asked for failed."""

    exit_code = ExitCode.GATE


class Paused(RadzooError):
    """The machine was needed otherwise: what was done is kept, and can be gone on with."""

    exit_code = ExitCode.RESUMABLE


class UndefinedMetricError(Exception):
    """A metric has no value for these data; the message says why."""
