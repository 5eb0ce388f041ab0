"""The bootstrap prints the same bytes, whatever number of threads the environment asks for."""

import os
import subprocess
import sys

import numpy as np

from radzoo.core.predictions import Predictions
from radzoo.core.predictions_file import write_predictions

N = 1000


def test_intervals_do_not_depend_on_the_number_of_threads(tmp_path):
    chance = np.random.default_rng(3)
    targets = (chance.random((N, 1)) < 0.3).astype(float)
    scores = 1 / (1 + np.exp(-chance.normal(size=(N, 1)) - targets + 1))
    names = tuple(f"c{row:04d}" for row in range(N))
    path = tmp_path / "p.csv"
    write_predictions(path, Predictions(("Edema",), names, names, targets, scores))
    command = [sys.executable, "-m", "radzoo", "evaluate", str(path), "--n-boot", "200", "--json"]
    running = [
        subprocess.Popen(
            command,
            env=os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for threads in ("1", "2")
    ]
    one, two = (process.communicate()[0] for process in running)
    assert [process.returncode for process in running] == [0, 0]
    assert b'"method": "bca"' in one
    assert one == two
