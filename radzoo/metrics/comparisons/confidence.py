"""From intervals at every level to the probability that the truth lies beyond a value."""

from collections.abc import Callable

from radzoo.core.plugins import Bounds

# Of one value: the one-sided p of the truth being at most it.
Tail = Callable[[float], float]
HALVINGS = 40


def tail_of(bounds: Callable[[float], Bounds], estimate: float) -> Tail:
    """Return the one-sided p-values that agree with intervals.

    Args:
        bounds: level to interval, wider at a higher level.
        estimate: what the intervals are about.
    """

    def tail(value: float) -> float:
        below = value <= estimate

        def holds(level: float) -> bool:
            ends = bounds(level)
            return ends.low <= value if below else ends.high >= value

        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if holds(middle) else (middle, high)
        one_sided = (1 - high) / 2
        return one_sided if below else 1 - one_sided

    return tail


def two_sided(tail: Tail, value: float = 0.0) -> float:
    """Return the two-sided p of the truth being a value."""
    one = tail(value)
    return min(1.0, 2 * min(one, 1 - one))
