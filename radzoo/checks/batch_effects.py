"""RZ061: a score depends on which other cases are in the batch, or is not the network's own."""

from typing import Final

import numpy as np

from radzoo.checks.asking import asked_rows
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Reference, Value
from radzoo.core.plugins import Matrix

ASKED: Final = 64
TOLERATED: Final = 1e-4
STORED_TOLERATED: Final = 1e-3
"""Stored scores may come from another machine, or from half precision."""


def examine(subject: Subject) -> Outcome:
    """Ask about images alone, in batches, in another order, and compare with the stored scores."""
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    rows = asked_rows(subject, "test", most=ASKED)
    if len(rows) < 2:
        return Silent("cannot judge", "the test split has fewer than two images")
    images = network.take(rows)
    alone = network.ask(rows, images, 1, "serving")
    order = np.random.default_rng(subject.seed).permutation(len(rows))
    turned = np.empty_like(alone)
    turned[order] = network.ask(rows[order], images[order], len(rows), "serving")
    ways = {
        "in batches of 8": network.ask(rows, images, 8, "serving"),
        "in one batch": network.ask(rows, images, len(rows), "serving"),
        "in another order": turned,
    }
    off = {way: farthest(alone, said) for way, said in ways.items()}
    learning = farthest(alone, network.ask(rows, images, len(rows), "training"))
    stored = farthest(alone, subject.model.scores[rows])
    shown: list[dict[str, Value]] = [
        {"asked": way, "largest_difference": value} for way, value in off.items()
    ]
    shown += [{"asked": "as while learning", "largest_difference": learning},
              {"asked": "as stored in the run", "largest_difference": stored}]  # fmt: skip
    worst = max(off.values())
    evidence = Evidence(
        n=len(rows), measure="largest difference of a score", estimate=max(worst, stored),
        rows=shown, facts={"while_learning": learning},
    )  # fmt: skip
    if worst > TOLERATED:
        message = (
            f"a score changes by up to {worst:.2g} with the other cases of its batch: the network "
            "still uses statistics of the batch"
        )
        return [Verdict("error", message, evidence, claim="model")]
    if stored > STORED_TOLERATED:
        message = (
            f"the stored scores are up to {stored:.2g} away from what the network says now: they "
            "were made while it was still learning, with other weights, or of other images"
        )
        return [Verdict("error", message, evidence, claim="model")]
    message = f"scores do not depend on the batch (largest difference {worst:.1g}, n {len(rows)})"
    return [Verdict(None, message, evidence, claim="model")]


def farthest(one: Matrix, other: Matrix) -> float:
    """Return the largest difference; 0 where nothing can be compared."""
    off = np.abs(one - other)
    return float(np.nanmax(off)) if np.isfinite(off).any() else 0.0


CHECK = Check(
    code="RZ061",
    trap="B1",
    title="scores depend on the batch",
    family="model",
    action="put the network into evaluation mode before it is asked (network.eval()), and make "
    "the scores anew: radzoo predict RUN --data DATA",
    not_shown="only some images were asked about, on this machine",
    references=(
        Reference(
            source="Ioffe S, Szegedy C. ICML 2015",
            finding="batch normalisation uses the statistics of the batch while it learns, and "
            "running ones afterwards",
        ),
    ),
    needs=frozenset({"network", "questions"}),
    examine=examine,
)
