"""How fast a training goes and how long it still takes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic


@dataclass(slots=True)
class Pace:
    """Time and images since the training began, or went on.

    Attributes:
        epochs: that there will be at most.
        batch_size: cases of a step.
        now: a clock in seconds.
    """

    epochs: int
    batch_size: int
    now: Callable[[], float] = monotonic
    done: float = 0.0
    images_per_s: float | None = None
    _began: float = field(init=False)
    _first: float | None = None
    _epoch: tuple[int, int, float] = (0, 0, 0.0)

    def __post_init__(self) -> None:
        self._began = self.now()

    def step(self, epoch: int, done: int, total: int) -> None:
        """Count a step: number `done` of `total` in an epoch."""
        time = self.now()
        self.done = (epoch - 1 + done / max(1, total)) / self.epochs
        if self._first is None:
            # A training that goes on begins in the middle; the first step warms up.
            self._first, self._began = self.done, time
        number, first, began = self._epoch
        if number != epoch:
            self._epoch = (epoch, done, time)
        elif time > began:
            self.images_per_s = (done - first) * self.batch_size / (time - began)

    @property
    def seconds_left(self) -> float | None:
        """Time until the last epoch at this pace, validation included; None if unknown yet."""
        if self._first is None or self.done <= self._first:
            return None
        return (self.now() - self._began) * (1 - self.done) / (self.done - self._first)
