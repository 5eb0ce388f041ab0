import math

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.comparisons.independent_areas import compare_independent_areas
from radzoo.metrics.sample import make_sample

TARGETS = np.array([0.0, 0, 0, 1, 1, 1])
# Areas 8/9 and 7/9, DeLong's variances 2/81 and 5/81.
FIRST = make_sample(TARGETS, np.array([1.0, 2, 4, 3, 5, 6]))
SECOND = make_sample(TARGETS, np.array([1.0, 5, 2, 4, 3, 6]))


def test_worked_by_hand():
    areas = compare_independent_areas(FIRST, SECOND)
    assert areas.difference == pytest.approx(1 / 9)
    assert areas.t == pytest.approx(1 / 9 / math.sqrt(7 / 81))
    # Welch: (2 + 5)^2 / (2^2 / 5 + 5^2 / 5).
    assert areas.degrees_of_freedom == pytest.approx(49 / (29 / 5))
    assert areas.p_greater() + areas.p_less() == pytest.approx(1)
    assert areas.p_two_sided() == pytest.approx(2 * areas.p_greater())
    # Student's t of 0.378 with 8.45 degrees of freedom.
    assert areas.p_two_sided() == pytest.approx(0.7148, abs=2e-4)
    assert areas.bounds(0.95).low == pytest.approx(1 / 9 - 1.959964 * math.sqrt(7 / 81))


def test_two_perfect_models_tell_nothing():
    perfect = make_sample(TARGETS, TARGETS)
    with pytest.raises(UndefinedMetricError, match="says nothing"):
        compare_independent_areas(perfect, perfect)
