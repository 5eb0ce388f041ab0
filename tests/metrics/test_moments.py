import os
import subprocess
import sys

import numpy as np
import pytest

from radzoo.metrics.moments import many_of_sums, sum_features

CHANCE = np.random.default_rng(0)
FEATURES = CHANCE.normal(size=(5000, 3)) * [1, 1e-6, 1e8]
WEIGHTS = CHANCE.poisson(1, size=(4, 5000)).astype(float)


def test_sums_are_right_to_the_last_digits():
    exactly = [[float(np.sum(row * column.astype(np.longdouble))) for column in FEATURES.T]
               for row in WEIGHTS]  # fmt: skip
    np.testing.assert_allclose(sum_features(FEATURES)(WEIGHTS), exactly, rtol=3e-16)


def test_the_order_of_rows_does_not_change_a_bit():
    order = CHANCE.permutation(5000)
    np.testing.assert_array_equal(
        sum_features(FEATURES)(WEIGHTS), sum_features(FEATURES[order])(WEIGHTS[:, order])
    )


def test_whole_numbers_are_counted():
    features = np.array([[1.0, 0], [1, 1], [1, 0]])
    assert sum_features(features)(np.array([[2.0, 3, 0]])).tolist() == [[5, 3]]


def test_a_feature_of_zeros_sums_to_zero():
    assert sum_features(np.zeros((3, 2)))(np.ones((1, 3))).tolist() == [[0, 0]]


def test_what_is_undefined_stays_so():
    def first(targets, scores):
        return targets[:, None]

    prepare = many_of_sums(first, lambda sums: np.where(sums[:, 0] > 0, sums[:, 0], np.nan))
    values = prepare(np.array([0.0, 1]), np.zeros(2))(np.array([[1.0, 0], [0, 2]]))
    np.testing.assert_array_equal(values, [np.nan, 2])


@pytest.mark.parametrize(
    "change", [{"OPENBLAS_NUM_THREADS": "2"}, {"OPENBLAS_CORETYPE": "Nehalem"}], ids=str
)
def test_neither_threads_nor_the_processor_change_a_bit(change):
    program = (
        "import numpy as np; from radzoo.metrics.moments import sum_features;"
        "c = np.random.Generator(np.random.PCG64(1)); f = c.random((60_000, 4)) - 0.3;"
        "w = np.floor(3 * c.random((8, 60_000)));"
        "print(sum_features(f)(w).tobytes().hex())"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"} | setting,
            capture_output=True,
            check=True,
        ).stdout
        for setting in ({}, change)
    ]
    assert outputs[0] == outputs[1]
