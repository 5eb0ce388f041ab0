import numpy as np
import pytest

from radzoo.models.classical.cox import ESTIMATOR, fit, negative_log_likelihood


def test_three_cases_by_hand():
    """Events at 1 and 2, one censored at 3: -(r1 - log(all)) - (r2 - log(last two))."""
    risks, times, events = np.array([0.5, -1.0, 0.2]), np.array([1.0, 2, 3]), np.array([1.0, 1, 0])
    hazards = np.exp(risks)
    expected = -(0.5 - np.log(hazards.sum())) - (-1.0 - np.log(hazards[1:].sum()))
    loss, slope = negative_log_likelihood(risks, times, events)
    assert loss == pytest.approx(expected)
    assert slope[0] == pytest.approx(hazards[0] / hazards.sum() - 1)


def test_tied_events_by_hand():
    """Efron: of two that die together the second meets half of both fewer."""
    risks, times, events = np.array([0.3, -0.4, 0.0]), np.array([1.0, 1, 2]), np.array([1.0, 1, 0])
    hazards = np.exp(risks)
    both, all_three = hazards[:2].sum(), hazards.sum()
    expected = -(0.3 - 0.4) + np.log(all_three) + np.log(all_three - both / 2)
    assert negative_log_likelihood(risks, times, events)[0] == pytest.approx(expected)


def test_the_slope_is_that_of_the_loss():
    chance = np.random.default_rng(0)
    risks, times = chance.normal(size=40), chance.integers(1, 9, 40).astype(float)
    events, step = chance.integers(0, 2, 40).astype(float), 1e-6
    loss, slope = negative_log_likelihood(risks, times, events)
    for case in (0, 7, 39):
        moved = risks.copy()
        moved[case] += step
        change = negative_log_likelihood(moved, times, events)[0] - loss
        assert change / step == pytest.approx(slope[case], abs=1e-4)


def test_coefficients_and_likelihood_are_those_of_lifelines():
    lifelines = pytest.importorskip("lifelines")
    table = lifelines.datasets.load_rossi()
    rows = table.drop(columns=["week", "arrest"]).to_numpy(float)
    rows = (rows - rows.mean(0)) / rows.std(0)
    targets = table[["week", "arrest"]].to_numpy(float)
    fitter = lifelines.CoxPHFitter().fit(table, "week", "arrest")
    risks = fit(rows, targets, 0.0, 0, 0)(rows)[:, 0]
    loss, _ = negative_log_likelihood(risks, targets[:, 0], targets[:, 1])
    assert -loss == pytest.approx(fitter.log_likelihood_, abs=1e-4)
    spread = table.drop(columns=["week", "arrest"]).to_numpy(float).std(0)
    found = np.linalg.lstsq(rows, risks, rcond=None)[0]
    assert found == pytest.approx(fitter.params_.to_numpy() * spread, abs=1e-4)


def test_a_penalty_shrinks():
    chance = np.random.default_rng(1)
    rows = chance.normal(size=(60, 2))
    targets = np.stack([chance.exponential(np.exp(-rows[:, 0])), np.ones(60)], axis=1)
    loose, strict = (fit(rows, targets, value, 0, 0)(rows) for value in ESTIMATOR.values[::-6])
    assert loose.std() > 2 * strict.std()
