"""Random numbers and noise fields that are the same bits on every machine.

numpy keeps the raw 64-bit output of a bit generator fixed for ever, but not what
`Generator` makes of it, so every number here is built from `random_raw` by integer
arithmetic and exact operations (+ - * /).
"""

import numpy as np
from numpy.typing import NDArray

# float32 at run time; numpy's stubs call a product with a Python float float64.
Field = NDArray[np.floating]


class Stream:
    """Random numbers of one purpose: `Stream(seed, 3)` never disturbs `Stream(seed, 4)`."""

    def __init__(self, *key: int) -> None:
        """Start the stream named by non-negative integers."""
        self._bits = np.random.PCG64(list(key))

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self._fraction()

    def bell(self, centre: float, spread: float) -> float:
        """A number with mean `centre` and standard deviation `spread`, at most 3.5 of them away."""
        total = 0.0
        for _ in range(4):
            total += self._fraction()
        return centre + spread * (total - 2.0) * 1.7320508075688772

    def integer(self, count: int) -> int:
        """A whole number from 0 to count - 1."""
        return int(self._bits.random_raw()) % count

    def chance(self, probability: float) -> bool:
        """True with the given probability; always takes one number from the stream."""
        return self._fraction() < probability

    def uniforms(self, low: float, high: float, count: int) -> Field:
        """`(count,)` numbers in [low, high)."""
        fractions = (self._bits.random_raw(count) >> 40).astype(np.float32) / 16777216.0
        return (low + (high - low) * fractions).astype(np.float32)

    def bells(self, rows: int, columns: int) -> Field:
        """`(rows, columns)` sums of four random bytes, brought to mean 0 and deviation 1."""
        words = -(-rows * columns // 2)
        raw = self._bits.random_raw(words)
        even, odd = raw & 0x00FF00FF00FF00FF, (raw >> 8) & 0x00FF00FF00FF00FF
        pairs = even + odd
        sums = (pairs + (pairs >> 16)) & 0x0000FFFF0000FFFF
        halves = np.stack([sums & 0xFFFF, sums >> 32], axis=1).reshape(-1)[: rows * columns]
        # Four bytes: mean 510, variance 4 * (256**2 - 1) / 12, whose root is 147.8.
        return ((halves.astype(np.float32) - 510.0) / 147.8).reshape(rows, columns)

    def _fraction(self) -> float:
        return float(int(self._bits.random_raw()) >> 11) / 9007199254740992.0


def draw_clouds(stream: Stream, size: int, cells: int) -> Field:
    """`(size, size)` smooth noise with about `cells` lumps along each side.

    Values have mean 0 and a standard deviation near 0.5. A quadratic B-spline runs
    through a random grid; it is separable, so that rows are made first, then columns.
    """
    grid = stream.bells(cells + 2, cells + 2)
    position = (np.arange(size, dtype=np.float32) + 0.5) * (cells / size)
    cell = np.minimum(position.astype(np.int64), cells - 1)
    inside = (position - cell).astype(np.float32)
    before = 0.5 * (1.0 - inside) * (1.0 - inside)
    after = 0.5 * inside * inside
    middle = 1.0 - before - after
    rows = grid[cell] * before[:, None]
    rows += grid[cell + 1] * middle[:, None]
    rows += grid[cell + 2] * after[:, None]
    clouds: Field = rows[:, cell] * before
    clouds += rows[:, cell + 1] * middle
    clouds += rows[:, cell + 2] * after
    return clouds


def soften(field: Field, times: int) -> Field:
    """The field blurred `times` by the weights 1-2-1 along both axes; edges are repeated."""
    for _ in range(times):
        padded = np.concatenate([field[:1], field, field[-1:]], axis=0)
        field = 2.0 * field
        field += padded[:-2]
        field += padded[2:]
        padded = np.concatenate([field[:, :1], field, field[:, -1:]], axis=1)
        field *= 2.0
        field += padded[:, :-2]
        field += padded[:, 2:]
        field *= 0.0625
    return field


def ramp(field: Field) -> Field:
    """Smooth step: 0 below 0, 1 above 1, `3 t^2 - 2 t^3` between."""
    clipped = np.maximum(field, 0.0)
    np.minimum(clipped, 1.0, out=clipped)
    step = -2.0 * clipped
    step += 3.0
    step *= clipped
    step *= clipped
    return step


def arc(field: Field) -> Field:
    """Quarter of a circle: 0 below 0, 1 above 1, `sqrt(1 - (1 - t)^2)` between."""
    rest = np.maximum(field, 0.0)
    np.minimum(rest, 1.0, out=rest)
    # 1 - (1 - t)^2 = t (2 - t)
    rest *= 2.0 - rest
    return np.sqrt(rest, out=rest)
