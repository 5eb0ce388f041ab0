import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.average_precision import average_precision
from radzoo.metrics.curves import draw_precision_recall, draw_roc

TARGETS, SCORES = np.array([0.0, 0, 0, 1, 1, 1]), np.array([1.0, 2, 5, 3, 4, 6])


def test_the_roc_curve_has_every_threshold():
    points = draw_roc(TARGETS, SCORES)
    np.testing.assert_allclose(points.thresholds, [np.nan, 6, 5, 4, 3, 2, 1])
    np.testing.assert_allclose(points.x, [0, 0, 1 / 3, 1 / 3, 1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(points.y, [0, 1 / 3, 1 / 3, 2 / 3, 1, 1, 1])


def test_a_short_curve_keeps_its_corners_only():
    points = draw_roc(TARGETS, SCORES, most=5)
    np.testing.assert_allclose(points.x, [0, 0, 1 / 3, 1 / 3, 1])
    np.testing.assert_allclose(points.y, [0, 1 / 3, 1 / 3, 1, 1])
    np.testing.assert_allclose(points.thresholds, [np.nan, 6, 5, 3, 1])


def test_precision_and_recall_at_every_threshold():
    points = draw_precision_recall(TARGETS, SCORES)
    np.testing.assert_allclose(points.thresholds, [6, 5, 4, 3, 2, 1])
    np.testing.assert_allclose(points.x, [1 / 3, 1 / 3, 2 / 3, 1, 1, 1])
    np.testing.assert_allclose(points.y, [1, 1 / 2, 2 / 3, 3 / 4, 3 / 5, 3 / 6])
    # Their steps are what average precision adds up.
    steps = np.diff(points.x, prepend=0) @ points.y
    assert average_precision(TARGETS, SCORES) == pytest.approx(steps)


def test_a_long_curve_is_thinned_but_keeps_its_area():
    chance = np.random.default_rng(2)
    targets = (chance.random(20_000) < 0.3).astype(float)
    scores = chance.normal(size=20_000) + targets
    points, full = draw_roc(targets, scores, most=300), draw_roc(targets, scores, most=None)
    assert len(points.x) == 300
    assert len(full.x) == 20_001
    assert (points.x[0], points.y[0], points.x[-1], points.y[-1]) == (0, 0, 1, 1)
    area = np.trapezoid(full.y, full.x)
    assert np.trapezoid(points.y, points.x) == pytest.approx(area, abs=1e-3)
    # Each point is what its threshold gives.
    called = scores >= points.thresholds[150]
    assert points.y[150] == called[targets == 1].mean()
    assert points.x[150] == called[targets == 0].mean()
    assert len(draw_precision_recall(targets, scores).x) == 500


@pytest.mark.parametrize("draw", [draw_roc, draw_precision_recall])
def test_one_class_has_no_curve(draw):
    with pytest.raises(UndefinedMetricError):
        draw(np.ones(3), np.arange(3.0))
