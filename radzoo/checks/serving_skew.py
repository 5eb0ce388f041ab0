"""RZ053: the network is fed other numbers when it serves than when it learnt."""

from typing import Final

import numpy as np

from radzoo.checks.asking import asked_rows
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Reference, Value

ASKED: Final = 8
TOLERATED: Final = 1e-4


def examine(subject: Subject) -> Outcome:
    """Compare what training and `predict` make of the same files, number by number."""
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    if network.fed is None:
        return Silent("cannot judge", "what the network is fed cannot be looked at")
    rows = asked_rows(subject, "train", "val", "test", most=ASKED)
    if not len(rows):
        return Silent("cannot judge", "no image of the run's splits could be read")
    learnt, served = network.fed(rows, "training"), network.fed(rows, "serving")
    if len(served) < len(rows):
        message = (
            f"{len(rows) - len(served)} of {len(rows)} images were read for training and cannot be "
            "read now"
        )
        return [Verdict("error", message, Evidence(n=len(rows)), claim="model")]
    if learnt.shape != served.shape:
        message = (
            f"training feeds images of {learnt.shape[-2]} x {learnt.shape[-1]} and serving of "
            f"{served.shape[-2]} x {served.shape[-1]} pixels"
        )
        return [Verdict("error", message, Evidence(n=len(rows)), claim="model")]
    off = np.abs(learnt - served).reshape(len(rows), -1).max(axis=1)
    shown: list[dict[str, Value]] = [
        {"case": at + 1, "largest_difference": float(value)} for at, value in enumerate(off)
    ]
    differs = ~(off <= TOLERATED)  # what is no number differs, too
    worst = float(off.max())
    evidence = Evidence(
        n=len(rows), measure="largest difference of what is fed", estimate=worst, rows=shown
    )
    if differs.any():
        message = (
            f"{int(differs.sum())} of {len(rows)} images are fed differently when the "
            f"model serves than when it learnt (by up to {worst:.2g} standard deviations)"
        )
        guilty = tuple(rows[differs].tolist())
        return [Verdict("error", message, evidence, claim="model", rows=guilty)]
    message = f"training and serving feed the same numbers (largest difference {worst:.1g})"
    return [Verdict(None, message, evidence, claim="model")]


CHECK = Check(
    code="RZ053",
    trap="I3",
    title="training and serving see different images",
    family="pixels",
    action="decode with the settings of the run (window, size, fit), and empty the cache of "
    "prepared images if files were replaced: radzoo cache prune",
    not_shown="only a few files were compared, and only radzoo's own two ways of reading them",
    references=(
        Reference(
            source="MONAI Deploy App SDK, issue 282",
            finding="an application served MONOCHROME1 images without inverting them",
        ),
    ),
    needs=frozenset({"network"}),
    examine=examine,
)
