"""What holds of every metric of times, and what a slow count of all pairs says."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.estimate import IntervalOptions, estimate_metrics
from radzoo.metrics.intervals.infinitesimal_jackknife import sum_squares
from radzoo.metrics.sample import make_other_sample
from radzoo.metrics.times import TIME_METRICS
from radzoo.metrics.times.censoring import estimate_followed
from radzoo.metrics.times.horizon import at_horizon
from radzoo.metrics.times.steps import make_steps

every_metric = pytest.mark.parametrize("metric", TIME_METRICS.values(), ids=list(TIME_METRICS))
# Few distinct times and scores, so that ties of every kind are common.
CASES = st.lists(
    st.tuples(st.integers(1, 6), st.booleans(), st.integers(1, 9), st.integers(0, 3)),
    min_size=3,
    max_size=16,
)


def arrays(cases):
    table = np.array(cases, dtype=float)
    return table[:, :2], table[:, 2] / 10


def value_of(metric, targets, scores, weights=None):
    try:
        return metric.compute(targets, scores, weights)
    except UndefinedMetricError:
        return np.nan


def count_slowly(targets, scores, asked):
    good = pairs = 0.0
    for (time, event), score, worth in zip(targets, scores, asked, strict=True):
        for (other, seen), lower in zip(targets, scores, strict=True):
            if event and (other > time or (other == time and not seen)):
                pairs += worth
                good += worth * ((score > lower) + (score == lower) / 2)
    return good / pairs if pairs else np.nan


@settings(max_examples=60)
@given(CASES)
def test_concordance_is_that_of_all_pairs(cases):
    targets, scores = arrays(cases)
    harrell = value_of(TIME_METRICS["harrell_c"], targets, scores)
    assert harrell == pytest.approx(
        count_slowly(targets, scores, np.ones(len(scores))), nan_ok=True
    )
    steps = make_steps(targets[:, 0])
    followed = estimate_followed(steps, targets[:, 1], np.ones(len(scores))).before[steps.at]
    asked = np.where(targets[:, 0] <= 4, followed**-2.0, 0)
    uno = value_of(at_horizon(TIME_METRICS["uno_c"], 4.0), targets, scores)
    assert uno == pytest.approx(count_slowly(targets, scores, asked), nan_ok=True)


@every_metric
@settings(max_examples=30)
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(metric, cases, shuffle):
    targets, scores = arrays(cases)
    rows = list(range(len(scores)))
    shuffle.shuffle(rows)
    other = value_of(metric, targets[rows], scores[rows])
    assert value_of(metric, targets, scores) == pytest.approx(other, nan_ok=True)


@every_metric
@settings(max_examples=30)
@given(CASES, st.data())
def test_a_weight_counts_a_case_that_often(metric, cases, data):
    targets, scores = arrays(cases)
    size = len(scores)
    often = np.array(data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)))
    assume(often.sum() > 0)
    copied = np.repeat(np.arange(size), often)
    weighted = value_of(metric, targets, scores, often.astype(float))
    assert weighted == pytest.approx(value_of(metric, targets[copied], scores[copied]), nan_ok=True)
    fixed = metric if metric.name == "harrell_c" else at_horizon(metric, 3.0)
    weights = np.stack([often, np.ones(size)]).astype(float)
    each = [value_of(fixed, targets, scores, row) for row in weights]
    assert fixed.many(targets, scores)(weights) == pytest.approx(each, nan_ok=True)


@every_metric
def test_influence_is_the_derivative_by_weight(metric):
    rng = np.random.default_rng(4)
    targets = np.stack([rng.permutation(200) + 1.0, rng.random(200) < 0.6], axis=1)
    scores = np.round(rng.random(200), 1)
    fixed = metric if metric.name == "harrell_c" else at_horizon(metric, 100.0)
    if metric.name == "uno_c":
        # Taken as known: only where nobody is censored its derivative is the whole one.
        targets[:, 1] = 1
    influence = fixed.influence(targets, scores)
    scale = np.sqrt(200 * 199) / 200 if metric.name.endswith("_at") else 1.0
    # The weights 1 / G are differentiated as if their product were continuous, as in R.
    allowed = 0.01 * abs(influence).max() if metric.name.endswith("_at") else 1e-6
    step = 1e-6
    for row in range(0, 200, 5):
        moved = np.ones(200)
        moved[row] += step
        slope = (fixed.compute(targets, scores, moved) - fixed.compute(targets, scores)) / step
        assert influence[row] * scale == pytest.approx(slope, abs=allowed)


@settings(max_examples=20)
@given(CASES, st.booleans())
def test_intervals_hold_the_value_and_stay_within_the_limits(cases, clustered):
    targets, scores = arrays(cases)
    patients = [str(case[3]) for case in cases] if clustered else None
    sample = make_other_sample("times", targets, scores, patients=patients)
    for ci in ("auto", "percentile"):
        options = IntervalOptions(ci=ci, n_boot=30)
        for found in estimate_metrics("x", list(TIME_METRICS.values()), sample, options):
            limits = TIME_METRICS[found.name].limits
            if found.low is not None:
                assert limits[0] <= found.low <= found.value + 1e-9
                assert found.value - 1e-9 <= found.high <= limits[1]
            else:
                assert found.note


def test_patients_who_are_copies_count_once():
    rng = np.random.default_rng(1)
    targets = np.stack([rng.permutation(30) + 1.0, np.ones(30)], axis=1)
    scores, metric = rng.random(30), TIME_METRICS["harrell_c"]
    alone = make_other_sample("times", targets, scores)
    twice = np.repeat(np.arange(30), 2)
    both = make_other_sample(
        "times", targets[twice], scores[twice], patients=[str(at) for at in twice]
    )
    once = sum_squares(metric.influence(targets, scores), alone)
    assert sum_squares(metric.influence(targets[twice], scores[twice]), both) == pytest.approx(once)
