"""Values of R's survival, made by make_survival_values.R."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from radzoo.metrics.intervals.infinitesimal_jackknife import sum_squares
from radzoo.metrics.sample import make_other_sample
from radzoo.metrics.times import TIME_METRICS
from radzoo.metrics.times.cox import fit_hazard_ratio
from radzoo.metrics.times.horizon import at_horizon
from radzoo.metrics.times.kaplan_meier import estimate_survival, find_median, restricted_mean
from radzoo.metrics.times.log_rank import compare_groups

VALUES = json.loads((Path(__file__).parent / "survival_values.json").read_text())
SETS = {name: wanted for name, wanted in VALUES.items() if isinstance(wanted, dict)}
every_set = pytest.mark.parametrize("wanted", SETS.values(), ids=list(SETS))


def make_data(wanted):
    state, steps, rows = wanted["seed"], wanted["steps"], []

    def draw():
        nonlocal state
        state = state * 48271 % 2147483647
        return state % 1000

    for _ in range(wanted["n"]):
        score = draw() // (1000 // steps)
        time = 1 + draw() * (2 * steps - score) // (100 * steps)
        rows.append((time, draw() < 650, score))
    table = np.array(rows, dtype=float)
    assert [*table[0], *table[-1]] == wanted["first"]
    return table[:, :2], table[:, 2]


def error(metric, targets, scores, patients=None):
    sample = make_other_sample("times", targets, scores, patients=patients)
    return math.sqrt(sum_squares(metric.influence(targets, scores), sample))


@every_set
def test_concordance(wanted):
    targets, scores = make_data(wanted)
    patients = [str(at // 2) for at in range(len(scores))]
    harrell, uno = TIME_METRICS["harrell_c"], at_horizon(TIME_METRICS["uno_c"], 9)
    assert [
        harrell.compute(targets, scores),
        error(harrell, targets, scores),
        error(harrell, targets, scores, patients),
    ] == pytest.approx(wanted["harrell"], rel=1e-9)
    found = [uno.compute(targets, scores), error(uno, targets, scores)]
    assert found == pytest.approx(wanted["uno"], rel=1e-9)


@every_set
def test_kaplan_meier(wanted):
    targets, _ = make_data(wanted)
    curve = estimate_survival(targets)
    bounds, median, mean = curve.bounds_at(6), find_median(curve), restricted_mean(curve, 8)
    found = [curve.at(6), bounds.low, bounds.high]
    assert found == pytest.approx(wanted["survival_at_6"], rel=1e-9)
    assert [median.value, median.low, median.high] == wanted["median"]
    assert [mean.value, mean.standard_error] == pytest.approx(wanted["mean_until_8"], rel=1e-9)


@every_set
def test_log_rank(wanted):
    targets, scores = make_data(wanted)
    groups = np.minimum(scores // (wanted["steps"] / 3), 2).astype(np.intp)
    found = compare_groups(targets, groups)
    assert [found.statistic, found.degrees_of_freedom] == pytest.approx(
        wanted["log_rank"], rel=1e-9
    )


@every_set
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_hazard_ratio(wanted, ties):
    found = fit_hazard_ratio(*make_data(wanted), ties=ties)
    assert [found.coefficient, found.standard_error] == pytest.approx(wanted[ties], rel=1e-6)
