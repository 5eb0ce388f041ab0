"""How long the search for near duplicates takes, beside comparing all pairs of hashes.

    python benchmarks/near_duplicates.py [--images 100000] [--brute 10000]

Images are mixtures of phantom radiographs, so that all are alike as chests are; a thousandth are
altered copies. Goal: under 60 s and 2 GB for 100,000 images. The peer is brute force over the
256-bit hashes, timed on fewer images and scaled by the number of pairs.
"""

import argparse
import resource
import sys
import time

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.near_duplicates import MOST_BITS, search
from radzoo.demo.planted_traps import SIDE, as_bytes, by_contrast, draw_pool
from radzoo.workflows.audit.pictures import fingerprint

LIMIT_S, LIMIT_GB = 60.0, 2.0
COPIES = 1000


def mix(n: int, seed: int = 0) -> NDArray[np.uint8]:
    """Return images that are alike as chests are, the last thousandth copies of others."""
    chance = np.random.default_rng(seed)
    base = draw_pool(1000, seed=seed).images.astype(np.float32)
    images = np.empty((n, SIDE, SIDE), np.uint8)
    for start in range(0, n, 4096):
        size = min(4096, n - start)
        one, other = chance.integers(len(base), size=(2, size))
        share = chance.uniform(0.2, 0.8, (size, 1, 1)).astype(np.float32)
        clouds = chance.normal(0, 14, (size, 8, 8)).astype(np.float32)
        rough = clouds.repeat(SIDE // 8, axis=1).repeat(SIDE // 8, axis=2)
        images[start : start + size] = as_bytes(
            share * base[one] + (1 - share) * base[other] + rough
        )
    copies = n // COPIES
    images[n - copies :] = by_contrast(images[:copies], chance)
    return images


def brute(hashes: NDArray[np.uint64]) -> float:
    """Return how long it takes to compare all pairs of hashes."""
    started = time.perf_counter()
    for row in range(len(hashes)):
        apart = np.bitwise_count(hashes[row + 1 :] ^ hashes[row]).sum(axis=1)
        np.flatnonzero(apart <= MOST_BITS)
    return time.perf_counter() - started


def main() -> None:
    """Time both and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--brute", type=int, default=10_000)
    asked = parser.parse_args()
    pictures = fingerprint(mix(asked.images), range(asked.images))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    started = time.perf_counter()
    found = search(pictures)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    copies = asked.images // COPIES
    caught = sum(abs(int(j) - int(i)) == asked.images - copies for i, j in found.near)
    peer = brute(pictures.hashes[: asked.brute]) * (asked.images / asked.brute) ** 2
    print(f"{asked.images:,} images: {seconds:.1f} s, peak {peak:.2f} GB ({before:.2f} before)")
    print(f"{caught} of {copies} altered copies found, {len(found.near)} pairs in all")
    print(f"all pairs of hashes, scaled from {asked.brute:,}: {peer:.1f} s")
    print(f"ratio {seconds / peer:.2f}")
    if asked.images == 100_000 and (seconds > LIMIT_S or peak > LIMIT_GB):
        sys.exit("beyond the limit")


if __name__ == "__main__":
    main()
