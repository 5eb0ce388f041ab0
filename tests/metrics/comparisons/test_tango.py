import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.comparisons.tango import score, tango

COUNTS = st.integers(0, 30)


def test_airway_reactivity():
    # Fagerland, Lydersen and Laake 2014, table 3: -0.517 to -0.026.
    bounds = tango(1, 7, 21, 0.95)
    assert (bounds.low, bounds.high) == pytest.approx((-0.517, -0.026), abs=5e-4)


def test_without_disagreement_it_still_has_a_width():
    # Closed form: z^2 / (n + z^2).
    z_squared = 1.959963985**2
    bounds = tango(0, 0, 50, 0.95)
    assert bounds.high == pytest.approx(z_squared / (50 + z_squared), abs=1e-7)
    assert bounds.low == pytest.approx(-bounds.high)


@given(COUNTS, COUNTS, COUNTS)
def test_laws(first, second, alike):
    n = first + second + alike
    if not n:
        with pytest.raises(UndefinedMetricError, match="a case"):
            tango(first, second, n, 0.95)
        return
    bounds, turned = tango(first, second, n, 0.95), tango(second, first, n, 0.95)
    assert -1 <= bounds.low <= (first - second) / n <= bounds.high <= 1
    assert (turned.low, turned.high) == pytest.approx((-bounds.high, -bounds.low), abs=1e-9)
    if first + second:
        mcnemar = (first - second) / math.sqrt(first + second)
        assert score(first, second, n, 0.0) == pytest.approx(mcnemar)
        inside = bounds.low <= 0 <= bounds.high
        if abs(abs(mcnemar) - 1.959963985) > 1e-6:
            assert inside == (abs(mcnemar) < 1.959963985)
