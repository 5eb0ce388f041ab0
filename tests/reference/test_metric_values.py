"""Metrics against scikit-learn and scipy; `make_metric_values.py` computed the values."""

import importlib.util
import json
from pathlib import Path

import pytest

from radzoo.metrics import METRICS
from radzoo.metrics.estimate import IntervalOptions, estimate_metrics
from radzoo.metrics.sample import make_sample

FOLDER = Path(__file__).parent
VALUES = json.loads((FOLDER / "metric_values.json").read_text(encoding="utf-8"))["values"]
CASES = [
    (data, name) for data, values in VALUES.items() for name in values if name in METRICS
]  # fmt: skip


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("maker", FOLDER / "make_metric_values.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("data", "name"), CASES)
def test_value(maker, data, name):
    targets, scores = maker.make_data(**maker.SETS[data])
    metric = METRICS[name]
    reads = (scores >= 0.5).astype(float) if metric.reads == "decisions" else scores
    # sklearn's optimiser stops a little early; R's glm is the closer reference for these.
    allowed = 1e-5 if metric.reads == "logits" else 1e-12
    assert metric.compute(targets, reads) == pytest.approx(VALUES[data][name], abs=allowed)


@pytest.mark.parametrize("data", VALUES)
@pytest.mark.parametrize(("ci", "key"), [("auto", "wilson"), ("clopper-pearson", "exact")])
def test_proportions(maker, data, ci, key):
    sample = make_sample(*maker.make_data(**maker.SETS[data])).decide(0.5)
    (found,) = estimate_metrics("x", [METRICS["sensitivity"]], sample, IntervalOptions(ci))
    assert [found.low, found.high] == pytest.approx(VALUES[data][f"{key}_of_sensitivity"])


def test_the_kept_values_are_those_of_the_script(maker):
    kept = VALUES["ties"]
    made = maker.compute(*maker.make_data(**maker.SETS["ties"]))
    assert {name: made[name] for name in kept} == {
        name: pytest.approx(value, abs=1e-5) for name, value in kept.items()
    }
