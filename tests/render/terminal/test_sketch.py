import io

import pytest
from rich.console import Console

from radzoo.render.terminal.sketch import Sketch, walk


def rows_of(sketch, encoding="utf-8"):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Console(file=stream, width=60).print(sketch)
    stream.flush()
    return stream.buffer.getvalue().decode(encoding).splitlines()


def sketch(line, **more):
    return Sketch("t", "x", "y", lines=[line], faint=(), width=10, height=4, **more)


def test_a_rising_line_goes_from_the_bottom_left_to_the_top_right():
    rows = list(sketch([(0, 0), (1, 1)]).draw(ascii_only=False))
    assert (len(rows), {len(row) for row in rows}) == (4, {10})
    assert rows[0][-1] != " " == rows[0][0]
    assert rows[-1][0] != " " == rows[-1][-1]


def test_a_line_has_no_gap():
    rows = list(sketch([(0, 0), (0, 1), (1, 1)]).draw(ascii_only=True))
    assert all(row[0] != " " for row in rows)
    assert " " not in rows[0]


@pytest.mark.parametrize(("place", "row", "column"), [((0, 0), 3, 0), ((1, 1), 0, 9)])
def test_marks_stand_where_they_belong(place, row, column):
    rows = list(sketch([], marks=[(place, "o")]).draw(ascii_only=False))
    assert rows[row][column] == "o"


def test_a_terminal_without_unicode_gets_plain_signs():
    rows = rows_of(sketch([(0, 0), (1, 1)]), encoding="ascii")
    assert all(row.isascii() for row in rows)
    assert "*" in "".join(rows)


def test_walking_keeps_both_ends():
    points = list(walk([(0, 0), (1, 0.5)], 4))
    assert (points[0], points[-1], len(points)) == ((0.0, 0.0), (1, 0.5), 5)
