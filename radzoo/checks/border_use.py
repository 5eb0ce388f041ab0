"""RZ013: the model reads border or corners of the image."""

from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.area import LEVEL, area, count_patients, enough
from radzoo.checks.asking import (
    AT_ONCE,
    MOST_ASKED,
    Difference,
    area_difference,
    asked_about,
    asked_rows,
    asking_s,
)
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.probe import auroc_of_ranks, rank
from radzoo.checks.subject import Rows, Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Vector

BORDER: Final = 0.04
CORNER: Final = 1 / 6
CENTRE: Final = 0.6
WARNING, ERROR = 0.02, 0.05
FEWEST_ASKED: Final = 200
Z: Final = 1.959963984540054
FLAGGED: Final = ("border", "corners")
"""Parts where no disease is shown; what lies outside the centre shows anatomy, too."""


def examine(subject: Subject) -> Outcome:
    """Give every image the border, or corners, of another one: of the same answer, or the other.

    A strange border alone may disturb a network. Only if borders of the other answer cost more
    AUROC than those of the same, it knew something of the answer from them.
    """
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    everyone = asked_rows(subject, "val", "test", most=subject.n)
    judged = [at for at, one in enumerate(subject.questions)
              if enough(subject, one.positive, everyone)]  # fmt: skip
    if not judged:
        return Silent("cannot judge", "validation and test have fewer than 10 patients of a class")
    most = max(FEWEST_ASKED, MOST_ASKED // len(judged))
    found = []
    for at in judged:
        rows = asked_about(subject, subject.questions[at], "val", "test", most=most)
        images = network.take(rows)
        before = network.ask(rows, images, AT_ONCE, "serving")[:, at]
        found.append(judge(subject, at, rows, images, before))
    return found


def parts_of(size: int) -> dict[str, NDArray[np.bool_]]:
    """Return which pixels belong to each part of the frame, `(size, size)`."""
    at = np.minimum(np.arange(size), np.arange(size)[::-1])
    edge = np.minimum(at[:, None], at[None, :])
    corner = max(3, round(CORNER * size))
    return {
        "border": edge < max(2, round(BORDER * size)),
        "corners": np.maximum(at[:, None], at[None, :]) < corner,
        "outside the centre": edge < round((1 - CENTRE) / 2 * size),
    }


def judge(subject: Subject, at: int, rows: Rows, images: NDArray[Any], before: Vector) -> Verdict:
    """Say of one question whether the model uses a part.

    Args:
        subject: what is audited.
        at: number of the question.
        rows: cases with an answer, some of each.
        images: theirs.
        before: `(n,)`, their scores.
    """
    question = subject.questions[at]
    positive = question.positive[rows]
    shown: list[dict[str, Value]] = []
    found: list[tuple[float, str, Difference, float]] = []
    for part, mask in parts_of(images.shape[-1]).items():
        same, other = (
            ask_with(subject, at, rows, images, mask, donors(positive, subject.seed, turned=turned))
            for turned in (False, True)
        )
        lost = area_difference(subject, rows, positive, same, other)
        alone = tell_alone(subject, at, rows, images, mask)
        moved = float(np.abs(other - same).mean())
        whole = auroc_of_ranks(positive, rank(before))
        shown.append({
            "part": part, "auroc_lost": lost.estimate, "low": lost.low, "high": lost.high,
            "auroc": whole, "with_same_answer": auroc_of_ranks(positive, rank(same)),
            "with_other_answer": auroc_of_ranks(positive, rank(other)), "mean_change": moved,
            "part_alone": alone.estimate, "part_alone_low": alone.low,
        })  # fmt: skip
        if part in FLAGGED:
            found.append((lost.estimate, part, lost, chance_of(alone)))
    _, part, lost, _ = max(found, key=lambda one: one[0])
    p = min(1.0, len(FLAGGED) * next(one[3] for one in found if one[1] == part))
    evidence = Evidence(
        n=len(rows), n_patients=count_patients(subject, rows), measure="AUROC lost",
        estimate=lost.estimate, low=lost.low, high=lost.high, level=LEVEL, method="percentile",
        p=p, facts={"part": part}, rows=shown,
    )  # fmt: skip
    severity = severity_of(lost)
    if severity is None:
        message = (
            f"this model does not live on border or corners: those of a case with the other answer "
            f"cost {lost.estimate:.3f} AUROC ({lost.low:.3f} to {lost.high:.3f})"
        )
    else:
        message = (
            f"this model uses the {part}: from a case with the other answer it costs "
            f"{lost.estimate:.3f} AUROC ({lost.low:.3f} to {lost.high:.3f})"
        )
    return Verdict(severity, message, evidence, label=question.name, claim="model")


def donors(positive: Vector, seed: int, *, turned: bool) -> Rows:
    """Return whose part each case gets: another one of the same answer, or one of the other."""
    chance = np.random.default_rng(seed)
    chosen = np.empty(len(positive), dtype=np.intp)
    for answer in (0.0, 1.0):
        asked = np.flatnonzero(positive == answer)
        if turned:
            chosen[asked] = chance.choice(np.flatnonzero(positive != answer), len(asked))
        else:  # a ring through a random order: nobody gets its own
            order = chance.permutation(asked)
            chosen[order] = np.roll(order, 1)
    return chosen


def ask_with(
    subject: Subject, at: int, rows: Rows, images: NDArray[Any], mask: NDArray[np.bool_],
    donor: Rows,
) -> Vector:  # fmt: skip
    """Return scores of the images with this part taken from another image each."""
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    altered = np.where(mask, images[donor], images)
    return np.asarray(network.ask(rows, altered, AT_ONCE, "serving")[:, at])


def tell_alone(
    subject: Subject, at: int, rows: Rows, images: NDArray[Any], mask: NDArray[np.bool_]
) -> Evidence:
    """Return how well the score of the mean image with a case's part tells the case's answer.

    Here every case speaks for itself, so that its interval holds for other cases, too.
    """
    question = subject.questions[at]
    mean = images.mean(axis=0).astype(images.dtype)
    scores = np.full(subject.n, np.nan)
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    scores[rows] = network.ask(rows, np.where(mask, images, mean), AT_ONCE, "serving")[:, at]
    told = area(subject, question.positive, scores, rows)
    return told or Evidence(n=len(rows), estimate=0.5, low=0.0, high=1.0)


def chance_of(alone: Evidence) -> float:
    """Return how likely chance alone would tell so much, one-sided."""
    low, high = alone.low or 0.0, alone.high or 1.0
    error = max((high - low) / (2 * Z), 1e-9)
    return 1 - NormalDist().cdf(((alone.estimate or 0.5) - 0.5) / error)


def severity_of(lost: Difference) -> Severity | None:
    """Weigh a loss of AUROC whose interval excludes none."""
    if lost.low > 0 and lost.estimate > ERROR:
        return "error"
    return "warning" if lost.low > 0 and lost.estimate > WARNING else None


CHECK = Check(
    code="RZ013",
    trap="S2",
    title="the model reads the border",
    family="shortcut",
    action="crop or mask border and corners, or draw them from other images while training, and "
    "train anew",
    not_shown="a loss shows that the part is used, not that it is a marker: anatomy that reaches "
    "the border counts, too; a shortcut elsewhere is not seen",
    references=(
        Reference(
            source="Maguolo G, Nanni L. 2020",
            finding="networks told chest radiographs of different sources apart nearly as well "
            "with the lungs blacked out",
        ),
        Reference(
            source="DeGrave AJ et al. Nature Machine Intelligence 2021;3:610-619",
            finding="networks for COVID-19 used laterality markers and the edges of images",
        ),
    ),
    needs=frozenset({"network", "questions"}),
    examine=examine,
    expected_s=lambda subject: asking_s(subject, 10 * MOST_ASKED),
)
