"""RZ032: random answers of the training cases come back in the test split: it was seen before."""

from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.area import LEVEL, area, count_patients, enough
from radzoo.checks.asking import drawn, relearning_s
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.near_duplicates import FINE, Points, connect, find_duplicates, reduced, unit
from radzoo.checks.subject import Rows, Subject
from radzoo.checks.wording import sure_low
from radzoo.core.finding import Evidence, Reference, Severity
from radzoo.core.plugins import Matrix, Vector

DEALS: Final = 200
AT_ONCE: Final = 512
FEWEST: Final = 20
MORE_THAN_CHANCE: Final = 0.52
BY_HEART: Final = 0.60
"""AUROC on random answers: of test cases above which something leaks, of training cases above
which they were learnt by heart."""


def examine(subject: Subject) -> Outcome:
    """Deal random answers to patients, teach them, and see what of them the test split tells.

    Cases of one patient, and copies of one image, get one answer. A case whose like is not in
    training is then told by chance alone.
    """
    taught = subject.rows_of("train")
    asked = subject.rows_of("test") if "test" in subject.splits else subject.rows_of("val")
    if min(len(taught), len(asked)) < FEWEST:
        return Silent("cannot judge", f"training or test has fewer than {FEWEST} cases")
    clusters = clusters_of(subject)
    if subject.patients is None and len(np.unique(clusters)) == subject.n:
        return Silent("cannot judge", "no patient is known, and no image is a copy of another")
    found = []
    if subject.pictures is not None:
        seen = subject.pictures.read
        if min(seen[taught].sum(), seen[asked].sum()) >= FEWEST:
            found.append(look_up(subject, clusters, taught[seen[taught]], asked[seen[asked]]))
    return [*found, *teach_noise(subject, clusters, taught, asked)] or Silent(
        "cannot judge", "there are neither images to look up nor a network that could be taught"
    )


def clusters_of(subject: Subject) -> NDArray[np.intp]:
    """Number what belongs together by patient, by copy, or by any chain of both."""
    _, first, place = np.unique(subject.owners, return_index=True, return_inverse=True)
    pairs = [np.stack([first[place], np.arange(subject.n)], axis=1)]
    if subject.pictures is not None:
        copies = find_duplicates(subject.pictures)
        pairs += [copies.exact, copies.near]
    return connect(subject.n, np.concatenate(pairs))


def look_up(subject: Subject, clusters: NDArray[np.intp], taught: Rows, asked: Rows) -> Verdict:
    """Say what share of the test cases the likest training image tells beyond chance."""
    assert subject.pictures is not None
    points = [unit(reduced(subject.pictures.images[rows], FINE)) for rows in (taught, asked)]
    likest = taught[nearest(*points)]
    agreed = agreement(clusters[likest], clusters[asked], subject.seed)
    leaked = drawn(subject, asked, lambda places: float(agreed[places].mean()))
    own = clusters[likest] == clusters[asked]
    evidence = Evidence(
        n=len(asked), n_patients=count_patients(subject, asked), measure="leaked fraction",
        estimate=leaked.estimate, low=leaked.low, high=leaked.high, level=LEVEL,
        method="percentile",
        facts={"deals": DEALS, "likest_image_is_its_own": int(own.sum()),
               "auroc_on_noise": 1 - (1 - max(0.0, leaked.estimate)) ** 2 / 2},
    )  # fmt: skip
    interval = f"{leaked.estimate:.1%} ({leaked.low:.1%} to {leaked.high:.1%})"
    if leaked.low <= leaked_fraction(MORE_THAN_CHANCE):
        message = (
            "random answers taught to the training images do not come back: of the likest one the "
            f"test cases have them in {interval} more than by chance"
        )
        return Verdict(None, message, evidence, claim="data")
    message = (
        f"{interval} of the test cases can be told from training images by heart: random answers "
        "come back, since their patient or a copy stands in training"
    )
    return Verdict("error", message, evidence, claim="data", rows=tuple(asked[own].tolist()))


def nearest(taught: Points, asked: Points) -> Rows:
    """Return the place in `taught` of the likest image of each of `asked`, a block at a time."""
    blocks = range(0, len(asked), AT_ONCE)
    found = [np.argmax(asked[at : at + AT_ONCE] @ taught.T, axis=1) for at in blocks]
    return np.concatenate(found)


