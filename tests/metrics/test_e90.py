import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.calibration.curve_errors import find_curve_errors
from radzoo.metrics.e90 import e90

TARGETS = np.tile([0.0, 1, 0, 0, 1, 1, 0, 1], 3)
SCORES = (np.arange(24) * 7 % 24 + 0.5) / 24


def test_it_is_numpys_quantile_of_the_distances():
    errors = find_curve_errors(TARGETS, SCORES).errors[0]
    assert e90(TARGETS, SCORES) == pytest.approx(np.quantile(errors, 0.90), abs=1e-15)


def test_weights_count_cases():
    times = np.arange(24) % 3
    copied = np.repeat(np.arange(24), times)
    assert e90(TARGETS, SCORES, times.astype(float)) == pytest.approx(
        e90(TARGETS[copied], SCORES[copied]), abs=1e-12
    )


def test_no_case_is_undefined():
    with pytest.raises(UndefinedMetricError):
        e90(np.empty(0), np.empty(0))
