"""RZ040: many models were judged on the same test cases, and the best is reported."""

from typing import Final

import numpy as np

from radzoo.checks.area import area
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.subject import Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value

WARNING, ERROR = 3, 10
DRAWS: Final = 4000
Z: Final = 1.959963984540054


def examine(subject: Subject) -> Outcome:
    """Count the models that the ledger of this test split knows, and what choosing adds."""
    assert subject.model is not None
    looks = subject.model.looks
    if looks is None:
        return Silent("cannot judge", "nobody has counted the looks at this test split")
    test = subject.rows_of("test")
    errors = []
    for at, question in enumerate(subject.questions):
        one = area(subject, question.positive, subject.model.scores[:, at], test)
        if one is not None and one.low is not None and one.high is not None:
            errors.append((one.high - one.low) / (2 * Z))
    optimism = best_of(looks.models, float(np.mean(errors)), subject.seed) if errors else None
    facts: dict[str, Value] = {
        "holm_level": 0.05 / looks.models, "expected_optimism": optimism, "metric": looks.metric,
    }  # fmt: skip
    evidence = Evidence(
        n=len(test), measure="models judged on this test split", estimate=float(looks.models),
        facts=facts, rows=[{"value": value} for value in looks.values],
    )  # fmt: skip
    severity: Severity | None = None
    if looks.models > WARNING:
        severity = "error" if looks.models > ERROR else "warning"
    message = f"{looks.models} models were judged on these test cases"
    if severity and optimism is not None:
        message += (
            f": the best of so many equal ones would look {optimism:.3f} AUROC better than it is"
        )
    return [Verdict(severity, message, evidence, claim="model")]


def best_of(models: int, error: float, seed: int) -> float:
    """Return the mean surplus of the best of equal models whose values err independently.

    Values on the same cases go together, so this is the most that choosing can add.
    """
    chance = np.random.default_rng(seed)
    return float(chance.normal(0, error, (DRAWS, models)).max(axis=1).mean())


CHECK = Check(
    code="RZ040",
    trap="T1",
    title="the test set was used to choose",
    family="testing",
    action="choose on validation, and judge the chosen model once on cases that nobody has "
    "looked at yet",
    not_shown="only looks by radzoo on this machine, or with a shared ledger, are counted; "
    "values on the same cases go together, so the surplus is an upper bound",
    references=(
        Reference(
            source="Varoquaux G, Cheplygina V. npj Digital Medicine 2022;5:48",
            finding="gains in public challenges are often smaller than what chance and choice on "
            "the test set explain",
        ),
        Reference(
            source="Roelofs R et al. NeurIPS 2019",
            finding="in large Kaggle competitions little overfitting to the test set was seen",
        ),
    ),
    needs=frozenset({"scores"}),
    cheap=True,
    examine=examine,
)
