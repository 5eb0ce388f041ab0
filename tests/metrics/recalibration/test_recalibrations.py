import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.log_loss import log_loss
from radzoo.metrics.logistic import logit, sigmoid
from radzoo.metrics.recalibration import RECALIBRATIONS


def cases(n_cases=400, a=0.5, b=0.9, seed=2):
    chance = np.random.default_rng(seed)
    scores = sigmoid(chance.normal(0, 2, n_cases))
    truth = sigmoid(0.3 + a * np.log(scores) - b * np.log1p(-scores))
    return (chance.random(n_cases) < truth).astype(float), scores


SHAPES = {
    "temperature": lambda x, s: sigmoid(logit(s) / x[0]),
    "platt": lambda x, s: sigmoid(x[0] + x[1] * logit(s)),
    "beta": lambda x, s: sigmoid(x[2] + x[0] * np.log(s) - x[1] * np.log1p(-s)),
}
NAMES = {
    "temperature": ["temperature"], "platt": ["intercept", "slope"], "beta": ["a", "b", "c"]
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_has_a_lower_log_loss(name):
    targets, scores = cases()
    method = RECALIBRATIONS[name]
    found = method.fit(targets, scores)
    start = np.ones(len(NAMES[name]))
    best = minimize(lambda x: log_loss(targets, SHAPES[name](x, scores)), start, tol=1e-10)
    np.testing.assert_allclose([found[one] for one in NAMES[name]], best.x, atol=2e-3)
    assert log_loss(targets, method.apply(found, scores)) <= best.fun + 1e-9


def test_isotonic_is_sklearns():
    targets, scores = cases()
    method = RECALIBRATIONS["isotonic"]
    new = np.linspace(0, 1, 333)
    theirs = IsotonicRegression(out_of_bounds="clip").fit(scores, targets).predict(new)
    np.testing.assert_allclose(method.apply(method.fit(targets, scores), new), theirs, atol=1e-12)


def test_beta_never_falls():
    targets, scores = cases(a=-0.6, b=2.0, n_cases=2000)
    found = RECALIBRATIONS["beta"].fit(targets, scores)
    assert found["a"] == 0.0
    assert found["b"] > 0


@pytest.mark.parametrize("name", RECALIBRATIONS)
def test_order_ends_and_missing_scores(name):
    method = RECALIBRATIONS[name]
    found = method.fit(*cases())
    applied = method.apply(found, np.array([0.0, 1e-9, 0.2, 0.5, 0.9, 1.0, np.nan]))
    assert np.isnan(applied[-1])
    assert np.all(np.diff(applied[:-1]) >= 0)
    assert applied[0] >= 0
    assert applied[-2] <= 1
    if method.keeps_order:
        assert np.all(np.diff(method.apply(found, np.linspace(0.01, 0.99, 50))) > 0)


@pytest.mark.parametrize("name", RECALIBRATIONS)
def test_one_class_has_no_fit(name):
    with pytest.raises(UndefinedMetricError):
        RECALIBRATIONS[name].fit(np.ones(5), np.linspace(0.1, 0.9, 5))


@pytest.mark.parametrize("name", SHAPES)
def test_scores_that_point_the_wrong_way_are_not_turned(name):
    targets, scores = cases()
    with pytest.raises(UndefinedMetricError, match="higher for the diseased"):
        RECALIBRATIONS[name].fit(1 - targets, scores)


@pytest.mark.parametrize("name", RECALIBRATIONS)
def test_parameters_of_another_method_are_refused(name):
    with pytest.raises(ValueError, match="parameter"):
        RECALIBRATIONS[name].apply({"other": 1.0}, np.array([0.5]))


def test_no_temperature_where_half_separates_the_classes():
    targets = np.array([0.0, 0, 1, 1])
    with pytest.raises(UndefinedMetricError, match="separates the classes"):
        RECALIBRATIONS["temperature"].fit(targets, np.array([0.1, 0.4, 0.5, 0.9]))
    assert RECALIBRATIONS["temperature"].fit(targets, np.array([0.1, 0.4, 0.45, 0.9]))
