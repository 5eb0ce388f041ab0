import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.auroc import METRIC
from radzoo.metrics.intervals.delong import delong
from radzoo.metrics.sample import make_sample


def sample(healthy, diseased):
    targets = np.array([0.0] * len(healthy) + [1.0] * len(diseased))
    return make_sample(targets, np.array(healthy + diseased, dtype=float))


def test_worked_by_hand():
    # Placements of the diseased: 1, 1/2; of the healthy: 1, 1/2. AUROC 3/4.
    # Variance: 2 * ((1/4)^2 + (1/4)^2) / 1 / 2 = 1/8.
    bounds = delong(METRIC, sample([1, 3], [2, 4]), 0.5)
    half = 0.6744897501960817 * np.sqrt(1 / 8)
    assert (bounds.low, bounds.high) == pytest.approx((0.75 - half, 0.75 + half), abs=1e-14)
    assert bounds.note is None


def test_it_is_cut_where_it_would_leave_0_to_1():
    bounds = delong(METRIC, sample([1, 3], [2, 4]), 0.95)
    assert bounds.high == 1.0
    assert bounds.low > 0


def test_no_variance_is_said():
    bounds = delong(METRIC, sample([1, 2], [3, 4]), 0.95)
    assert (bounds.low, bounds.high) == (1.0, 1.0)
    assert "newcombe" in bounds.note


def test_one_case_of_a_class_is_not_enough():
    with pytest.raises(UndefinedMetricError, match="two cases of each class"):
        delong(METRIC, sample([1, 2, 3], [2]), 0.95)
