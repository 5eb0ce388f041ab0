"""Which of two cases came first, and which scored higher, without looking at every pair.

A question "how much weight have the later cases with a lower score?" is answered bit by bit
of the rank of the score: lower means that at some bit the asker has 1, the other 0, and all
higher bits agree. Per bit the others are sorted by (higher bits, time), and the answer is a
difference of running sums. That takes n log(n) steps, for any number of weights at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radzoo.core.plugins import Vector

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Join:
    """Who is asked by whom: each asker asks a run of givers.

    Attributes:
        givers: `(n_givers,)`, cases in an order in which every asker's are neighbours.
        askers: `(n_askers,)`; each asks `givers[start:stop]`.
    """

    givers: Indices
    askers: Indices
    start: Indices
    stop: Indices

    def ask(self, amounts: Vector) -> Vector:
        """Add up the amounts `(..., n_cases)` of each asker's givers; 0 for who does not ask."""
        given = np.cumsum(amounts[..., self.givers], axis=-1)
        totals = np.concatenate([np.zeros_like(amounts[..., :1]), given], axis=-1)
        found = np.zeros_like(amounts)
        found[..., self.askers] = totals[..., self.stop] - totals[..., self.start]
        return found

    def give(self, amounts: Vector) -> Vector:
        """Add up the amounts `(n_cases,)` of the askers that ask each giver."""
        size = len(self.givers) + 1
        asked = amounts[self.askers]
        edges = np.bincount(self.start, asked, size) - np.bincount(self.stop, asked, size)
        found = np.zeros_like(amounts)
        found[self.givers] = np.cumsum(edges)[:-1]
        return found


@dataclass(frozen=True, slots=True)
class Pairs:
    """Cases with an event against all that came later: with lower scores, equal ones, any."""

    lower: tuple[Join, ...]
    equal: Join
    later: Join


def make_pairs(times: Vector, events: Vector, scores: Vector) -> Pairs:
    """Find out who can be compared with whom.

    A case with an event asks those that were followed for longer; at the same time those that
    were censored, since their event is still to come. Two events at one time say nothing.
    """
    _, place = np.unique(times, return_inverse=True)
    turn = 2 * place + (events == 0)
    _, rank = np.unique(scores, return_inverse=True)
    asking = events == 1
    everyone = np.ones(len(times), dtype=np.bool_)
    lower = []
    for bit in range(int(rank.max(initial=0)).bit_length()):
        high = (rank >> bit) & 1 == 1
        lower.append(join_later(rank >> (bit + 1), turn, ~high, asking & high))
    return Pairs(
        tuple(lower),
        join_later(rank, turn, everyone, asking),
        join_later(np.zeros_like(rank), turn, everyone, asking),
    )


def join_later(
    groups: Indices, turns: Indices, giving: NDArray[np.bool_], asking: NDArray[np.bool_]
) -> Join:
    """Let each asker ask the givers of its group whose turn comes later."""
    wide = int(turns.max(initial=0)) + 1
    givers, askers = np.flatnonzero(giving), np.flatnonzero(asking)
    codes = groups * wide + turns
    givers = givers[np.argsort(codes[givers], kind="stable")]
    start = np.searchsorted(codes[givers], codes[askers], "right")
    stop = np.searchsorted(codes[givers], (groups[askers] + 1) * wide, "left")
    return Join(givers, askers, start, stop)
