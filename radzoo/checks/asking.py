"""Which cases a network is asked about, and how sure a difference between two scores is."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from statistics import NormalDist
from typing import Final

import numpy as np

from radzoo.checks.area import LEVEL
from radzoo.checks.probe import auroc_of_ranks, rank
from radzoo.checks.subject import Question, Rows, Subject
from radzoo.core.case import Split
from radzoo.core.finding import Evidence
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


def asked_about(
    subject: Subject, question: Question, *splits: Split, most: int = MOST_ASKED
) -> Rows:
    """Return cases with an answer to a question, `most` drawn at random, the rarer answer first.

    Without that a finding of one in a hundred would have a handful of cases among those drawn.
    """
    rows = asked_rows(subject, *splits, most=subject.n)
    parts = sorted((rows[question.positive[rows] == answer] for answer in (0.0, 1.0)), key=len)
    rare = min(len(parts[0]), most // 2)
    chance = np.random.default_rng(subject.seed)
    drawn = [
        part if len(part) <= wanted else chance.choice(part, wanted, replace=False)
        for part, wanted in zip(parts, (rare, most - rare), strict=True)
    ]
    return np.sort(np.concatenate(drawn))


@dataclass(frozen=True, slots=True)
class Difference:
    """An estimate with its interval at `LEVEL`, drawn between patients."""

    estimate: float
    low: float
    high: float


def gap_of(one: Evidence, other: Evidence, tests: int = 1) -> Difference:
    """Return the difference of two AUROCs of different patients, with its interval.

    Args:
        one: with its interval at `LEVEL`.
        other: likewise.
        tests: among how many differences this one stands; the interval is Bonferroni's.

    References:
        Zou GY, Donner A. Statistics in Medicine 2008;27:1693-1702. Equation 6, from both
        intervals, so that an AUROC near 1 is not allowed to lie beyond it.
    """
    (a, la, ua), (b, lb, ub) = (
        (each.estimate or 0.0, each.low or 0.0, each.high or 0.0) for each in (one, other)
    )
    tail = (1 - LEVEL) / 2
    wider = NormalDist().inv_cdf(1 - tail / tests) / NormalDist().inv_cdf(1 - tail)
    gap = a - b
    return Difference(gap, gap - wider * hypot(a - la, ub - b), gap + wider * hypot(ua - a, b - lb))


def drawn(
    subject: Subject, rows: Rows, statistic: Callable[[Rows], float], tests: int = 1
) -> Difference:
    """Return a statistic of cases with a percentile interval of the bootstrap over patients.

    Args:
        subject: whose patients.
        rows: the cases.
        statistic: of places in `rows`, repeated as often as their patient was drawn.
        tests: among how many statistics this one stands; the interval is Bonferroni's.
    """
    owners, place = np.unique(subject.owners[rows], return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(owners) + 1))
    members = [order[start:end] for start, end in pairwise(starts)]
    chance = np.random.default_rng(subject.seed)
    values = []
    for _ in range(subject.draws):
        chosen = chance.integers(len(owners), size=len(owners))
        values.append(statistic(np.concatenate([members[one] for one in chosen.tolist()])))
    tail = (1 - LEVEL) / (2 * tests)
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return Difference(statistic(np.arange(len(rows))), float(low), float(high))


def area_difference(
    subject: Subject, rows: Rows, positive: Vector, before: Vector, after: Vector, tests: int = 1
) -> Difference:
    """Return the AUROC before minus after something was done to the same cases.

    Args:
        subject: whose patients.
        rows: the cases.
        positive: `(n,)` of these cases, 1 or 0.
        before: `(n,)` their scores.
        after: `(n,)` their other scores.
        tests: see `drawn`.
    """

    def lost(places: Rows) -> float:
        answers = positive[places]
        return auroc_of_ranks(answers, rank(before[places])) - auroc_of_ranks(
            answers, rank(after[places])
        )

    return drawn(subject, rows, lost, tests)


def asking_s(subject: Subject, images: int) -> float:
    """Return how long it takes to ask about so many images."""
    network = subject.model.network if subject.model else None
    return network.image_s * images if network else 0.0


def relearning_s(subject: Subject, times: int) -> float:
    """Return how long it takes to teach the network anew so many times."""
    network = subject.model.network if subject.model else None
    return network.relearn_s * times if network else 0.0
