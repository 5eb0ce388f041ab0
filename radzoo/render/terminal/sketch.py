"""A curve drawn with the dots of Braille signs, or with stars where there are none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.measure import Measurement

Point = tuple[float, float]
BLANK = 0x2800
# Bit of each dot of a Braille sign: 2 across, 4 down.
BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
WIDTH, HEIGHT = 30, 11


@dataclass
class Sketch:
    """A square of both axes from 0 to 1.

    Attributes:
        lines: joined points, strongest first.
        faint: points of the diagonal or another line to compare with.
        marks: single points with the sign to put there.
    """

    title: str
    x: str
    y: str
    lines: Sequence[Sequence[Point]] = ()
    faint: Sequence[Point] = ((0.0, 0.0), (1.0, 1.0))
    marks: Sequence[tuple[Point, str]] = ()
    width: int = WIDTH
    height: int = HEIGHT
    grid: list[list[int]] = field(init=False, repr=False)

    def __rich_measure__(self, console: "Console", options: "ConsoleOptions") -> "Measurement":
        """Say how wide it is."""
        from rich.measure import Measurement

        return Measurement(self.width + 4, self.width + 4)

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        """Draw it."""
        from rich.text import Text

        yield Text(self.title, style="bold")
        rows = list(self.draw(ascii_only=options.ascii_only))
        bar, corner, line = ("|", "+", "-") if options.ascii_only else ("│", "└", "─")
        for at, row in enumerate(rows):
            tick = "1" if at == 0 else "0" if at == len(rows) - 1 else " "
            yield Text(f"{tick} {bar}{row}")
        yield Text(f"  {corner}{line * self.width}")
        gap = self.width - len(self.x) - 2
        yield Text(f"   0{self.x:^{len(self.x) + gap}}1")

    def draw(self, *, ascii_only: bool) -> Iterator[str]:
        """Give the rows from top to bottom."""
        rows, columns = 4 * self.height, 2 * self.width
        dots = [[False] * columns for _ in range(rows)]
        for at, (x, y) in enumerate(walk(self.faint, rows + columns)):
            if at % 6 == 0:
                put(dots, x, y)
        for line in self.lines:
            for x, y in walk(line, rows + columns):
                put(dots, x, y)
        signs = [
            [sign_of(dots, row, column, ascii_only=ascii_only) for column in range(self.width)]
            for row in range(self.height)
        ]
        for (x, y), sign in self.marks:
            row = min(int((1 - y) * self.height), self.height - 1)
            signs[row][min(int(x * self.width), self.width - 1)] = sign
        for row_of_signs in signs:
            yield "".join(row_of_signs)


def walk(points: Iterable[Point], steps: int) -> Iterator[Point]:
    """Give points along the straight lines between points, close enough to leave no gap."""
    last = None
    for x, y in points:
        if last is not None:
            count = max(1, round(steps * max(abs(x - last[0]), abs(y - last[1]))))
            for step in range(count):
                share = step / count
                yield last[0] + share * (x - last[0]), last[1] + share * (y - last[1])
        last = (x, y)
    if last is not None:
        yield last


def put(dots: list[list[bool]], x: float, y: float) -> None:
    """Set the dot at a place from 0 to 1."""
    row = min(max(int((1 - y) * len(dots)), 0), len(dots) - 1)
    column = min(max(int(x * len(dots[0])), 0), len(dots[0]) - 1)
    dots[row][column] = True


def sign_of(dots: list[list[bool]], row: int, column: int, *, ascii_only: bool) -> str:
    """Return the sign that holds the dots of one cell."""
    bits = sum(
        BITS[down][across]
        for down in range(4)
        for across in range(2)
        if dots[4 * row + down][2 * column + across]
    )
    if ascii_only:
        return "*" if bits.bit_count() > 1 else "." if bits else " "
    return chr(BLANK + bits) if bits else " "
