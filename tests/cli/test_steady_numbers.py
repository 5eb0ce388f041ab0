"""The same file gives the same bytes, however many threads numpy may use."""

import os
import subprocess
import sys

import numpy as np

from radzoo.core.predictions import Predictions
from radzoo.core.predictions_file import write_predictions

N = 12_000  # OpenBLAS adds with several threads from 10,000 numbers on.


def test_the_number_of_threads_changes_no_byte(tmp_path):
    chance = np.random.default_rng(3)
    targets = (chance.random((N, 1)) < 0.3).astype(float)
    scores = 1 / (1 + np.exp(-chance.normal(size=(N, 1)) - targets + 1))
    names = tuple(f"c{row:05d}" for row in range(N))
    path = tmp_path / "p.csv"
    write_predictions(path, Predictions(("Edema",), names, names, targets, scores))
    command = [sys.executable, "-m", "radzoo", "evaluate", str(path), "--n-boot", "0", "--json"]
    outputs = {
        subprocess.run(
            command,
            env=os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(outputs) == 1
