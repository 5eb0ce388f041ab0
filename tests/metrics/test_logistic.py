import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.logistic import fit_intercept, fit_intercept_and_slope, logit, sigmoid


@pytest.mark.parametrize("seed", range(5))
def test_it_equals_sklearns(seed):
    chance = np.random.default_rng(seed)
    logits = chance.normal(size=300) * 3 - seed
    targets = (chance.random(300) < sigmoid(0.4 * logits + 0.5)).astype(float)
    weights = chance.integers(0, 4, 300).astype(float)
    fit = fit_intercept_and_slope(targets, logits, weights)
    theirs = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000)
    theirs.fit(logits[:, None], targets, sample_weight=weights)
    assert fit.coefficients == pytest.approx([theirs.intercept_[0], theirs.coef_[0, 0]], abs=1e-5)


def test_the_intercept_makes_the_mean_right():
    chance = np.random.default_rng(9)
    logits, targets = chance.normal(size=50), (chance.random(50) < 0.7).astype(float)
    (shift,) = fit_intercept(targets, logits).coefficients
    assert sigmoid(logits + shift).mean() == pytest.approx(targets.mean(), abs=1e-9)


@pytest.mark.parametrize(
    ("targets", "logits"),
    [
        pytest.param([0, 0, 1, 1], [0, 1, 2, 3], id="separated"),
        pytest.param([1, 1, 0, 0], [0, 1, 2, 3], id="separated the wrong way"),
        pytest.param([0, 0, 1, 1], [0, 1, 1, 2], id="touching"),
        pytest.param([0, 1, 0, 1], [2, 2, 2, 2], id="constant"),
    ],
)
def test_no_finite_fit(targets, logits):
    with pytest.raises(UndefinedMetricError, match="no finite fit"):
        fit_intercept_and_slope(np.array(targets, dtype=float), np.array(logits, dtype=float))


def test_a_case_that_counts_nothing_does_not_keep_classes_apart():
    targets, logits = np.array([0.0, 0, 1, 1, 0]), np.array([0.0, 1, 2, 3, 4])
    fit_intercept_and_slope(targets, logits)
    with pytest.raises(UndefinedMetricError):
        fit_intercept_and_slope(targets, logits, np.array([1.0, 1, 1, 1, 0]))


@pytest.mark.parametrize("probability", [1e-300, 1e-9, 0.3, 0.5, 1 - 1e-9])
def test_logit_and_sigmoid_undo_each_other(probability):
    assert sigmoid(logit(np.array([probability])))[0] == pytest.approx(probability, abs=1e-15)


def test_extreme_scores_do_not_overflow():
    targets = np.tile([0.0, 1.0], 20)
    fit = fit_intercept_and_slope(targets, np.tile([-700.0, -699, 700, 699, 1], 8))
    assert np.isfinite(fit.coefficients).all()
