"""How AUROCs are said and weighed."""

import pytest
from scipy.stats import norm

from radzoo.checks.wording import severity_above, sure_low, told
from radzoo.core.finding import Evidence

SEEN = Evidence(n=9, estimate=0.8, low=0.7, high=0.87)


def test_an_area_is_said_with_its_interval():
    assert told(SEEN) == "0.80 (0.70 to 0.87)"


@pytest.mark.parametrize(
    ("low", "severity"),
    [(None, None), (0.6, None), (0.61, "warning"), (0.7, "warning"), (0.71, "error")],
)
def test_the_lower_bound_is_weighed(low, severity):
    assert severity_above(low, 0.6, 0.7) == severity


def test_one_of_many_needs_a_wider_interval():
    assert sure_low(SEEN, 1) == 0.7
    # log odds 1.386 and 0.847; of 14 the normal quantile is 2.91 instead of 1.96
    wider = norm.isf(0.025 / 14) / norm.isf(0.025)
    odds = (0.8 / 0.2) ** (1 - wider) * (0.7 / 0.3) ** wider
    assert sure_low(SEEN, 14) == pytest.approx(odds / (1 + odds))
    assert sure_low(SEEN, 14) < sure_low(SEEN, 2) < 0.7


def test_ends_of_the_scale_and_nothing_seen():
    assert sure_low(Evidence(n=9), 3) == 0
    assert 0 < sure_low(Evidence(n=9, estimate=1.0, low=0.9), 5) < 0.9
