"""Filling contours: by hand, against areas, and against Pillow-free arithmetic."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radzoo.data.mask.polygon import fill


def rectangle(top, left, bottom, right):
    return np.array([(top, left), (top, right), (bottom, right), (bottom, left)], dtype=float)


def winding_by_hand(contours, shape):
    """The even-odd rule for each pixel centre on its own: cast a ray to the left."""
    inside = np.zeros(shape, dtype=bool)
    for row, column in np.ndindex(*shape):
        crossings = 0
        for contour in contours:
            for (y0, x0), (y1, x1) in zip(contour, np.roll(contour, -1, axis=0), strict=True):
                if y0 > y1:
                    y0, x0, y1, x1 = y1, x1, y0, x0
                if y0 <= row < y1:
                    crossings += x0 + (row - y0) / (y1 - y0) * (x1 - x0) <= column
        inside[row, column] = crossings % 2
    return inside


def test_a_pixel_is_inside_if_its_centre_is():
    got = fill([rectangle(0.6, 1.6, 2.4, 3.4)], (4, 5))
    want = np.zeros((4, 5), bool)
    want[1:3, 2:4] = True
    np.testing.assert_array_equal(got, want)


def test_centres_on_the_edge_belong_to_one_neighbour():
    left, right = fill([rectangle(0, 0, 3, 2)], (4, 5)), fill([rectangle(0, 2, 3, 4)], (4, 5))
    assert not (left & right).any()
    np.testing.assert_array_equal(left | right, fill([rectangle(0, 0, 3, 4)], (4, 5)))
    assert left.sum() == 6


def test_inner_contours_are_holes_and_islands_in_them_are_not():
    rings = [
        rectangle(0.5, 0.5, 9.5, 9.5),
        rectangle(2.5, 2.5, 7.5, 7.5),
        rectangle(4.5, 4.5, 5.5, 5.5),
    ]
    assert fill(rings, (11, 11)).sum() == 81 - 25 + 1


def test_a_keyhole_is_a_hole():
    outer, inner = rectangle(0.5, 0.5, 9.5, 9.5), rectangle(2.5, 2.5, 7.5, 7.5)
    keyhole = np.concatenate([outer, outer[:1], inner, inner[:1]])
    np.testing.assert_array_equal(fill([keyhole], (11, 11)), fill([outer, inner], (11, 11)))


def test_what_lies_outside_the_grid_is_cut_off():
    assert fill([rectangle(-5, -5, 100, 100)], (3, 4)).all()
    assert not fill([rectangle(-5, -5, -1, 100)], (3, 4)).any()
    assert not fill([rectangle(0, 50, 3, 100)], (3, 4)).any()


CIRCLE = [
    (50 + 40 * np.sin(angle), 50 + 40 * np.cos(angle))
    for angle in np.linspace(0, 2 * np.pi, 400, endpoint=False)
]


@pytest.mark.parametrize(
    ("corners", "area"),
    [
        pytest.param([(10.3, 20.7), (10.3, 70.2), (90.1, 70.2), (90.1, 20.7)], 79.8 * 49.5,
                     id="rectangle"),
        pytest.param([(5, 5), (95, 5), (5, 95)], 90 * 90 / 2, id="triangle"),
        pytest.param(CIRCLE, np.pi * 1600, id="circle"),
    ],
)  # fmt: skip
def test_the_number_of_pixels_is_the_area(corners, area):
    assert fill([np.array(corners, float)], (100, 100)).sum() == pytest.approx(area, rel=0.02)


# Quarters of a pixel: corners and edges often lie on centres.
points = st.tuples(st.integers(-8, 28), st.integers(-8, 28))
polygons = st.lists(
    st.lists(points, min_size=3, max_size=6).map(lambda corners: np.array(corners) / 4),
    min_size=1, max_size=2,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(polygons)
def test_it_is_the_even_odd_rule(contours):
    np.testing.assert_array_equal(fill(contours, (5, 6)), winding_by_hand(contours, (5, 6)))


@given(polygons, st.integers(0, 5))
def test_neither_the_start_nor_the_direction_matters(contours, start):
    other = [np.roll(contour, start, axis=0)[::-1] for contour in contours]
    np.testing.assert_array_equal(fill(contours, (5, 6)), fill(other, (5, 6)))
