"""Laws of every classical model, and what each does with what it has not met."""

import numpy as np
import pytest

from radzoo.models.classical import ESTIMATORS

CHANCE = np.random.default_rng(3)
ROWS = CHANCE.normal(size=(80, 3))
TARGETS = {
    "labels": (ROWS[:, [0]] + 0.3 * CHANCE.normal(size=(80, 1)) > 0).astype(float),
    "class": np.digitize(ROWS[:, [0]], [-0.5, 0.5]).astype(float),
    "number": 3 * ROWS[:, [0]] + 10,
    "times": np.stack([CHANCE.exponential(np.exp(-2 * ROWS[:, 0])), np.ones(80)], axis=1),
}


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_it_learns_what_is_there_and_repeats_itself(name):
    estimator = ESTIMATORS[name]
    for reads in sorted(estimator.reads):
        n_classes = 3 if reads == "class" else 0
        said, again = (
            estimator.fit(ROWS, TARGETS[reads], estimator.values[-1], n_classes, 0)(ROWS)
            for _ in range(2)
        )
        assert (said == again).all()
        assert said.shape == (80, n_classes or 1)
        if n_classes:
            assert said.sum(axis=1) == pytest.approx(1)
            assert (said.argmax(axis=1) == TARGETS["class"][:, 0]).mean() > 0.8
        else:
            assert np.corrcoef(said[:, 0], ROWS[:, 0])[0, 1] > 0.7


@pytest.mark.parametrize("name", ["logistic", "forest"])
def test_a_label_with_one_value_and_a_class_that_training_lacks(name):
    fit = ESTIMATORS[name].fit
    targets = np.hstack([TARGETS["labels"], np.zeros((80, 1)), np.full((80, 1), np.nan)])
    said = fit(ROWS, targets, ESTIMATORS[name].values[0], 0, 0)(ROWS)
    assert np.isfinite(said[:, 0]).all()
    assert np.isnan(said[:, 1:]).all()
    four = fit(ROWS, TARGETS["class"], ESTIMATORS[name].values[0], 4, 0)(ROWS)
    assert four.shape == (80, 4)
    assert (four[:, 3] == 0).all()
