"""Transfers next to each other, which end at once when the user wants it."""

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

from radzoo.core.source import Progress

Item = TypeVar("Item")
Result = TypeVar("Result")


class Stopped(BaseException):
    """The user wants to stop; ends a transfer at its next block."""


def side_by_side(
    items: Sequence[Item],
    act: Callable[[Item, Progress], Result],
    progress: Callable[[Item], Progress],
    *,
    jobs: int,
) -> list[Result]:
    """Return `act(item, progress of it)` for each item, in order, `jobs` at a time.

    An exception from one ends the others, as Ctrl-C does. The threads are daemons: a
    process that wants to end does not wait for a server that has stopped sending.
    """
    waiting: SimpleQueue[int] = SimpleQueue()
    for number in range(len(items)):
        waiting.put(number)
    stop = Event()
    results: dict[int, Result] = {}
    broken: list[BaseException] = []

    def work() -> None:
        while not stop.is_set():
            try:
                number = waiting.get_nowait()
            except Empty:
                return
            try:
                item = items[number]
                results[number] = act(item, _until(stop, progress(item)))
            except Stopped:
                return
            except BaseException as error:  # noqa: BLE001  # raised again where it is awaited
                broken.append(error)
                stop.set()

    threads = [Thread(target=work, daemon=True) for _ in range(min(jobs, len(items)))]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        stop.set()
    if broken:
        raise broken[0]
    return [results[number] for number in range(len(items))]


def _until(stop: Event, progress: Progress) -> Progress:
    """Return a progress that ends the transfer once `stop` is set."""

    def tell(done: int, total: int | None) -> None:
        if stop.is_set():
            raise Stopped
        progress(done, total)

    return tell
