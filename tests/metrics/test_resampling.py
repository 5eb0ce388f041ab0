import subprocess
import sys

import numpy as np
import pytest

from radzoo.metrics.accuracy import METRIC as ACCURACY
from radzoo.metrics.auroc import METRIC as AUROC
from radzoo.metrics.drawing import draw_weights
from radzoo.metrics.neighbours import Cells
from radzoo.metrics.resampling import resample
from radzoo.metrics.sample import make_sample

CHANCE = np.random.default_rng(7)
TARGETS = (CHANCE.random(200) < 0.3).astype(float)
SCORES = CHANCE.normal(size=200) + TARGETS
SAMPLE = make_sample(TARGETS, SCORES)


def test_weights_give_what_copies_of_rows_give():
    for counts in next(draw_weights(SAMPLE, Cells(SAMPLE), n_boot=5, seed=3)):
        rows = np.repeat(np.arange(200), counts.astype(int))
        copied = AUROC.compute(SAMPLE.targets[rows], SAMPLE.scores[rows])
        assert AUROC.compute(SAMPLE.targets, SAMPLE.scores, counts) == pytest.approx(copied)


def test_all_metrics_see_the_same_draws():
    sample = SAMPLE.decide(0.5)
    both = resample([AUROC, ACCURACY], sample, n_boot=50, seed=1)
    one = resample([ACCURACY], sample, n_boot=50, seed=1)
    np.testing.assert_array_equal(both["accuracy"].values, one["accuracy"].values)


def test_undefined_draws_are_counted():
    sample = make_sample(np.array([0.0] * 9 + [1.0]), np.arange(10.0))
    draws = resample([AUROC], sample, n_boot=500, seed=0)["auroc"]
    assert len(draws.values) + draws.n_undefined == 500
    assert draws.n_undefined / 500 == pytest.approx(0.9**10, abs=0.06)
    # Left out once, the only diseased case makes it undefined.
    assert len(draws.left_out) == 9


def test_the_number_of_threads_does_not_matter():
    program = (
        "import numpy as np; from radzoo.metrics.resampling import resample;"
        "from radzoo.metrics.sample import make_sample; from radzoo.metrics.brier import METRIC;"
        "x = np.linspace(0, 1, 5000); y = (np.sin(1000 * x) > 0) * 1.0;"
        "d = resample([METRIC], make_sample(y, x), n_boot=20, seed=5)['brier'];"
        "print(d.values.tobytes().hex())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "PATH": ""},
            capture_output=True,
            check=True,
        ).stdout
        for threads in ("1", "2", "4")
    }
    assert len(outputs) == 1
