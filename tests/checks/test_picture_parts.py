"""Parts of pictures as numbers."""

import numpy as np
import pytest

from radzoo.checks.picture_parts import (
    PARTS,
    SIDE,
    histogram,
    inputs_of,
    standing_out,
    statistics,
    where_told,
)
from radzoo.metrics.auroc import auroc

NOISE = np.random.default_rng(0).integers(0, 256, (40, SIDE, SIDE)).astype(np.uint8)


def test_every_part_has_a_row_per_image_and_no_nan():
    parts = inputs_of(NOISE)
    assert tuple(parts) == PARTS
    assert all(len(one) == 40 and np.isfinite(one).all() for one in parts.values())
    flat = inputs_of(np.zeros((40, SIDE, SIDE), np.uint8))
    assert all(np.isfinite(one).all() for one in flat.values())


@pytest.mark.parametrize(
    ("place", "seen"),
    [
        pytest.param((0, 30), {"border", "without the centre", "whole"}, id="side"),
        pytest.param((3, 60), {"corners", "without the centre", "whole"}, id="corner"),
        pytest.param((32, 32), {"whole"}, id="middle"),
    ],
)
def test_parts_see_their_own_place_alone(place, seen):
    images = np.zeros((40, SIDE, SIDE), np.uint8)
    images[:20, place[0], place[1]] = 250
    parts = inputs_of(images)
    told = {name for name, one in parts.items() if np.ptp(one, axis=0).max() > 1e-6}
    assert told == seen | {"histogram", "statistics"}


def test_shades_and_statistics_by_hand():
    images = np.zeros((1, SIDE, SIDE), np.uint8)
    images[0, :32] = 255
    assert histogram(images)[0].tolist() == pytest.approx([0.5**0.5, *[0] * 14, 0.5**0.5])
    mean, spread, *quantiles, down, across = statistics(images)[0].tolist()
    assert (mean, spread) == (127.5, 127.5)
    assert quantiles == [0, 0, 0, 127.5, 255, 255, 255]
    assert (down, across) == (pytest.approx(255 / 63), 0)


def test_a_marker_stands_out_wherever_it_is():
    pieces = np.full((2, 10, 10), 100, np.uint8)
    pieces[0, 1:4, 2:5] = 190
    pieces[1, 6:9, 7:10] = 10
    assert standing_out(pieces).tolist() == [[90, 0], [0, 90]]


def test_the_map_is_the_auroc_of_every_pixel():
    positive = np.arange(40.0) % 2
    told = where_told(NOISE, positive)
    for row, column in ((0, 0), (17, 40), (63, 63)):
        area = auroc(positive, NOISE[:, row, column].astype(float))
        assert told[row][column] == pytest.approx(abs(2 * area - 1), abs=0.006)
