"""The distribution of a sum whose terms may have either sign: the core of swap tests."""

from dataclasses import dataclass

import numpy as np

from radzoo.core.plugins import Vector

# So many terms are tried with every choice of signs: 2**16 sums.
MOST_EXACT = 16
N_DRAWS = 9_999
# Signs are drawn in blocks of at most so many.
BLOCK = 2_000_000
# Of many terms fewer sums are drawn, so that a test ends within seconds.
MOST_SIGNS = 4_000_000_000
NUDGE = 1e-9


@dataclass(frozen=True, slots=True)
class FlipTest:
    """How often random signs give a sum as far from 0 as the true signs do.

    Attributes:
        p: two-sided.
        n_draws: sums that were drawn; None if every choice of signs was tried.
    """

    p: float
    n_draws: int | None


def flip_signs(terms: Vector, *, seed: int) -> FlipTest:
    """Test the sum of terms each of which is as likely to be positive as negative.

    Args:
        terms: `(n_units,)`, what each independent unit adds to the sum; those that are 0
            play no part.
        seed: where drawing starts; the same on every machine.
    """
    kept = terms[terms != 0]
    if not len(kept):
        return FlipTest(1.0, None)
    observed = abs(float(kept.sum())) - NUDGE * float(np.abs(kept).sum())
    if len(kept) <= MOST_EXACT:
        sums = np.zeros(1)
        for term in kept.tolist():
            sums = np.concatenate([sums + term, sums - term])
        return FlipTest(float(np.mean(np.abs(sums) >= observed)), None)
    n_draws = max(999, min(N_DRAWS, MOST_SIGNS // len(kept)))
    return FlipTest((1 + count_as_far(kept, observed, n_draws, seed)) / (1 + n_draws), n_draws)


def count_as_far(terms: Vector, observed: float, n_draws: int, seed: int) -> int:
    """Count draws of signs whose sum is at least as far from 0 as `observed`."""
    # The raw stream of PCG64 is fixed for ever; the methods of Generator may change.
    source = np.random.PCG64(seed)
    total, words = float(terms.sum()), -(-len(terms) // 64)
    block = max(1, BLOCK // len(terms))
    found = 0
    for start in range(0, n_draws, block):
        rows = min(block, n_draws - start)
        raw = source.random_raw(rows * words).astype("<u8").reshape(rows, words)
        bits = np.unpackbits(raw.view(np.uint8), axis=1, count=len(terms))
        sums = total - 2 * (bits.astype(np.float64) @ terms)
        found += int(np.count_nonzero(np.abs(sums) >= observed))
    return found
