"""The same file gives the same bytes, whatever number of threads the environment asks for."""

import os
import subprocess
import sys

import numpy as np
import pytest

from radzoo.core.predictions import Predictions
from radzoo.core.predictions_file import write_predictions


# OpenBLAS adds with several threads from 10,000 numbers on, and multiplies matrices earlier.
@pytest.mark.parametrize(("n_cases", "n_boot"), [(1000, 200), (12_000, 0)])
def test_the_number_of_threads_changes_no_byte(tmp_path, n_cases, n_boot):
    chance = np.random.default_rng(3)
    targets = (chance.random((n_cases, 1)) < 0.3).astype(float)
    scores = 1 / (1 + np.exp(-chance.normal(size=(n_cases, 1)) - targets + 1))
    names = tuple(f"c{row:05d}" for row in range(n_cases))
    path = tmp_path / "p.csv"
    write_predictions(path, Predictions(("Edema",), names, names, targets, scores))
    command = [sys.executable, "-m", "radzoo", "evaluate", str(path), "--json"]
    command += ["--n-boot", str(n_boot)]
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
    assert b'"method": "newcombe"' in one or b'"method": "logit-delong"' in one
    assert one == two
