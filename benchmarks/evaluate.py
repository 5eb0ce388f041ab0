"""How long evaluation takes, against scikit-learn in the same run.

    python benchmarks/evaluate.py [--rows 10000] [--rows 100000]

Prints the median of interleaved repeats as multiples of one `roc_auc_score`. Claims:
AUROC with DeLong's interval costs at most 1.5, and 2,000 bootstrap draws at most 100.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from radzoo.core.predictions import Predictions
from radzoo.core.predictions_file import write_predictions
from radzoo.metrics.auroc import METRIC, auroc
from radzoo.metrics.intervals.delong import delong
from radzoo.metrics.intervals.percentile import percentile
from radzoo.metrics.resampling import resample
from radzoo.metrics.sample import make_sample
from radzoo.workflows.evaluation.evaluate import evaluate_predictions


def make_cases(rows: int) -> Predictions:
    """Make cases of which a fifth are positive, at an AUROC near 0.9."""
    chance = np.random.default_rng(0)
    targets = (chance.random(rows) < 0.2).astype(float)
    scores = 1 / (1 + np.exp(1 - chance.normal(size=rows) - 1.8 * targets))
    names = tuple(str(row) for row in range(rows))
    return Predictions(("finding",), names, names, targets[:, None], scores[:, None])


def time_of(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(rows: int) -> None:
    """Time everything on sets of one size."""
    cases = make_cases(rows)
    targets, scores = cases.targets[:, 0], cases.scores[:, 0]

    def with_interval() -> None:
        sample = make_sample(targets, scores)
        auroc(sample.targets, sample.scores)
        delong(METRIC, sample, 0.95)

    def bootstrap() -> None:
        sample = make_sample(targets, scores)
        draws = resample([METRIC], sample, n_boot=2000, seed=0, jackknife=False)
        percentile(draws["auroc"], 0.95)

    work = {
        "sklearn roc_auc_score": lambda: roc_auc_score(targets, scores),
        "AUROC with DeLong": with_interval,
        "AUROC, 2,000 draws": bootstrap,
        "whole report, 1,000 draws": lambda: evaluate_predictions(cases),
    }
    repeats = {"sklearn roc_auc_score": 9, "AUROC with DeLong": 9}
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(9):
        for name, one in work.items():
            if turn < repeats.get(name, 1):
                seconds[name].append(time_of(one))
    base = statistics.median(seconds["sklearn roc_auc_score"])
    print(f"{rows:,} cases")
    for name, times in seconds.items():
        median = statistics.median(times)
        print(f"  {name:28} {1000 * median:10.1f} ms   {median / base:8.2f} x")


def time_command() -> None:
    """Time the command on a file of 1,000 cases, from a cold interpreter to the table."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "predictions.csv"
        write_predictions(file, make_cases(1000))
        command = [sys.executable, "-m", "radzoo", "evaluate", str(file), "--json"]
        times = [time_of(lambda: subprocess.run(command, check=True, capture_output=True))
                 for _ in range(5)]  # fmt: skip
    print(f"radzoo evaluate, 1,000 cases: {statistics.median(times):.2f} s")


def main() -> None:
    """Parse, time, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, action="append", help="repeatable")
    for rows in parser.parse_args().rows or (10_000, 100_000):
        compare(rows)
    time_command()


if __name__ == "__main__":
    main()