def agreement(taught: NDArray[np.intp], asked: NDArray[np.intp], seed: int) -> Vector:
    """Return `(n,)` how often the answers of two clusters are equal, 0 = as by chance, 1 = always.

    Args:
        taught: `(n,)` the cluster of the training case that each test case is told by.
        asked: `(n,)` its own.
        seed: of the deals; half of the clusters get each answer.
    """
    numbers, place = np.unique(np.concatenate([taught, asked]), return_inverse=True)
    told, own = place[: len(taught)], place[len(taught) :]
    n = len(numbers)
    answers = np.arange(n) % 2
    equal = np.zeros(len(asked))
    chance = np.random.default_rng(seed)
    for _ in range(DEALS):
        dealt = chance.permutation(answers)
        equal += dealt[told] == dealt[own]
    ones = int(answers.sum())
    by_chance = (ones * (ones - 1) + (n - ones) * (n - ones - 1)) / max(1, n * (n - 1))
    return np.asarray((equal / DEALS - by_chance) / (1 - by_chance))


def leaked_fraction(auroc: float) -> float:
    """Return which share of cases is known by heart if random answers reach this AUROC.

    Known cases have the extreme scores: AUROC = 1 - (1 - share)^2 / 2.
    """
    return 1 - sqrt(2 * (1 - max(0.5, auroc)))


def teach_noise(
    subject: Subject, clusters: NDArray[np.intp], taught: Rows, asked: Rows
) -> list[Verdict]:
    """Teach the network of a run such answers; nothing where there is none."""
    network = subject.model.network if subject.model else None
    if network is None or network.relearn is None or not subject.questions:
        return []
    noise = deal(subject, clusters)
    rows = [at for at in range(len(subject.questions))
            if all(enough(subject, noise[:, at], part) for part in (taught, asked))]  # fmt: skip
    val = subject.rows_of("val")
    if not rows or not len(val):
        return []
    scores = network.relearn(noise, taught, val, subject.seed + 1)
    said = [judge(subject, at, noise[:, at], scores[:, at], (taught, asked), len(rows))
            for at in rows]  # fmt: skip
    return [one for one in said if one is not None]


def deal(subject: Subject, clusters: NDArray[np.intp]) -> Matrix:
    """Return `(n_cases, n_questions)` answers dealt anew: a cluster's are those of one other."""
    answers = np.stack([one.positive for one in subject.questions], axis=1)
    known = np.flatnonzero(~np.isnan(answers).all(axis=1))
    _, first, place = np.unique(clusters[known], return_index=True, return_inverse=True)
    dealt = np.full_like(answers, np.nan)
    order = np.random.default_rng(subject.seed).permutation(len(first))
    dealt[known] = answers[known[first[order]]][place]
    return dealt


def judge(
    subject: Subject, at: int, noise: Vector, scores: Vector, parts: tuple[Rows, Rows], tests: int
) -> Verdict | None:
    """Say of one question whether random answers come back from a network; None = no scores."""
    by_heart, told = (area(subject, noise, scores, rows) for rows in parts)
    if told is None or by_heart is None or told.estimate is None or by_heart.estimate is None:
        return None
    leaked = leaked_fraction(told.estimate)
    evidence = told.model_copy(update={
        "facts": {"leaked_fraction": leaked, "auroc_of_training": by_heart.estimate}
    })  # fmt: skip
    severity: Severity | None = None
    if sure_low(told, tests) > MORE_THAN_CHANCE:
        severity = "error"
        message = (
            f"taught random answers, the network tells those of test cases with AUROC "
            f"{told.estimate:.2f} ({told.low:.2f} to {told.high:.2f}): about {leaked:.0%} of them "
            "were seen while learning"
        )
    else:
        severity = "info" if (by_heart.low or 0.0) > BY_HEART else None
        message = (
            f"taught random answers, the network knows those of training with AUROC "
            f"{by_heart.estimate:.2f}, and of test with {told.estimate:.2f} ({told.low:.2f} to "
            f"{told.high:.2f})" + (": it learns by heart" if severity else "")
        )
    return Verdict(severity, message, evidence, subject.questions[at].name, claim="model")


CHECK = Check(
    code="RZ032",
    trap="O3",
    title="random answers come back",
    family="leakage",
    action="give each patient with all copies of an image to one split: radzoo data split DATA "
    "--by patient",
    not_shown="patients that carry two names, and copies that are altered more than RZ002 can see, "
    "get two answers, so that their leaking is not seen",
    references=(
        Reference(
            source="Zhang C et al. ICLR 2017",
            finding="networks can learn even random labels of their training images by heart",
        ),
        Reference(
            source="Yagis E et al. Scientific Reports 2021;11:22544",
            finding="with slices of a patient in training and test random labels were told with "
            "an accuracy of 96 %, by patient with 50 %",
        ),
    ),
    wants=frozenset({"pictures", "network"}),
    slow=True,
    examine=examine,
    expected_s=lambda subject: relearning_s(subject, 1),
)
