import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.intervals.student_t import student_t
from radzoo.metrics.sample import make_other_sample
from radzoo.metrics.values import VALUE_METRICS

SAMPLE = make_other_sample("values", np.array([1.0, 2, 3, 4]), np.array([1.5, 2, 4, 4.5]))
# Quantiles of t at 0.975 with 2 and 3 degrees of freedom, from a printed table.
T2, T3 = 4.302653, 3.182446
DEVIATION = (0.5 / 3) ** 0.5


@pytest.mark.parametrize(
    ("name", "value", "half"),
    [
        ("bias", 0.5, T3 * DEVIATION / 2),
        ("lower_limit", 0.5 - 1.959964 * DEVIATION,
         T3 * DEVIATION * (1 / 4 + 1.959964**2 / 6) ** 0.5),
        # Residual sum of squares 5 - 5.5^2 / 6.5, on two degrees of freedom.
        ("calibration_slope", 5.5 / 6.5, T2 * ((5 - 5.5**2 / 6.5) / 2 / 6.5) ** 0.5),
    ],
)  # fmt: skip
def test_worked_by_hand(name, value, half):
    bounds = student_t(VALUE_METRICS[name], SAMPLE, 0.95)
    assert (bounds.low, bounds.high) == pytest.approx((value - half, value + half), abs=1e-5)


def test_two_cases_have_no_slope_with_an_interval():
    two = SAMPLE.only(np.array([True, True, False, False]))
    with pytest.raises(UndefinedMetricError, match="few"):
        student_t(VALUE_METRICS["calibration_slope"], two, 0.95)
