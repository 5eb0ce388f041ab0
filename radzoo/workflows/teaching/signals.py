"""Signals that ask a run to end: kept in mind where it can stand still, obeyed at once elsewhere.

SIGTERM and SIGUSR1 come from clusters that need the machine, SIGHUP from a terminal that went
away, SIGINT from Ctrl-C. A second one ends the process as if nobody listened.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

NAMES: Final = ("SIGTERM", "SIGUSR1", "SIGHUP", "SIGINT")


class Signals:
    """What came since `listening` began.

    Attributes:
        received: the name of the signal; None = none came.
    """

    def __init__(self) -> None:
        self.received: str | None = None
        self._patient = False

    @property
    def by_hand(self) -> bool:
        """Was it Ctrl-C?"""
        return self.received == "SIGINT"

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Only note signals while this runs: it asks for them, and ends by itself.

        Raises:
            KeyboardInterrupt: afterwards, if one came too late to be asked for.
        """
        self._patient = True
        try:
            yield
        finally:
            self._patient = False
        if self.received is not None:
            raise KeyboardInterrupt

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Note a signal, and let the next one end the process."""
        self.received = signal.Signals(number).name
        for name in NAMES:
            if hasattr(signal, name) and not _is_ignored(getattr(signal, name)):
                signal.signal(getattr(signal, name), signal.SIG_DFL)
        if not self._patient:
            raise KeyboardInterrupt


@contextmanager
def listening() -> Iterator[Signals]:
    """Listen to signals while this runs; outside the main thread nobody can.

    Signals that the process ignores (as under `nohup`) stay ignored.

    Raises:
        KeyboardInterrupt: if a signal came outside `Signals.patient`.
    """
    signals = Signals()
    if threading.current_thread() is not threading.main_thread():
        yield signals
        return
    numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
    before = {
        number: signal.signal(number, signals.handle)
        for number in numbers
        if not _is_ignored(number)
    }
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_ignored(number: int) -> bool:
    return signal.getsignal(number) in (signal.SIG_IGN, None)
