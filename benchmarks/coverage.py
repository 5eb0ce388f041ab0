"""How often the 95 % intervals of AUROC hold the true value, on simulated cases.

    python benchmarks/coverage.py [--reps 1000] [--seed 0]

Scores are binormal with a known AUROC, ten healthy cases to a positive one; for repeated
patients, groups of images that share a part of their score. The interval is the one that
`--ci auto` chooses. Prints the coverage with its standard error, and where the interval lies
beside the truth. Ends with an error if a coverage is, beyond its error, outside 93 to 98 %.
"""

import argparse
import sys
from collections import Counter
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from radzoo.metrics.auroc import METRIC
from radzoo.metrics.estimate import IntervalOptions, estimate_metrics
from radzoo.metrics.sample import Sample, make_sample

AUROCS = (0.70, 0.90, 0.97)
POSITIVES = (10, 15, 25, 50, 100, 500)
PATIENTS = (20, 50, 200)
HEALTHY_TO_ONE = 10
LOWEST, HIGHEST = 0.93, 0.98
# Share of the variance of a score that the images of a patient have in common.
SHARED = 0.5
OPTIONS = IntervalOptions(n_boot=0)

Chance = np.random.Generator


def separation(auroc: float) -> float:
    """Return by how many standard deviations normal scores must differ."""
    return float(np.sqrt(2) * NormalDist().inv_cdf(auroc))


def make_alone(chance: Chance, auroc: float, positives: int) -> Sample:
    """Make cases of which none share a patient."""
    targets = np.repeat([1.0, 0.0], [positives, HEALTHY_TO_ONE * positives])
    scores = chance.normal(size=len(targets)) + separation(auroc) * targets
    return make_sample(targets, scores)


def make_repeated(chance: Chance, auroc: float, patients: int, *, mixed: bool) -> Sample:
    """Make 1 to 8 images of each patient.

    Args:
        chance: source of random numbers.
        auroc: the true value.
        patients: with the finding; there are twice as many without.
        mixed: half of the images of a patient with the finding do not show it.
    """
    sizes = chance.integers(1, 9, 3 * patients)
    owners = np.repeat(np.arange(3 * patients), sizes)
    targets = (owners < patients).astype(float)
    if mixed:
        targets *= chance.random(len(owners)) < 0.5
        targets[0] = 1.0
    shared = np.sqrt(SHARED) * chance.normal(size=3 * patients)[owners]
    own = np.sqrt(1 - SHARED) * chance.normal(size=len(owners))
    return make_sample(
        targets,
        shared + own + separation(auroc) * targets,
        patients=[str(owner) for owner in owners],
    )


def judge(name: str, auroc: float, samples: list[Sample]) -> bool:
    """Print the line of one setting; return whether its coverage is as it should be."""
    low, high, methods = np.zeros(len(samples)), np.zeros(len(samples)), Counter[str]()
    for at, sample in enumerate(samples):
        found = estimate_metrics("x", [METRIC], sample, OPTIONS)[0]
        if found.low is None or found.high is None:
            raise ValueError(f"no interval: {found.note}")
        low[at], high[at] = found.low, found.high
        methods[str(found.method)] += 1
    covered = within(low, high, auroc)
    error = float(np.sqrt(max(covered * (1 - covered), 1e-4) / len(samples)))
    good = LOWEST - 2 * error <= covered <= HIGHEST + 2 * error
    used = ", ".join(f"{method} {100 * n / len(samples):.0f} %" for method, n in methods.items())
    print(
        f"| {name} | {auroc:.2f} | {100 * covered:.1f} ({100 * error:.1f}) "
        f"| {100 * (low > auroc).mean():.1f} | {100 * (high < auroc).mean():.1f} "
        f"| {(high - low).mean():.3f} | {used}{'' if good else ' **outside**'} |",
        flush=True,
    )
    return good


def within(low: NDArray[np.float64], high: NDArray[np.float64], value: float) -> float:
    """Return the share of intervals that hold a value."""
    return float(((low <= value) & (value <= high)).mean())


def main() -> None:
    """Parse, simulate, print; the last line says what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=2000, help="simulated data sets per line")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    chance = np.random.default_rng(given.seed)
    print("| cases | AUROC | covered, % (se) | too high, % | too low, % | width | method |")
    print("|---|--:|--:|--:|--:|--:|---|")
    good = []
    for auroc in AUROCS:
        for positives in POSITIVES:
            samples = [make_alone(chance, auroc, positives) for _ in range(given.reps)]
            good.append(judge(f"{positives} + {HEALTHY_TO_ONE * positives}", auroc, samples))
    for mixed in (False, True):
        kind = "mixed" if mixed else "one class each"
        for auroc in AUROCS:
            for patients in PATIENTS:
                samples = [
                    make_repeated(chance, auroc, patients, mixed=mixed) for _ in range(given.reps)
                ]
                good.append(judge(f"{patients} + {2 * patients} patients, {kind}", auroc, samples))
    if not all(good):
        sys.exit(f"{good.count(False)} of {len(good)} settings lie outside 93 to 98 %")


if __name__ == "__main__":
    main()
