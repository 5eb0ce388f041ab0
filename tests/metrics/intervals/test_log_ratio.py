import math

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.intervals.log_ratio import log_ratio
from radzoo.metrics.lr_negative import METRIC as LR_NEGATIVE
from radzoo.metrics.lr_positive import METRIC as LR_POSITIVE
from radzoo.metrics.sample import make_sample


def judged(tp, fp, tn, fn, *, copies=1):
    """Cases, each patient having `copies` of the same."""
    targets = np.repeat([1.0, 0, 0, 1], [tp, fp, tn, fn])
    scores = np.repeat([1.0, 1, 0, 0], [tp, fp, tn, fn])
    patients = [str(row) for row in range(len(targets))] * copies
    return make_sample(np.tile(targets, copies), np.tile(scores, copies), patients=patients).decide(
        0.5
    )


@pytest.mark.parametrize(
    ("metric", "value", "variance"),
    [
        pytest.param(LR_POSITIVE, 0.8 / 0.1, 1 / 80 - 1 / 100 + 1 / 20 - 1 / 200, id="positive"),
        pytest.param(LR_NEGATIVE, 0.2 / 0.9, 1 / 20 - 1 / 100 + 1 / 180 - 1 / 200, id="negative"),
    ],
)
def test_worked_by_hand(metric, value, variance):
    half = 1.959963984540054 * math.sqrt(variance)
    bounds = log_ratio(metric, judged(80, 20, 180, 20), 0.95)
    expected = (value * math.exp(-half), value * math.exp(half))
    assert (bounds.low, bounds.high) == pytest.approx(expected)


def test_copies_of_a_case_add_nothing():
    alone = log_ratio(LR_POSITIVE, judged(80, 20, 180, 20), 0.95)
    twice = log_ratio(LR_POSITIVE, judged(80, 20, 180, 20, copies=2), 0.95)
    # The factor 300/299 is that of the variance between patients.
    ratio = math.log(twice.high / twice.low) / math.log(alone.high / alone.low)
    assert ratio == pytest.approx(math.sqrt(300 / 299))


def test_a_ratio_of_0_has_no_logarithm():
    with pytest.raises(UndefinedMetricError, match="log scale"):
        log_ratio(LR_NEGATIVE, judged(80, 20, 180, 0), 0.95)


def test_calls_that_are_all_the_same_tell_nothing():
    with pytest.raises(UndefinedMetricError, match="called alike"):
        log_ratio(LR_POSITIVE, judged(80, 20, 0, 0), 0.95)


def test_one_patient_of_a_class_tells_nothing_of_others():
    targets, scores = np.array([1.0, 1, 0, 0, 0, 0]), np.array([1.0, 0, 1, 0, 1, 0])
    sample = make_sample(targets, scores, patients=["a", "a", "b", "b", "c", "c"]).decide(0.5)
    with pytest.raises(UndefinedMetricError, match="two patients"):
        log_ratio(LR_POSITIVE, sample, 0.95)
