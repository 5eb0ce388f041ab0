"""RZ051: what the model says of images that were altered, harmlessly or by a wrong reader."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.area import LEVEL, count_patients, enough
from radzoo.checks.asking import AT_ONCE, Difference, area_difference, asked_rows, asking_s
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Rows, Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Matrix

ASKED: Final = 500
WARNING, ERROR = 0.05, 0.15
Pixels = NDArray[Any]
HARMLESS: Final[dict[str, Callable[[Pixels, int], Pixels]]] = {
    "10 % darker": lambda images, highest: images * 0.9,
    "10 % brighter": lambda images, highest: images * 1.1,
    "gamma 0.9": lambda images, highest: highest * (images / highest) ** 0.9,
    "shifted by 2 %": lambda images, highest: np.roll(
        images, max(1, round(0.02 * images.shape[-1])), axis=-1
    ),
}
WRONG: Final[dict[str, Callable[[Pixels, int], Pixels]]] = {
    "inverted (MONOCHROME1 not undone)": lambda images, highest: highest - images,
    "half the window": lambda images, highest: images * 2,
    "twice the window": lambda images, highest: images * 0.5,
    "255 times as bright (scaled twice)": lambda images, highest: images * 255,
    "left and right exchanged": lambda images, highest: images[..., ::-1],
    "upside down": lambda images, highest: images[..., ::-1, :],
}


def examine(subject: Subject) -> Outcome:
    """Ask about test images that were altered, and see how AUROC and scores change.

    A harmless change that costs AUROC is found; what a wrong reader would cost is told.
    """
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    rows = asked_rows(subject, "val", "test", most=ASKED)
    judged = [at for at, one in enumerate(subject.questions) if enough(subject, one.positive, rows)]
    if not judged:
        return Silent("cannot judge", "validation and test have fewer than 10 patients of a class")
    images = network.take(rows)
    before = network.ask(rows, images, AT_ONCE, "serving")
    kind = images.dtype
    told: dict[str, Matrix] = {}
    for name, alter in {**HARMLESS, **WRONG}.items():
        altered = np.clip(np.rint(alter(images.astype(np.float32), network.highest)), 0,
                          network.highest).astype(kind)  # fmt: skip
        told[name] = network.ask(rows, altered, AT_ONCE, "serving")
    tests = len(judged) * len(HARMLESS)
    return [judge(subject, rows, at, before, told, tests) for at in judged]


def judge(
    subject: Subject, rows: Rows, at: int, before: Matrix, told: dict[str, Matrix], tests: int
) -> Verdict:
    """Say of one question what the changes cost, among so many that are looked at."""
    question = subject.questions[at]
    known = question.known[rows] & ~np.isnan(before[:, at])
    rows, positive = rows[known], question.positive[rows[known]]
    costs: dict[str, Difference] = {}
    shown: list[dict[str, Value]] = []
    for name, after in told.items():
        costs[name] = area_difference(
            subject, rows, positive, before[known, at], after[known, at], tests
        )
        moved = float(np.abs(after[known, at] - before[known, at]).mean())
        shown.append({"change": name, "harmless": "yes" if name in HARMLESS else "no",
                      "auroc_lost": costs[name].estimate, "low": costs[name].low,
                      "high": costs[name].high, "mean_change": moved})  # fmt: skip
    worst = max(HARMLESS, key=lambda name: costs[name].estimate)
    cost = costs[worst]
    severity: Severity | None = None
    if cost.low > 0 and cost.estimate > WARNING:
        severity = "error" if cost.estimate > ERROR else "warning"
    inverted = costs["inverted (MONOCHROME1 not undone)"].estimate
    message = (
        f"images {worst} cost {cost.estimate:.3f} AUROC ({cost.low:.3f} to {cost.high:.3f}); "
        f"an inverted image, which raises no error, costs {inverted:.3f}"
    )
    evidence = Evidence(
        n=len(rows), n_patients=count_patients(subject, rows), measure="AUROC lost",
        estimate=cost.estimate, low=cost.low, high=cost.high, level=LEVEL, method="percentile",
        facts={"change": worst, "inverted": inverted}, rows=shown,
    )  # fmt: skip
    return Verdict(severity, message, evidence, label=question.name, claim="model")


CHECK = Check(
    code="RZ051",
    trap="I1",
    title="small changes of grey values or place change the answer",
    family="pixels",
    action="augment contrast and shifts while training, and refuse images whose grey values are "
    "unlike those of training",
    not_shown="images of a real scanner differ in more ways than these",
    references=(
        Reference(
            source="MONAI Deploy App SDK, issue 282",
            finding="an application served MONOCHROME1 images without inverting them",
        ),
    ),
    needs=frozenset({"network", "questions"}),
    examine=examine,
    expected_s=lambda subject: asking_s(subject, ASKED * (1 + len(HARMLESS) + len(WRONG))),
)
