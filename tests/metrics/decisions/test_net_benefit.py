import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.decisions.net_benefit import (
    metric_of_net_benefit,
    net_benefit,
    spread_thresholds,
)

TARGETS = np.array([1.0, 1, 0, 0, 0])
SCORES = np.array([0.9, 0.2, 0.6, 0.2, 0.1])


def test_by_hand():
    found = net_benefit(TARGETS, SCORES, 0.2)
    # All but one are acted on: two found, two alarms, at odds of 1 to 4.
    assert (found.found, found.alarms) == (0.4, 0.4)
    assert found.model == pytest.approx(0.4 - 0.4 / 4)
    assert found.treat_all == pytest.approx(0.4 - 0.6 / 4)
    assert found.standardized == pytest.approx(0.3 / 0.4)
    assert found.avoided == pytest.approx(0.05 * 4)


def test_the_prevalence_of_a_population_weighs_the_classes():
    found = net_benefit(TARGETS, SCORES, 0.5, prevalence=0.1)
    assert found.model == pytest.approx(0.1 / 2 - 0.9 / 3)
    with pytest.raises(UndefinedMetricError, match="both"):
        net_benefit(np.ones(3), SCORES[:3], 0.5, prevalence=0.1)


def test_harm_is_taken_off():
    plain, harmed = (net_benefit(TARGETS, SCORES, 0.3, harm=harm).model for harm in (0, 0.01))
    assert plain - harmed == pytest.approx(0.01)


@given(st.lists(st.integers(0, 3), min_size=5, max_size=5), st.booleans())
def test_weights_count_a_case_that_often(times, over_simple):
    metric = metric_of_net_benefit(0.2, over_simple=over_simple)
    weights = np.array(times, dtype=float)
    copied = np.repeat(np.arange(5), times)
    (many,) = metric.many(TARGETS, SCORES)(weights[None])
    if not copied.size:
        assert np.isnan(many)
        return
    alone = metric.compute(TARGETS[copied], SCORES[copied])
    assert many == pytest.approx(alone)
    assert metric.compute(TARGETS, SCORES, weights) == pytest.approx(alone)


def test_no_score_beats_acting_on_all_or_none_without_information():
    metric = metric_of_net_benefit(0.2, over_simple=True)
    assert metric.compute(TARGETS, np.ones(5)) == pytest.approx(0)


@pytest.mark.parametrize(
    ("text", "thresholds"),
    [
        ("0.1:0.3:0.1", (0.1, 0.2, 0.3)),
        ("0.05:0.5:0.05", tuple(round(0.05 * at, 12) for at in range(1, 11))),
        ("0.2,0.1,0.2", (0.2, 0.1)),
        ("0:0:1", (0.0,)),
    ],
)
def test_thresholds_are_read(text, thresholds):
    assert spread_thresholds(text) == thresholds


@pytest.mark.parametrize("text", ["", "a", "0.5:0.1:0.1", "0.1:0.5:0", "0.5,1", "-0.1", "nan"])
def test_what_is_no_threshold_is_refused(text):
    with pytest.raises(ValueError, match=r"float|^"):
        spread_thresholds(text)
