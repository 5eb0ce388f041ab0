import numpy as np

from radzoo.metrics.estimate import IntervalOptions, estimate_metrics
from radzoo.metrics.intervals.mcgraw_wong import mcgraw_wong
from radzoo.metrics.sample import make_other_sample
from radzoo.metrics.values import VALUE_METRICS

TARGETS = np.array([9.0, 6, 8, 7, 10, 6])
SCORES = np.array([8.0, 2, 8, 6, 9, 7])


def test_it_holds_the_value_and_widens_with_the_level():
    sample = make_other_sample("values", TARGETS, SCORES)
    value = VALUE_METRICS["icc"].compute(TARGETS, SCORES)
    narrow, wide = (mcgraw_wong(VALUE_METRICS["icc"], sample, level) for level in (0.8, 0.95))
    assert wide.low < narrow.low < value < narrow.high < wide.high < 1


def test_patients_who_repeat_are_drawn_instead():
    chance = np.random.default_rng(0)
    targets = chance.normal(size=60)
    sample = make_other_sample(
        "values",
        targets,
        targets + chance.normal(size=60),
        patients=[str(i // 2) for i in range(60)],
    )
    options = IntervalOptions(n_boot=200)
    (found,) = estimate_metrics("x", [VALUE_METRICS["icc"]], sample, options)
    assert found.method == "bca"
    assert found.low < found.value < found.high
