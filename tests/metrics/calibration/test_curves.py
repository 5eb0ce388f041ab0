import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.calibration.hosmer_lemeshow import hosmer_lemeshow
from radzoo.metrics.calibration.levels import collapse
from radzoo.metrics.calibration.loess import find_vertices, smooth
from radzoo.metrics.calibration.lowess import lowess
from radzoo.metrics.calibration.remember import remember_last
from radzoo.metrics.calibration.spline import smooth_by_spline
from radzoo.metrics.calibration.weak import likelihood_ratio

SCORES = (np.arange(200) + 0.5) / 200
TARGETS = (np.arange(200) * 37 % 200 < 200 * SCORES).astype(float)


def brute_force(targets, scores, point):
    distance = np.abs(scores - point)
    width = np.sort(distance)[int(0.75 * len(scores)) - 1]
    weights = np.clip(1 - (distance / width) ** 3, 0, None) ** 3
    design = np.vander(scores - point, 3, increasing=True) * np.sqrt(weights)[:, None]
    return np.linalg.lstsq(design, targets * np.sqrt(weights), rcond=None)[0][0]


def test_loess_is_a_weighted_parabola_at_every_score():
    curve = smooth(collapse(TARGETS, SCORES))
    wanted = [brute_force(TARGETS, SCORES, point) for point in SCORES]
    np.testing.assert_allclose(curve, wanted, atol=1e-9)


def test_between_vertices_the_curve_is_near():
    levels = collapse(TARGETS, SCORES)
    np.testing.assert_allclose(smooth(levels, direct=False), smooth(levels), atol=0.01)
    assert len(find_vertices(levels)) == 9


def test_lowess_leaves_a_line_alone():
    np.testing.assert_allclose(lowess(0.2 + 0.5 * SCORES, SCORES), 0.2 + 0.5 * SCORES, atol=1e-12)


def test_a_spline_keeps_the_mean():
    curve, knots = smooth_by_spline(TARGETS, SCORES)
    assert curve.mean() == pytest.approx(TARGETS.mean(), abs=1e-8)
    assert len(knots) == 4


def test_hosmer_lemeshow_by_hand():
    # Two groups of five: expected 1 and 4, observed 2 and 4.
    targets = np.array([1.0, 1, 0, 0, 0, 1, 1, 1, 1, 0])
    scores = np.array([0.1, 0.15, 0.2, 0.25, 0.3, 0.7, 0.75, 0.8, 0.85, 0.9])
    found = hosmer_lemeshow(targets, scores, 2)
    assert (found.groups, found.statistic) == (2, pytest.approx(1 + 1 / 4))
    assert found.p == pytest.approx(np.exp(-0.625))


def test_hosmer_lemeshow_needs_scores_that_differ():
    with pytest.raises(UndefinedMetricError):
        hosmer_lemeshow(np.array([0.0, 1]), np.array([0.5, 0.5]))


def test_likelihood_ratios_add_up():
    ratio = likelihood_ratio(TARGETS, SCORES)
    assert ratio["both"] == pytest.approx(ratio["shift"] + ratio["slope"])
    assert min(ratio.values()) >= 0


def test_what_was_changed_in_place_is_computed_again():
    calls = []
    doubled = remember_last(lambda array: calls.append(1) or array * 2)
    array = np.arange(3.0)
    assert doubled(array) is doubled(array)
    array[0] = 7
    assert doubled(array)[0] == 14
    assert len(calls) == 2
