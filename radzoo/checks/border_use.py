"""RZ013: the model reads border or corners of the image."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.area import LEVEL, count_patients, enough
from radzoo.checks.asking import (
    AT_ONCE,
    MOST_ASKED,
    Difference,
    area_difference,
    asked_rows,
    asking_s,
)
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Network, Rows, Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Matrix

BORDER: Final = 0.04
CORNER: Final = 1 / 6
CENTRE: Final = 0.6
WARNING, ERROR = 0.02, 0.05
MOVED: Final = 0.05
FLAGGED: Final = ("border", "corners")
"""Parts where no disease is shown; what lies outside the centre shows anatomy, too."""


def examine(subject: Subject) -> Outcome:
    """Give every image the border, or corners, of another one, and see what becomes of its score.

    Where the border of a stranger costs AUROC, the model knew something from it.
    """
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    rows = asked_rows(subject, "val", "test")
    if not any(enough(subject, one.positive, rows) for one in subject.questions):
        return Silent("cannot judge", "validation and test have fewer than 10 patients of a class")
    images = network.take(rows)
    size = images.shape[-1]
    before = network.ask(rows, images, AT_ONCE, "serving")
    told = {
        part: exchanged(network, rows, images, mask, subject.seed)
        for part, mask in parts_of(size).items()
    }
    return [
        judge(subject, rows, at, before, told)
        for at, one in enumerate(subject.questions)
        if enough(subject, one.positive, rows)
    ]


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


def exchanged(
    network: Network, rows: Rows, images: NDArray[Any], mask: NDArray[np.bool_], seed: int
) -> Matrix:
    """Return scores of the images with this part taken from another image each."""
    chance = np.random.default_rng(seed)
    # A ring through a random order: nobody gets its own.
    order = chance.permutation(len(rows))
    donor = np.empty(len(rows), dtype=np.intp)
    donor[order] = np.roll(order, 1)
    altered = np.where(mask, images[donor], images)
    return network.ask(rows, altered, AT_ONCE, "serving")


def judge(
    subject: Subject, rows: Rows, at: int, before: Matrix, told: dict[str, Matrix]
) -> Verdict:
    """Say of one question whether the model uses a part."""
    question = subject.questions[at]
    known = question.known[rows] & ~np.isnan(before[:, at])
    rows, positive = rows[known], question.positive[rows[known]]
    shown: list[dict[str, Value]] = []
    found: list[tuple[float, str, Difference, float]] = []
    for part, after in told.items():
        lost = area_difference(subject, rows, positive, before[known, at], after[known, at])
        moved = float(np.abs(after[known, at] - before[known, at]).mean())
        shown.append({"part": part, "auroc_lost": lost.estimate, "low": lost.low,
                      "high": lost.high, "mean_change": moved})  # fmt: skip
        if part in FLAGGED:
            found.append((lost.estimate, part, lost, moved))
    _, part, lost, moved = max(found, key=lambda one: one[0])
    evidence = Evidence(
        n=len(rows), n_patients=count_patients(subject, rows), measure="AUROC lost",
        estimate=lost.estimate, low=lost.low, high=lost.high, level=LEVEL, method="percentile",
        facts={"part": part, "mean_change_of_score": moved}, rows=shown,
    )  # fmt: skip
    severity = severity_of(lost, max(one[3] for one in found))
    if severity is None:
        message = (
            f"this model does not live on border or corners: with those of another image its AUROC "
            f"changes by {-lost.estimate:+.3f} ({-lost.high:+.3f} to {-lost.low:+.3f})"
        )
    else:
        message = (
            f"this model uses the {part}: with that of another image it loses {lost.estimate:.3f} "
            f"AUROC ({lost.low:.3f} to {lost.high:.3f}), and its scores move by {moved:.2f}"
        )
    return Verdict(severity, message, evidence, label=question.name, claim="model")


def severity_of(lost: Difference, moved: float) -> Severity | None:
    """Weigh a loss of AUROC whose interval excludes none, or scores that move."""
    if lost.low > 0 and lost.estimate > ERROR:
        return "error"
    if (lost.low > 0 and lost.estimate > WARNING) or moved > MOVED:
        return "warning"
    return None


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
    expected_s=lambda subject: asking_s(subject, 4 * MOST_ASKED),
)
