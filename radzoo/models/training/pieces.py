"""A batch in pieces: each process has a part of it, and holds a few of its cases at a time."""

import math
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from radzoo.models.ranks import Ranks
from radzoo.models.samples import Rows

UNKNOWN = 255
"""A target that is an integer and is not known: it counts nothing in the loss."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Cases of a batch that pass through the network together.

    Attributes:
        places: where they stand in the batch.
        n: how many of them count; those behind only keep a small piece company.
    """

    places: Rows
    n: int

    def targets_in(self, targets: Tensor) -> Tensor:
        """Return their targets out of the batch's; those that do not count are unknown."""
        if len(self.places) == len(targets) == self.n:
            return targets
        first = int(self.places[0])
        if self.n == len(self.places):
            return targets[first : first + self.n]
        mine = targets[self.places.tolist()]
        mine[self.n :] = float("nan") if targets.is_floating_point() else UNKNOWN
        return mine


def cut(n: int, ranks: Ranks, micro_batch: int | None) -> list[Piece]:
    """Cut this process's part of a batch of `n` cases into pieces of nearly equal size.

    Every process makes as many pieces. Where there are several processes, one with fewer
    than two cases borrows others that do not count: it has to take part in every exchange,
    and batch normalisation cannot learn from one case.
    """
    part = ranks.part(n)
    mine = part.stop - part.start
    n_pieces = math.ceil(math.ceil(n / ranks.count) / (micro_batch or n))
    least = min(2, n) if ranks.count > 1 and (micro_batch or n) > 1 else 1
    pieces = []
    for number in range(n_pieces):
        start, stop = (part.start + mine * at // n_pieces for at in (number, number + 1))
        company = [place % n for place in range(stop, stop + max(0, least - (stop - start)))]
        places = np.array([*range(start, stop), *company], dtype=np.int64)
        pieces.append(Piece(places, stop - start))
    return pieces
