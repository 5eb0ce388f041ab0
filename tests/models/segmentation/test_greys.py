import numpy as np
import pytest

from radzoo.core.entry import PlaneInput
from radzoo.models.segmentation.greys import find_box, find_greys, join_boxes

STORED = np.zeros((6, 8), np.uint16)
STORED[1:4, 2:7] = np.linspace(1, 65535, 15).astype(np.uint16).reshape(3, 5)


def test_the_box_is_what_is_not_black():
    assert find_box(STORED) == (slice(1, 4), slice(2, 7))
    assert find_box(np.zeros((3, 4))) == (slice(0, 3), slice(0, 4))
    assert join_boxes([(slice(1, 4),), (slice(0, 2),)]) == (slice(0, 4),)


def test_z_score_is_of_the_box_in_the_unit_of_the_file(make_plan):
    greys = find_greys(STORED, make_plan(), limits=(100.0, 300.0))
    inside = 100 + 200 * (STORED[1:4, 2:7] / 65535)
    assert (greys.mean, greys.std) == pytest.approx((inside.mean(), inside.std()))
    fed = greys.normalise(STORED)[0]
    assert fed[1:4, 2:7].mean() == pytest.approx(0, abs=1e-5)
    assert fed[1:4, 2:7].std() == pytest.approx(1, abs=1e-5)
    assert fed[0, 0] == pytest.approx((100 - inside.mean()) / inside.std(), abs=1e-5)


def test_ct_is_cut_and_scaled_alike_for_all(make_plan):
    plan = make_plan(normalisation="ct", low=-100.0, high=200.0, mean=50.0, std=10.0)
    greys = find_greys(STORED, plan, limits=(-1024.0, 3071.0), channels=3)
    fed = greys.normalise(np.array([0, 65535, 17986], np.uint16))
    assert fed.shape == (3, 3)
    assert fed[2].tolist() == pytest.approx([-15, 15, (17986 / 65535 * 4095 - 1024 - 50) / 10])


def test_pictures_are_brought_to_the_contract(make_plan):
    contract = PlaneInput(
        channels=3, size=64, value_range=(0.0, 2.0), mean=[0.5, 1.0, 1.5], std=[0.25, 0.5, 1.0]
    )
    greys = find_greys(STORED, make_plan(normalisation="none"), contract=contract, channels=3)
    fed = greys.normalise(np.array([0, 255], np.uint8))
    assert fed.tolist() == [[-2, 6], [-2, 2], [-1.5, 0.5]]
    plain = find_greys(STORED, make_plan(normalisation="none")).normalise(np.array([255], np.uint8))
    assert plain.tolist() == [[1]]
