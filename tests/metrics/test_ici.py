import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics import METRICS, neighbours
from radzoo.metrics.calibration import curve_draws
from radzoo.metrics.ici import ici
from radzoo.metrics.resampling import resample
from radzoo.metrics.sample import make_sample


def overconfident(n_cases, seed=3):
    chance = np.random.default_rng(seed)
    logits = chance.normal(0, 1.5, n_cases)
    targets = (chance.random(n_cases) < 1 / (1 + np.exp(-logits / 2))).astype(float)
    return targets, 1 / (1 + np.exp(-logits))


def test_a_parabola_is_its_own_curve():
    # Every fit is exact: observed is score**2, so that the distance is score - score**2.
    scores = np.repeat(np.linspace(0.1, 0.9, 9), 100)
    targets = np.concatenate([np.repeat([1.0, 0.0], [k * k, 100 - k * k]) for k in range(1, 10)])
    assert ici(targets, scores) == pytest.approx(np.mean(scores - scores**2), abs=1e-12)
    assert METRICS["e50"].compute(targets, scores) == pytest.approx(0.21, abs=1e-12)
    assert METRICS["e90"].compute(targets, scores) == pytest.approx(0.25, abs=1e-12)


def test_the_true_distance_is_found():
    targets, scores = overconfident(4000)
    logits = np.log(scores / (1 - scores))
    truth = np.abs(scores - 1 / (1 + np.exp(-logits / 2))).mean()
    assert ici(targets, scores) == pytest.approx(truth, abs=0.01)


@pytest.mark.parametrize("name", ["ici", "e50", "e90"])
@pytest.mark.parametrize("n_cases", [30, 300, 2500])
def test_many_draws_are_near_one_by_one(name, n_cases):
    targets, scores = overconfident(n_cases)
    chance = np.random.default_rng(1)
    weights = np.stack(
        [np.bincount(chance.integers(0, n_cases, n_cases), minlength=n_cases) for _ in range(3)]
    ).astype(float)
    metric = METRICS[name]
    prepared = metric.many(targets, scores)
    prepared(np.ones((1, n_cases)))
    single = [metric.compute(targets, scores, row) for row in weights]
    spread = 1.2 / np.sqrt(n_cases)
    np.testing.assert_allclose(prepared(weights), single, atol=spread / 2)


def test_repeated_patients_widen_the_draws():
    targets, scores = overconfident(200)
    alone = make_sample(np.tile(targets, 4), np.tile(scores, 4))
    names = [str(at) for at in range(200)] * 4
    repeated = make_sample(np.tile(targets, 4), np.tile(scores, 4), patients=names)
    spreads = [
        resample([METRICS["ici"]], sample, n_boot=200, seed=0)["ici"].values.std()
        for sample in (alone, repeated)
    ]
    assert spreads[1] > 1.5 * spreads[0]


@pytest.mark.parametrize("name", ["ici", "e50", "e90"])
def test_draws_of_gathered_cases_are_those_of_all(monkeypatch, name):
    chance = np.random.default_rng(1)
    # Half of the scores are near 0, where cells of a case each are many.
    scores = chance.beta(0.1, 1, 50_000)
    targets = (chance.random(50_000) < 0.9 * scores**1.2).astype(float)
    sample = make_sample(targets, scores)
    gathered = resample([METRICS[name]], sample, n_boot=100, seed=0, jackknife=False)[name]
    monkeypatch.setattr(neighbours, "MOST_CASES", 50_000)
    monkeypatch.setattr(curve_draws, "MOST_GROUPS", 50_000)
    alone = resample([METRICS[name]], sample, n_boot=100, seed=0, jackknife=False)[name]
    width = 4 * alone.values.std()
    ends = np.quantile([gathered.values, alone.values], [0.025, 0.975], axis=1)
    assert np.abs(ends[:, 0] - ends[:, 1]).max() < 0.03 * width
    assert np.abs(gathered.values - alone.values).max() < 0.06 * width


def test_groups_hold_cases_rather_than_cells(monkeypatch):
    monkeypatch.setattr(curve_draws, "GROUPS_PER_ROOT", 1)
    # One case in each of the outermost 900 cells, a hundred in each of the 900 within.
    sizes = np.append(np.ones(900), np.full(900, 100.0))
    starts = curve_draws.group(np.arange(1800.0), sizes)
    held = np.add.reduceat(sizes, starts)
    assert held.max() <= 2 * sizes.sum() / len(starts)
    assert len(starts) < 500


def test_one_score_for_most_has_no_curve():
    with pytest.raises(UndefinedMetricError, match="share one score"):
        ici(np.tile([0.0, 1], 10), np.append(np.full(18, 0.5), [0.2, 0.7]))


def test_no_case_is_undefined():
    with pytest.raises(UndefinedMetricError):
        ici(np.empty(0), np.empty(0))
