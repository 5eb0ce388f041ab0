"""Which cases a network is asked about, and how sure a difference between two scores is."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from radzoo.checks.area import LEVEL
from radzoo.checks.probe import auroc_of_ranks, rank
from radzoo.checks.subject import Rows, Subject
from radzoo.core.case import Split
from radzoo.core.plugins import Vector

MOST_ASKED: Final = 1000
AT_ONCE: Final = 32


def asked_rows(subject: Subject, *splits: Split, most: int = MOST_ASKED) -> Rows:
    """Return cases of these splits whose images a network can be fed, `most` drawn at random."""
    assert subject.model is not None
    assert subject.model.network is not None
    rows = subject.rows_of(*splits)
    rows = rows[subject.model.network.read[rows]]
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(subject.seed).choice(rows, most, replace=False))
    return rows


@dataclass(frozen=True, slots=True)
class Difference:
    """An estimate with its interval at `LEVEL`, drawn between patients."""

    estimate: float
    low: float
    high: float


def drawn(
    subject: Subject, rows: Rows, statistic: Callable[[Rows], float], draws: int | None = None
) -> Difference:
    """Return a statistic of cases with a percentile interval of the bootstrap over patients.

    Args:
        subject: whose patients.
        rows: the cases.
        statistic: of places in `rows`, repeated as often as their patient was drawn.
        draws: how many; None = those of the subject.
    """
    owners, place = np.unique(subject.owners[rows], return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(owners) + 1))
    members = [order[start:end] for start, end in pairwise(starts)]
    chance = np.random.default_rng(subject.seed)
    values = []
    for _ in range(draws or subject.draws):
        chosen = chance.integers(len(owners), size=len(owners))
        values.append(statistic(np.concatenate([members[one] for one in chosen.tolist()])))
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return Difference(statistic(np.arange(len(rows))), float(low), float(high))


def area_difference(
    subject: Subject, rows: Rows, positive: Vector, before: Vector, after: Vector
) -> Difference:
    """Return the AUROC before minus after something was done to the same cases.

    Args:
        subject: whose patients.
        rows: the cases.
        positive: `(n,)` of these cases, 1 or 0.
        before: `(n,)` their scores.
        after: `(n,)` their other scores.
    """

    def lost(places: Rows) -> float:
        answers = positive[places]
        return auroc_of_ranks(answers, rank(before[places])) - auroc_of_ranks(
            answers, rank(after[places])
        )

    return drawn(subject, rows, lost)


def asking_s(subject: Subject, images: int) -> float:
    """Return how long it takes to ask about so many images."""
    network = subject.model.network if subject.model else None
    return network.image_s * images if network else 0.0


def relearning_s(subject: Subject, times: int) -> float:
    """Return how long it takes to teach the network anew so many times."""
    network = subject.model.network if subject.model else None
    return network.relearn_s * times if network else 0.0
