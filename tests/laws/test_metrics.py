"""What holds of every metric and every interval, tried on many small sets."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics import INTERVALS, METRICS
from radzoo.metrics.estimate import IntervalOptions, estimate_metrics
from radzoo.metrics.resampling import resample
from radzoo.metrics.sample import make_sample

every_metric = pytest.mark.parametrize("metric", METRICS.values(), ids=list(METRICS))
# Few distinct scores, so that ties are common; never 0 or 1, so that all metrics apply.
CASES = st.lists(
    st.tuples(st.booleans(), st.integers(1, 9), st.integers(0, 4)), min_size=4, max_size=30
)
OPTIONS = IntervalOptions(n_boot=40)


def arrays(cases):
    targets, tenths, patients = np.array(cases, dtype=float).T
    return targets, tenths / 10, [str(int(name)) for name in patients]


def inputs(metric, targets, scores):
    return targets, (scores >= 0.5).astype(float) if metric.reads == "decisions" else scores


def value_of(metric, targets, scores, weights=None):
    try:
        return metric.compute(*inputs(metric, targets, scores), weights)
    except UndefinedMetricError:
        return None


def close(one, other):
    return one == other if one is None or other is None else one == pytest.approx(other, abs=1e-6)


@every_metric
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(metric, cases, shuffle):
    targets, scores, _ = arrays(cases)
    rows = list(range(len(targets)))
    shuffle.shuffle(rows)
    assert close(value_of(metric, targets, scores), value_of(metric, targets[rows], scores[rows]))


@every_metric
@given(CASES, st.data())
def test_a_weight_counts_a_case_that_often(metric, cases, data):
    targets, scores, _ = arrays(cases)
    size = len(targets)
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)))
    assume(times.sum() > 0)
    copied = np.repeat(np.arange(size), times)
    weighted = value_of(metric, targets, scores, times.astype(float))
    assert close(weighted, value_of(metric, targets[copied], scores[copied]))


# What is costly and hardly changes between draws they keep as it is in the whole sample.
KEEP_FIXED = frozenset({"ece", "ici", "e50", "e90"})


@pytest.mark.parametrize("metric", [metric for metric in METRICS.values() if metric.many])
@given(CASES, st.data())
def test_many_weights_at_once_give_what_each_gives(metric, cases, data):
    targets, scores, _ = arrays(cases)
    size = len(targets)
    rows = st.lists(st.integers(0, 3), min_size=size, max_size=size)
    weights = np.array(data.draw(st.lists(rows, min_size=1, max_size=3)), dtype=float)
    if metric.name in KEEP_FIXED:
        weights = np.ones_like(weights)
    assume((weights.sum(axis=1) > 0).all())
    values = metric.many(*inputs(metric, targets, scores))(weights)
    for found, one in zip(values, weights, strict=True):
        wanted = value_of(metric, targets, scores, one)
        assert close(None if np.isnan(found) else found, wanted)


@every_metric
@given(CASES)
def test_the_value_lies_within_the_limits(metric, cases):
    targets, scores, _ = arrays(cases)
    value = value_of(metric, targets, scores)
    assume(value is not None)
    assert metric.limits[0] - 1e-12 <= value <= metric.limits[1] + 1e-12


@pytest.mark.parametrize(
    "metric",
    [
        metric
        for metric in METRICS.values()
        # The positive likelihood ratio of perfect calls is infinite, so it has no value.
        if metric.higher_is_better is not None and metric.name != "lr_positive"
    ],
    ids=lambda metric: metric.name,
)
@given(CASES)
def test_perfect_scores_are_best(metric, cases):
    targets, scores, _ = arrays(cases)
    value, perfect = value_of(metric, targets, scores), value_of(metric, targets, targets)
    assume(value is not None and perfect is not None)
    assert perfect >= value if metric.higher_is_better else perfect <= value


@pytest.mark.parametrize(
    "metric",
    [metric for metric in METRICS.values() if metric.reads == "scores"],
    ids=lambda metric: metric.name,
)
@given(CASES)
def test_only_the_order_of_scores_matters_to_rank_metrics(metric, cases):
    targets, scores, _ = arrays(cases)
    assert value_of(metric, targets, scores) == value_of(metric, targets, np.exp(50 * scores) - 7)


@settings(max_examples=30)
@given(CASES, st.booleans(), st.sampled_from(["auto", "bca", "percentile", "obuchowski"]))
def test_intervals_hold_the_value_and_stay_within_the_limits(cases, clustered, ci):
    targets, scores, patients = arrays(cases)
    sample = make_sample(targets, scores, patients=patients if clustered else None).decide(0.5)
    options = IntervalOptions(ci=ci, n_boot=40)
    for found in estimate_metrics("x", list(METRICS.values()), sample, options):
        assert (found.low is None) == (found.high is None) == (found.method is None)
        if found.value is None:
            assert found.note
            assert found.low is None
        elif found.low is None:
            assert found.note
        else:
            lowest, highest = METRICS[found.name].limits
            assert lowest <= found.low <= found.value + 1e-9
            assert found.value - 1e-9 <= found.high <= highest


def metrics_of(interval):
    """The metrics of a label that it suits; those of other tasks have laws of their own."""
    return {"auroc"} if interval.metrics is None else interval.metrics & set(METRICS)


@pytest.mark.parametrize("name", [name for name in INTERVALS if metrics_of(INTERVALS[name])])
@given(CASES)
def test_a_higher_level_gives_a_wider_interval(name, cases):
    interval = INTERVALS[name]
    targets, scores, patients = arrays(cases)
    sample = make_sample(targets, scores, patients=patients).decide(0.5)
    assume(sample.patients is not None)
    metric = METRICS[min(metrics_of(interval))]
    try:
        if interval.resamples:
            draws = resample([metric], sample, n_boot=60, seed=0)[metric.name]
            found = [interval.compute(draws, level) for level in (0.9, 0.99)]
        else:
            found = [interval.compute(metric, sample, level) for level in (0.5, 0.9, 0.99)]
    except UndefinedMetricError:
        assume(False)
    lows, highs = [one.low for one in found], [one.high for one in found]
    assert lows == sorted(lows, reverse=True)
    assert highs == sorted(highs)


@settings(max_examples=30)
@given(CASES)
def test_the_same_seed_gives_the_same_report(cases):
    targets, scores, patients = arrays(cases)
    sample = make_sample(targets, scores, patients=patients).decide(0.5)
    metrics = list(METRICS.values())
    assert estimate_metrics("x", metrics, sample, OPTIONS) == estimate_metrics(
        "x", metrics, sample, OPTIONS
    )
