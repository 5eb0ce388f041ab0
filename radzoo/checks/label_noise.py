"""RZ021: labels are wrong: copies of an image have different ones, or sure cases contradict."""

from typing import Final

import numpy as np

from radzoo.checks.area import LEVEL, count_patients, enough
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.near_duplicates import find_duplicates, reduced
from radzoo.checks.picture_parts import principal
from radzoo.checks.probe import auroc_of_ranks, grouped_folds, rank
from radzoo.checks.subject import Question, Rows, Subject
from radzoo.checks.wording import n_judged, sure_low
from radzoo.checks.wrong_labels import Estimate, estimate_noise
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Matrix, Vector

WARNING, ERROR = 0.05, 0.15
SURELY, SURELY_MANY = 0.05, 0.10
"""The lower bound that a warning and an error need."""
SIDE: Final = 32
AXES: Final = 150
CASES_PER_AXIS: Final = 6
STRENGTH: Final = 0.03
FOLDS: Final = 5
MOST_CASES: Final = 10_000
MOST_LISTED: Final = 25
STRONG: Final = 0.80
"""AUROC of the simple model against the answers as they are below which nothing is judged: wrong
answers, and findings that it cannot see, look the same from there."""
MANY_NEAR: Final = 0.01


def examine(subject: Subject) -> Outcome:
    """Compare the answers of copies, and those of all with what like images have."""
    assert subject.pictures is not None
    found = [one for at in subject.questions if (one := discordant(subject, at)) is not None]
    if any(enough(subject, question.positive) for question in subject.questions):
        rows = some_patients(subject, np.flatnonzero(subject.pictures.read))
        seen = reduced(subject.pictures.images[rows], SIDE).reshape(len(rows), -1)
        inputs = principal(seen, min(AXES, len(rows) // CASES_PER_AXIS))
        for question in subject.questions:
            judged = judge(subject, question, inputs, rows)
            if judged is not None:
                found.append(judged)
    return found or Silent(
        "cannot judge",
        "no answer has ten patients of each kind and is told well enough by a simple model "
        f"(AUROC {STRONG}): wrong answers and findings hard to see look the same to it",
    )


def discordant(subject: Subject, question: Question) -> Verdict | None:
    """Say of one question which copies of an image have another answer; None if none do."""
    assert subject.pictures is not None
    copies = find_duplicates(subject.pictures)
    exact, near = (
        pairs[np.abs(question.positive[pairs[:, 0]] - question.positive[pairs[:, 1]]) > 0]
        for pairs in (copies.exact, copies.near)
    )
    if not len(exact) and not len(near):
        return None
    known = int(question.known.sum())
    many = len(near) >= MANY_NEAR * known
    evidence = Evidence(
        n=known, n_patients=count_patients(subject, np.flatnonzero(question.known)),
        measure="pairs with different answers", estimate=float(len(exact) + len(near)),
        facts={"exact": len(exact), "near": len(near)},
    )  # fmt: skip
    message = (
        f"{len(exact)} exact and {len(near)} altered copies of an image have another answer than "
        "the image: one of the two is wrong"
    )
    rows = np.unique(np.concatenate([exact, near])).tolist()
    return Verdict("error" if len(exact) or many else "warning", message, evidence,
                   question.name, claim="data", rows=tuple(rows))  # fmt: skip


def judge(subject: Subject, question: Question, inputs: Matrix, rows: Rows) -> Verdict | None:
    """Say of one question how many answers seem wrong; None = too few cases, or too hard."""
    known = question.known[rows]
    rows, inputs = rows[known], inputs[known]
    if not enough(subject, question.positive, rows):
        return None
    labels = question.positive[rows]
    scores = margins(subject, question.positive, inputs, rows)
    auroc = auroc_of_ranks(labels, rank(scores))
    if auroc < STRONG:
        return None
    found = estimate_noise(subject, scores, labels, rows)
    suspicion = found.noise.suspicion(scores, labels)
    order = np.argsort(-suspicion, kind="stable")[:MOST_LISTED]
    evidence = Evidence(
        n=len(rows), n_patients=count_patients(subject, rows), measure="share of wrong answers",
        estimate=found.share, low=found.low, high=found.high, level=LEVEL,
        method="patient bootstrap",
        facts={"auroc_of_the_simple_model": auroc,
               "positive_by_mistake": found.noise.positive_by_mistake,
               "negative_by_mistake": found.noise.negative_by_mistake},
        rows=count_matrix(found, scores, labels),
    )  # fmt: skip
    low = sure_low(evidence, n_judged(subject))
    interval = f"{found.share:.0%} ({found.low:.0%} to {found.high:.0%})"
    if found.share <= WARNING or low <= SURELY:
        message = f"no sign of many wrong answers: {interval} of them contradict like images"
        return Verdict(None, message, evidence, question.name, claim="data")
    severity: Severity = "error" if found.share > ERROR and low > SURELY_MANY else "warning"
    message = (
        f"about {interval} of the answers seem wrong: a simple model that is sure of the opposite "
        "errs that often"
    )
    return Verdict(severity, message, evidence, question.name, claim="data",
                   rows=tuple(rows[order].tolist()))  # fmt: skip


def some_patients(subject: Subject, rows: Rows) -> Rows:
    """Return these cases, or of a random part of the patients, so that shares stay as they are."""
    owners, place, sizes = np.unique(subject.owners[rows], return_inverse=True, return_counts=True)
    order = np.random.default_rng(subject.seed).permutation(len(owners))
    taken = np.zeros(len(owners), dtype=bool)
    taken[order[np.cumsum(sizes[order]) <= MOST_CASES]] = True
    return np.asarray(rows[taken[place]])


def margins(subject: Subject, positive: Vector, inputs: Matrix, rows: Rows) -> Vector:
    """Return log odds `(n,)` of each row by linear models that saw none of its patient."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    labels, folds = positive[rows], grouped_folds(subject, positive, rows)
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        taught = folds != fold
        model = make_pipeline(
            StandardScaler(), LogisticRegression(C=STRENGTH, solver="newton-cholesky")
        )
        if taught.all() or len(np.unique(labels[taught])) < 2:
            continue
        scores[~taught] = model.fit(inputs[taught], labels[taught]).decision_function(
            inputs[~taught]
        )
    return scores


def count_matrix(found: Estimate, scores: Vector, labels: Vector) -> list[dict[str, Value]]:
    """Return how many answers of each kind are probably right and wrong."""
    wrong = found.noise.suspicion(scores, labels)
    return [
        {"answer": name, "cases": int((labels == answer).sum()),
         "probably_wrong": round(float(wrong[labels == answer].sum()), 1)}
        for name, answer in (("positive", 1.0), ("negative", 0.0))
    ]  # fmt: skip


CHECK = Check(
    code="RZ021",
    trap="N1",
    title="wrong labels",
    family="data",
    action="have the cases that are named read again, most suspicious first (radzoo audit --json "
    "names 25), before anything is taught",
    not_shown="images that are odd, not wrong, are suspected, too, and errors that follow the look "
    "of an image are not seen; the share is that of contradictions a simple model can see",
    references=(
        Reference(
            source="Oakden-Rayner L. Academic Radiology 2020;27:106-112",
            finding="in ChestX-ray14 positive predictive values of the labels were 10 to 30 % "
            "lower than documented",
        ),
        Reference(
            source="Northcutt CG, Jiang L, Chuang IL. JAIR 2021;70:1373-1411",
            finding="counts of confident contradictions out of fold estimate how many labels are "
            "wrong",
        ),
    ),
    needs=frozenset({"pictures", "questions"}),
    examine=examine,
)
