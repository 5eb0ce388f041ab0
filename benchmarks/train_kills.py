"""What `kill -9` does to a training: how many runs were lost, how many ended otherwise.

    python benchmarks/train_kills.py [--runs 12] [--kills 5] [--whole]

Each run is killed again and again, three times of five while it writes a checkpoint, and goes
on with `--resume`, each time with another number of workers. Unresumable = a resume did not
end well. Not identical = weights, predictions, thresholds, metrics or history differ from
those of a run that nobody killed. Ends with 1 if there is any of either.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from train_trial import SEED, Trial, partials, prepare, wait

SETTINGS = (
    (),
    ("--seed", "1"),
    ("--dropout", "0.3"),
    ("--ema", "0.9"),
    ("--mixup", "0.4"),
    ("--sampling", "balanced"),
    ("--scheduler", "plateau"),
    ("--scheduler", "step", "--set", "step_epochs=2"),
    ("--augmentation", "none", "--seed", "2"),
    ("--batch-size", "5"),
    ("--label-smoothing", "0.1"),
    ("--cutmix", "0.5"),
)
WORKERS = ("1", "2", "4")


def main() -> int:
    """Run every trial and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--first", type=int, default=0, help="number of the first run")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--whole", action="store_true", help="new interpreters, not forks")
    options = parser.parse_args()
    moments = random.Random(SEED)
    lost = unlike = killed = in_writes = 0
    with tempfile.TemporaryDirectory(prefix="train-kills-") as name:
        folder = Path(name)
        prepare(folder)
        print(f"{'settings':<40}{'kills':>6}{'in writes':>10}{'unresumable':>12}{'identical':>10}")
        for number in range(options.first, options.first + options.runs):
            settings = SETTINGS[number % len(SETTINGS)]
            whole = Trial(folder / f"whole-{number}", settings)
            code = wait(whole.start(whole=options.whole))
            if code:
                print(f"the run without kills ended with {code}:\n{whole.said()}")
                return 1
            trial = Trial(folder / f"killed-{number}", settings)
            kills, writes = harass(trial, options.kills, moments, whole=options.whole)
            code = wait(trial.start("--resume", "--num-workers", "4", whole=options.whole))
            alike = code == 0 and trial.result() == whole.result()
            if code:
                print(trial.said())
            lost, unlike = lost + (code != 0), unlike + (not alike)
            killed, in_writes = killed + kills, in_writes + writes
            told = " ".join(settings) or "(as it comes)"
            print(f"{told:<40}{kills:>6}{writes:>10}{code != 0:>12}{alike!s:>10}", flush=True)
    print(f"{options.runs} runs, {killed} kills, {in_writes} of them in a write of a checkpoint: "
          f"unresumable {lost}, not identical {unlike}")  # fmt: skip
    return int(bool(lost or unlike))


def harass(trial: Trial, wanted: int, moments: random.Random, *, whole: bool) -> tuple[int, int]:
    """Kill a run so often; gives how many kills met it alive, and how many in a write."""
    kills = writes = 0
    for attempt in range(wanted):
        more = ("--resume", "--num-workers", WORKERS[attempt % 3]) if attempt else ()
        pid = trial.start(*more, whole=whole)
        if attempt % 5 in (0, 2, 4):
            reach_write(trial, pid, skip=moments.randint(0, 3))
            time.sleep(moments.uniform(0, 0.004))
        else:
            reach_write(trial, pid, skip=0)
            time.sleep(moments.uniform(0, 0.2))
        in_write = any(partials(trial))
        os.kill(pid, signal.SIGKILL)
        kills += wait(pid) == -signal.SIGKILL
        writes += in_write or any(partials(trial))
    return kills, writes


def reach_write(trial: Trial, pid: int, *, skip: int) -> None:
    """Return when a checkpoint is being written, after some others were."""
    seen: set[Path] = set()
    deadline = time.monotonic() + 120
    before = set(partials(trial))
    while time.monotonic() < deadline and len(seen) <= skip:
        seen |= set(partials(trial)) - before
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return


if __name__ == "__main__":
    sys.exit(main())
