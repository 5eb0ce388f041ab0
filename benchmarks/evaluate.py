"""How long evaluation takes, against scikit-learn's `roc_auc_score` in the same run.

    python benchmarks/evaluate.py [--rows 10000] [--rows 100000] [--rows 1000000]

Prints processor time, all threads together, as multiples of one `roc_auc_score` of the same
cases, medians of turns; then the whole command on a file of 1,000 cases and of the most rows.
Ends with an error if a goal is missed: AUROC with its interval 1.5, 2,000 draws of AUROC 100,
the whole report of a million cases 400 and 2 GB, the command on 1,000 cases 1.5 s.
"""

import argparse
import os
import resource
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
from radzoo.metrics.auroc import METRIC
from radzoo.metrics.estimate import IntervalOptions, estimate_metrics
from radzoo.metrics.resampling import resample
from radzoo.metrics.sample import make_sample

N_BOOT = 2000
GOALS = {"AUROC with its interval": 1.5, "stratified": 100.0, "patients": 100.0}
MOST_TIMES, MOST_MEMORY_GB, MOST_SECONDS = 400.0, 2.0, 1.5
REPEATS = 7


def make_cases(rows: int) -> Predictions:
    """Make cases of which a fifth are positive, at an AUROC near 0.9."""
    chance = np.random.default_rng(0)
    targets = (chance.random(rows) < 0.2).astype(float)
    scores = 1 / (1 + np.exp(1 - chance.normal(size=rows) - 1.8 * targets))
    names = tuple(f"case{row:07}" for row in range(rows))
    return Predictions(("finding",), names, names, targets[:, None], scores[:, None])


def time_of(work: Callable[[], object]) -> float:
    """Processor seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(rows: int) -> tuple[float, list[str]]:
    """Time metrics on a set of one size; return the seconds of scikit-learn, and what failed."""
    cases = make_cases(rows)
    targets, scores = cases.targets[:, 0], cases.scores[:, 0]
    patients = [str(one) for one in np.random.default_rng(1).integers(0, rows // 2, rows)]
    grouped = make_sample(targets, scores, patients=patients)

    def interval() -> None:
        estimate_metrics("finding", [METRIC], make_sample(targets, scores), IntervalOptions())

    def bootstrap(*, clustered: bool) -> None:
        sample = grouped if clustered else make_sample(targets, scores)
        resample([METRIC], sample, n_boot=N_BOOT, seed=0, jackknife=False, stratified=not clustered)

    work = {
        "sklearn": lambda: roc_auc_score(targets, scores),
        "AUROC with its interval": interval,
        "stratified": lambda: bootstrap(clustered=False),
        "patients": lambda: bootstrap(clustered=True),
    }
    once = {"stratified", "patients"} if rows > 200_000 else set()
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(REPEATS):
        for name, one in work.items():
            if turn == 0 or name not in once:
                seconds[name].append(time_of(one))
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    print(f"{rows:,} cases; roc_auc_score takes {1000 * medians['sklearn']:.1f} ms")
    failed = []
    for name, goal in GOALS.items():
        times = medians[name] / medians["sklearn"]
        print(f"  {name:26} {times:8.2f} x   goal {goal:g}")
        failed += [f"{name} of {rows:,} cases"] if times > goal else []
    return medians["sklearn"], failed


def run_command(rows: int) -> tuple[float, float, float]:
    """Run the command on a file; return seconds by the clock and of processors, and GB."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "predictions.csv"
        write_predictions(file, make_cases(rows))
        command = [sys.executable, "-m", "radzoo", "evaluate", str(file), "--n-boot", str(N_BOOT)]
        before, start = os.times(), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        clock, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    return clock, used, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20


def judge_commands(rows: int, base: float) -> list[str]:
    """Time the command on 1,000 cases and on many; return what failed."""
    runs = [run_command(1000) for _ in range(5)]
    clock, used = (statistics.median(run[at] for run in runs) for at in (0, 1))
    print(f"radzoo evaluate, 1,000 cases: {clock:.2f} s, {used:.2f} s of processors, "
          f"goal {MOST_SECONDS:g} s")  # fmt: skip
    failed = ["the command on 1,000 cases"] if min(clock, used) > MOST_SECONDS else []
    clock, used, memory = run_command(rows)
    print(f"radzoo evaluate, {rows:,} cases: {clock:.1f} s, {used:.1f} s of processors, "
          f"{used / base:.0f} x, {memory:.2f} GB, goal {MOST_TIMES:g} x and "
          f"{MOST_MEMORY_GB:g} GB")  # fmt: skip
    if rows >= 1_000_000 and (used / base > MOST_TIMES or memory > MOST_MEMORY_GB):
        failed.append(f"the command on {rows:,} cases")
    return failed


def main() -> None:
    """Parse, time, print; the last line says what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, action="append", help="repeatable")
    failed, base = [], 0.0
    sizes = parser.parse_args().rows or [10_000, 100_000, 1_000_000]
    for rows in sorted(sizes):
        base, missed = compare(rows)
        failed += missed
    failed += judge_commands(max(sizes), base)
    if failed:
        sys.exit(f"goals missed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
