"""How long the commands take that are typed most, against the imports they cannot avoid.

    python benchmarks/startup.py [--runs 25]

Peer: `python -c "import typer, rich.table"`, in the same run, rounds interleaved, medians.
The registry is the one that ships, its index warm; how long a cold one takes is said too.
Ends with 1 if a command takes longer than its share of the peer's time.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

PEER = [sys.executable, "-c", "import typer, rich.table"]
RADZOO = [sys.executable, "-m", "radzoo"]
TAB = "complete 'pull dense'"
# Most times the peer's time that each may take.
LIMITS = {
    "--help": 2.5,
    "list": 2.0,
    "list --modality chest": 2.0,
    "list --json": 1.0,
    "list -q": 1.0,
    TAB: 1.0,
    "--version": 1.0,
}
COMPLETION = {
    "_RADZOO_COMPLETE": "complete_bash",
    "COMP_WORDS": "radzoo\npull\ndense",
    "COMP_CWORD": "2",
}


def measure(command: list[str], environment: dict[str, str]) -> float:
    """Return the wall time of one run in ms."""
    begin = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - begin) * 1e3


def main() -> int:
    """Measure, print the ratios, and say whether all limits are kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=25)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "XDG_STATE_HOME": home, "COLUMNS": "80"}
        environment.pop("RADZOO_HOME", None)
        cold = measure([*RADZOO, "list", "-q"], environment)
        names = subprocess.run(
            [*RADZOO, "list", "-q"], env=environment, capture_output=True, check=True
        ).stdout.split()
        commands = {"python -c 'import typer, rich.table'": (PEER, environment)}
        for words in LIMITS:
            command = RADZOO if words == TAB else [*RADZOO, *words.split()]
            extra = COMPLETION if words == TAB else {}
            commands[f"radzoo {words}"] = (command, {**environment, **extra})
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, (command, settings) in commands.items():
                times[name].append(measure(command, settings))
    medians = {name: statistics.median(values) for name, values in times.items()}
    peer, *ours = medians.values()
    print(f"{len(names)} models; list -q with a cold index: {cold:.0f} ms, once")
    print(f"{'ms':>6}  {'ratio':>5}  {'limit':>5}  (median of {runs} interleaved runs)")
    print(f"{peer:6.0f}  {1:5.2f}  {'':>5}  {next(iter(medians))}")
    missed = 0
    for (words, limit), value in zip(LIMITS.items(), ours, strict=True):
        missed += value > limit * peer
        verdict = "missed" if value > limit * peer else ""
        print(f"{value:6.0f}  {value / peer:5.2f}  {limit:5.2f}  radzoo {words} {verdict}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
