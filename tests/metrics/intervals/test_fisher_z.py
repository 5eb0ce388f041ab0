import math

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.intervals.fisher_z import fisher_z
from radzoo.metrics.sample import make_other_sample
from radzoo.metrics.values import VALUE_METRICS

TARGETS = np.array([1.0, 2, 3, 4, 5])
SCORES = np.array([1.5, 2, 4, 4.5, 4])


def test_a_correlation_by_hand():
    sample = make_other_sample("values", TARGETS, SCORES)
    r = np.corrcoef(TARGETS, SCORES)[0, 1]
    bounds = fisher_z(VALUE_METRICS["pearson"], sample, 0.95)
    half = 1.959964 / math.sqrt(2)
    assert bounds.low == pytest.approx(math.tanh(math.atanh(r) - half), abs=1e-6)
    assert bounds.high == pytest.approx(math.tanh(math.atanh(r) + half), abs=1e-6)


def test_concordance_without_shift_has_the_variance_of_the_paper():
    # With no shift the terms with u vanish: (1 - r^2) c^2 / (1 - c^2) / r^2 / (n - 2) on z.
    scores = SCORES - SCORES.mean() + TARGETS.mean()
    sample = make_other_sample("values", TARGETS, scores)
    r = np.corrcoef(TARGETS, scores)[0, 1]
    c = VALUE_METRICS["ccc"].compute(TARGETS, scores)
    half = 1.959964 * math.sqrt((1 - r**2) * c**2 / (1 - c**2) / r**2 / 3)
    bounds = fisher_z(VALUE_METRICS["ccc"], sample, 0.95)
    assert bounds.low == pytest.approx(math.tanh(math.atanh(c) - half), abs=1e-6)


@pytest.mark.parametrize("name", ["pearson", "ccc"])
def test_not_estimable_where_both_are_equal(name):
    with pytest.raises(UndefinedMetricError, match="value is 1"):
        fisher_z(VALUE_METRICS[name], make_other_sample("values", TARGETS, TARGETS), 0.95)
