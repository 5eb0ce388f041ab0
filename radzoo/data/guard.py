"""Decoding in disposable children: nothing that a file does reaches this process.

A decoder that crashes, hangs or eats memory takes its child with it; the file is refused,
the child replaced, and the next file read. A child costs about 0.3 s to start and serves
any number of files.
"""

import os
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from math import isfinite
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Final, Self

from radzoo.core.case import Region
from radzoo.core.decoding import WHOLE, Framing
from radzoo.core.window import Window
from radzoo.data.child import Child
from radzoo.data.pipe import pack
from radzoo.data.refusal import ImageRefused
from radzoo.data.room import PLACE_BYTES, PLACES
from radzoo.data.volume.target import VolumeTarget

TIMEOUT_S: Final = 10.0
MAX_AHEAD_BYTES: Final = 16 * 1024  # a pipe takes 64 KiB before a writer has to wait
VOLUME_TIMES: Final = 6
LARGE: Final = ("volume", "mask", "fitted")
SLOW: Final = (*LARGE, "preview", "origin", "grid", "portrait")
COMMAND: Final = (sys.executable, "-P", "-m", "radzoo.data.worker")


@dataclass(frozen=True, slots=True)
class Request:
    """What a child is asked to do with one file.

    Attributes:
        op: `pixels` (a uint16 square), `inspect` (decode, and give only the shape),
            `header` (what a DICOM header says, decoding nothing), `facts` (the same and more, of
            any image), `stored` (numbers of the pixels as stored), `volume`, `mask`, `fitted`
            (a volume at a working size, and its mask), `grid` (where voxels lie, by headers
            alone), `portrait` (what a plan has to know of a volume and its mask),
            `origin` (where the voxels lie in the file), or `preview` (a small picture no longer
            than `size`, and value ranges).
        size, fit, interpolation, edge, exact: the square, as in `resize.Target`.
        window: a window in Hounsfield units, instead of the file's own.
        parts: the files of a DICOM series below the folder; of the image's, for a mask.
        image, image_member: the image that a mask belongs to.
        volume: the form of a volume that is `fitted`.
        mask, mask_member: the mask to be fitted with it, or to a square.
        masked: are labels wanted also where there is no mask?
        region, framing: what is to be seen; a region that is a mask is read from `mask`.
        beyond: pixels of `size` on every side that do not count for the scale of a region.
    """

    op: str
    path: Path
    member: str = ""
    size: int = 0
    fit: str = "pad"
    interpolation: str = "bilinear"
    edge: int | None = None
    exact: bool = False
    window: Window | None = None
    parts: tuple[str, ...] = ()
    image: Path | None = None
    image_member: str = ""
    volume: VolumeTarget | None = None
    mask: Path | None = None
    mask_member: str = ""
    masked: bool = False
    region: Region | None = None
    framing: Framing = WHOLE
    beyond: int = 0

    def limit_s(self, timeout_s: float) -> float:
        """Return how long it may take, where one image may take `timeout_s`."""
        return timeout_s * VOLUME_TIMES if self.op in SLOW or self.parts else timeout_s

    @property
    def alone(self) -> bool:
        """May the answer be too large for a place of its own? Then no other may be under way."""
        bytes_of_pixel = 4 if self.masked else 2
        return self.op in LARGE or bytes_of_pixel * self.size**2 > PLACE_BYTES

    def pack(self, place: int = 0) -> bytes:
        """Return the request as a message; the path keeps bytes that are not UTF-8.

        Args:
            place: where in the shared memory the pixels of the answer go.
        """
        window = (self.window.center, self.window.width) if self.window else None
        return pack(
            {
                "op": self.op, "path": os.fsencode(self.path).hex(), "member": self.member,
                "window": window, "place": place, "alone": self.alone,
                "parts": [os.fsencode(part).hex() for part in self.parts],
                "image": os.fsencode(self.image).hex() if self.image else "",
                "image_member": self.image_member,
                "volume": asdict(self.volume) if self.volume else None,
                "mask": os.fsencode(self.mask).hex() if self.mask else "",
                "mask_member": self.mask_member, "masked": self.masked,
                "region": asdict(self.region) if self.region else None,
                "framing": asdict(self.framing), "beyond": self.beyond,
                "target": {
                    "size": self.size, "fit": self.fit, "interpolation": self.interpolation,
                    "edge": self.edge, "exact": self.exact,
                },
            }
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: a reason code in `refused`, or else facts and pixels.

    Attributes:
        numbers: what else is to be said of the refusal, see `refusal.describe_numbers`.
    """

    refused: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    body: bytes = b""
    numbers: tuple[float, ...] = ()


CRASHED: Final = Answer(refused="decoder-crashed")


@dataclass(frozen=True, slots=True)
class _Task:
    request: Request
    answer: "Future[Answer]" = field(default_factory=Future)


class Guard:
    """A small pool of decoding children; use it as a context manager.

    Args:
        workers: how many children work at a time; each may use 3 GiB at worst, and 1 GiB more
            that a volume comes back through.
        timeout_s: how long one file may take.
    """

    def __init__(
        self, workers: int = 2, *, timeout_s: float = TIMEOUT_S, command: tuple[str, ...] = COMMAND
    ) -> None:
        self.workers = max(1, workers)
        self._timeout_s = timeout_s
        self._command = command
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._children: set[Child] = set()
        self._unanswered = 0
        self._closing = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing = True
        for child in list(self._children):
            child.kill()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        while not self._tasks.empty():
            task = self._tasks.get()
            if task is not None:
                task.answer.set_result(CRASHED)

    def map(self, requests: Iterable[Request]) -> Iterator[Answer]:
        """Answer requests in their order; only a few are under way at any time."""
        waiting: deque[Future[Answer]] = deque()
        for request in requests:
            waiting.append(self._submit(request))
            if len(waiting) > (1 if request.alone else 4) * self.workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def ask(self, request: Request) -> Answer:
        """Answer one request."""
        return self._submit(request).result()

    def _submit(self, request: Request) -> "Future[Answer]":
        task = _Task(request)
        if self._closing:
            task.answer.set_result(CRASHED)
            return task.answer
        with self._lock:
            self._unanswered += 1
            if len(self._threads) < min(self.workers, self._unanswered):
                self._threads.append(threading.Thread(target=self._work, daemon=True))
                self._threads[-1].start()
        self._tasks.put(task)
        return task.answer

    def _work(self) -> None:
        """Let one child after another answer what there is, until the guard is closed."""
        under_way: deque[_Task] = deque()
        child: Child | None = None
        while self._take(under_way):
            try:
                if child is None or not child.alive:
                    child = self._replace(child)
                answer = self._answer_first(child, under_way)
            except Exception as failure:  # noqa: BLE001  whoever waits for the answer raises it
                self._finish(under_way.popleft(), failure)
                continue
            self._finish(under_way.popleft(), answer)
        if child is not None:
            self._drop(child)

    def _take(self, under_way: deque[_Task]) -> bool:
        """Take tasks while there are some and the child has room; wait for one if idle."""
        while len(under_way) < PLACES and not self._closing:
            try:
                task = self._tasks.get(block=not under_way)
            except Empty:
                break
            if task is None:
                break
            under_way.append(task)
        return bool(under_way)

    def _answer_first(self, child: Child, under_way: deque[_Task]) -> Answer:
        """Send what is not yet sent, and wait for the answer to the first.

        The next request lies in the child's pipe while it works on the first: it need not
        wait for this process between two files.
        """
        if self._closing:
            return CRASHED
        try:
            for task in list(under_way)[child.unanswered :]:
                message = task.request.pack(child.next_place)
                if child.unanswered and (task.request.alone or len(message) > MAX_AHEAD_BYTES):
                    break
                child.send(message)
            first = under_way[0].request
            fields, body = child.receive(first.limit_s(self._timeout_s), alone=first.alone)
        except TimeoutError:
            self._drop(child)
            return Answer(refused="too-slow")
        except (EOFError, OSError):
            self._drop(child)
            return CRASHED
        if "refused" in fields:
            code = ImageRefused(fields["refused"]).code
            return Answer(refused=code, numbers=plain_numbers(fields.get("numbers")))
        return Answer(fields=fields, body=body)

    def _finish(self, task: _Task, outcome: Answer | Exception) -> None:
        with self._lock:
            self._unanswered -= 1
        if isinstance(outcome, Answer):
            task.answer.set_result(outcome)
        else:
            task.answer.set_exception(outcome)

    def _replace(self, child: Child | None) -> Child:
        if child is not None:
            self._drop(child)
        fresh = Child(self._command)
        self._children.add(fresh)
        if self._closing:  # it was being started while the others were killed
            fresh.kill()
        return fresh

    def _drop(self, child: Child) -> None:
        self._children.discard(child)
        child.end()


def plain_numbers(answered: object) -> tuple[float, ...]:
    """Return finite numbers that a child has answered; nothing if they are anything else."""
    if not isinstance(answered, (list, tuple)):
        return ()
    numbers = tuple(one for one in answered if isinstance(one, (int, float)) and isfinite(one))
    return numbers if len(numbers) == len(answered) else ()


def default_workers() -> int:
    """Return how many children to use if nobody says: one per processor, up to four."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(4, available or 1))
