"""Decoding in disposable children: nothing that a file does reaches this process.

A decoder that crashes, hangs or eats memory takes its child with it; the file is refused,
the child replaced, and the next file read. A child costs about 0.3 s to start and serves
any number of files.
"""

import os
import selectors
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import radzoo
from radzoo.core.errors import EnvironmentFailure
from radzoo.data.pipe import pack, unpack
from radzoo.data.refusal import ImageRefused

TIMEOUT_S: Final = 10.0
START_S: Final = 60.0
COMMAND: Final = (sys.executable, "-P", "-m", "radzoo.data.worker")


@dataclass(frozen=True, slots=True)
class Request:
    """What a child is asked to do with one file.

    Attributes:
        op: `pixels` (a uint16 square), `inspect` (decode, and give only the shape), or
            `header` (what a DICOM header says, decoding nothing).
    """

    op: str
    path: Path
    member: str = ""
    size: int = 0
    fit: str = "pad"
    interpolation: str = "bilinear"
    edge: int | None = None

    def pack(self) -> bytes:
        """Return the request as a message; the path keeps bytes that are not UTF-8."""
        return pack(
            {
                "op": self.op, "path": os.fsencode(self.path).hex(), "member": self.member,
                "size": self.size, "fit": self.fit, "interpolation": self.interpolation,
                "edge": self.edge,
            }
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: a reason code in `refused`, or else facts and pixels."""

    refused: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    body: bytes = b""


class Guard:
    """A small pool of decoding children; use it as a context manager.

    Args:
        workers: how many children work at a time; each may use 3 GiB at worst.
        timeout_s: how long one file may take.
    """

    def __init__(
        self, workers: int = 2, *, timeout_s: float = TIMEOUT_S, command: tuple[str, ...] = COMMAND
    ) -> None:
        self.workers = max(1, workers)
        self._timeout_s = timeout_s
        self._command = command
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="guard")
        self._own = threading.local()
        self._children: set[_Child] = set()
        self._closing = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in list(self._children):
            child.end()
        self._threads.shutdown(wait=True)
        for child in list(self._children):  # one that was just being started
            child.end()

    def map(self, requests: Iterable[Request]) -> Iterator[Answer]:
        """Answer requests in their order; only a few are under way at any time."""
        waiting: deque[Future[Answer]] = deque()
        for request in requests:
            waiting.append(self._threads.submit(self.ask, request))
            if len(waiting) > 4 * self.workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def ask(self, request: Request) -> Answer:
        """Answer one request, in the child that belongs to this thread."""
        child = getattr(self._own, "child", None)
        if child is None or not child.alive:
            child = self._own.child = _Child(self._command)
            self._children.add(child)
        if self._closing:
            return Answer(refused="decoder-crashed")
        try:
            fields, body = child.exchange(request.pack(), self._timeout_s)
        except TimeoutError:
            self._drop(child)
            return Answer(refused="too-slow")
        except (EOFError, OSError):
            self._drop(child)
            return Answer(refused="decoder-crashed")
        if "refused" in fields:
            return Answer(refused=ImageRefused(fields["refused"]).code)
        return Answer(fields=fields, body=body)

    def _drop(self, child: "_Child") -> None:
        child.end()
        self._children.discard(child)


class _Child:
    """One decoding process and the pipes to it."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter, our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,  # Ctrl-C goes to the parent, which ends the children
        )
        try:
            self._receive(START_S)
        except (EOFError, TimeoutError):
            self.end()
            raise EnvironmentFailure(
                "the process that decodes images does not start",
                id="guard-start",
                hint=f"see what this says: {' '.join(command)} < /dev/null",
            ) from None

    @property
    def alive(self) -> bool:
        """Can it be asked?"""
        return self._process.poll() is None

    def exchange(self, message: bytes, timeout_s: float) -> tuple[dict[str, Any], bytes]:
        """Send a message and wait for the answer.

        Raises:
            EOFError: if the child died; an `OSError` says the same.
            TimeoutError: if it takes too long.
        """
        stdin = _pipe(self._process.stdin)
        stdin.write(message)
        stdin.flush()
        return self._receive(timeout_s)

    def _receive(self, timeout_s: float) -> tuple[dict[str, Any], bytes]:
        stdout, deadline = _pipe(self._process.stdout), time.monotonic() + timeout_s
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            return unpack(lambda size: _read_exactly(stdout, size, selector, deadline))

    def end(self) -> None:
        """Kill it; there is nothing in it worth saving."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                _pipe(pipe).close()
            except OSError:
                continue  # what could not be sent to a dead child


def default_workers() -> int:
    """Return how many children to use if nobody says: one per processor, up to four."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(4, available or 1))


def _read_exactly(
    pipe: IO[bytes], size: int, selector: selectors.BaseSelector, deadline: float
) -> bytes:
    parts, missing = [], size
    while missing:
        left = deadline - time.monotonic()
        if left <= 0 or not selector.select(left):
            raise TimeoutError
        part = os.read(pipe.fileno(), min(missing, 1024**2))
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _environment() -> dict[str, str]:
    """Let the child find radzoo wherever the parent found it, and use one thread."""
    root = str(Path(radzoo.__file__).parent.parent)
    known = os.environ.get("PYTHONPATH")
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **one, "PYTHONPATH": os.pathsep.join([*([known] if known else []), root])}


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise EOFError
    return stream
