"""One trial of an audit: a phantom set with a planted trap, a model, and what the checks say."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from audit_outcomes import NOT_FOUND
from linear_network import as_network, teach

from radzoo.checks import CHECKS
from radzoo.checks.check import Silent, Verdict
from radzoo.checks.subject import Looks, Question, Subject, Trained
from radzoo.core.case import Case
from radzoo.core.finding import Finding
from radzoo.core.thresholds import FrozenThreshold, ThresholdsFile
from radzoo.demo.planted_traps import PhantomSet
from radzoo.workflows.audit.pictures import fingerprint
from radzoo.workflows.audit.telling import Examined, examine, tell

VAL, TEST = "val-hash", "test-hash"
BAD = ("warning", "error")


@dataclass(frozen=True)
class Deed:
    """What was done to the model, or to how it was judged; all False for an honest one.

    Attributes:
        taught_on: alters the images the model is taught with (a marker put everywhere).
        strength: of its regression; a large one with many axes overfits.
        share: of the training images that it learns from.
    """

    by_batch: bool = False
    threshold_from_test: bool = False
    looks: int = 1
    turned: bool = False
    sharpened: float = 1.0
    shift: float = 0.0
    skewed: bool = False
    nameless: bool = False
    strength: float = 0.03
    axes: int = 60
    share: float = 0.95
    settings: dict[str, Any] = field(default_factory=dict)


HONEST = Deed()


def make_subject(
    data: PhantomSet, seed: int, deed: Deed = HONEST, *, model: bool = True, taught: Any = None
) -> Subject:
    """Turn a phantom set into a subject, with a model that learnt its training split."""
    n = len(data)
    patients = None if deed.nameless else np.unique(data.patients, return_inverse=True)[1]
    cases = tuple(
        Case(str(at), Path("x"), {}, patient_id="" if deed.nameless else str(data.patients[at]))
        for at in range(n)
    )
    return Subject(
        cases=cases,
        questions=(Question("haze", data.positive),),
        reads="labels",
        splits=data.splits,
        patients=patients,
        columns={name: tuple(words.tolist()) for name, words in data.columns.items()},
        pictures=fingerprint(data.images, range(n)),
        model=make_model(data, seed, deed, taught) if model else None,
        seed=seed,
        draws=200,
    )


def make_model(data: PhantomSet, seed: int, deed: Deed, taught: Any = None) -> Trained:
    """Teach a model, and write down what a run would."""
    train = data.splits == "train"
    shown = data.images if taught is None else taught
    linear = teach(
        shown[train], data.positive[train], seed, strength=deed.strength, axes=deed.axes,
        share=deed.share, by_batch=deed.by_batch,
    )  # fmt: skip
    network = as_network(linear, data.images, deed.share)
    scores = linear.scores(data.images, deed.by_batch)
    if deed.turned:
        scores = 1 - scores
    if deed.sharpened != 1.0 or deed.shift:
        logits = np.log(scores / (1 - scores)) * deed.sharpened + deed.shift
        scores = 1 / (1 + np.exp(-logits))
    scores[train] = np.nan
    if deed.skewed:
        network = replace(network, fed=lambda rows, mode: (
            data.images[rows][:, None] * np.float32(1.0 if mode == "training" else 0.98)
        ))  # fmt: skip
    frozen = FrozenThreshold(
        label="haze", threshold=0.5, rule="youden", n=100, n_positive=50,
        predictions_sha256=TEST if deed.threshold_from_test else VAL,
    )  # fmt: skip
    return Trained(
        name="linear", scores=scores, network=network,
        settings={"recipe": {}, **deed.settings},
        thresholds=ThresholdsFile(thresholds=[frozen]),
        inputs={"outputs": {"predictions-val.csv": VAL, "predictions-test.csv": TEST},
                "versions": {"radzoo": "x"}, "seed": 0, "inputs": [1], "split_id": "x",
                "hardware": {"cpu": 1}},
        looks=Looks(deed.looks, "auroc", ()),
    )  # fmt: skip


def audit(subject: Subject, codes: Sequence[str]) -> list[Finding]:
    """Run some checks as an audit does; gives the findings."""
    return tell(look(subject, codes), subject, {}).findings


def look(subject: Subject, codes: Sequence[str]) -> list[Examined]:
    """Let some checks look."""
    return [Examined(CHECKS[code], examine(CHECKS[code], subject), 0.0) for code in codes]


def least_p(subject: Subject, code: str) -> float:
    """Return the least p-value of what one check finds bad.

    0 stands for a bad finding without a test, `NOT_FOUND` for none.
    """
    (examined,) = look(subject, [code])
    if isinstance(examined.outcome, Silent):
        return NOT_FOUND
    found = [one.evidence.p or 0.0 for one in examined.outcome if one.severity in BAD]
    return min(found, default=NOT_FOUND)


def say(outcome: Sequence[Verdict]) -> str:
    """Write verdicts for a look by eye."""
    return "; ".join(f"{one.severity}: {one.message}" for one in outcome)
