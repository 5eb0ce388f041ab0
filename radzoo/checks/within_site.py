"""RZ011: the score tells the site, and the site tells the answer."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from radzoo.checks.area import LEVEL, area, count_patients, enough
from radzoo.checks.asking import drawn
from radzoo.checks.check import Check, Outcome, Silent, Verdict
from radzoo.checks.columns import PLACES
from radzoo.checks.probe import auroc_of_ranks, rank
from radzoo.checks.subject import Question, Rows, Subject
from radzoo.core.finding import Evidence, Reference, Severity, Value
from radzoo.core.plugins import Vector

WARNING, ERROR = 0.03, 0.07
MOST_SITES: Final = 50


def examine(subject: Subject) -> Outcome:
    """Compare the AUROC over all test cases with that inside the sites."""
    assert subject.model is not None
    rows = subject.rows_of("test")
    names = [name for name in PLACES if len(set(subject.columns.get(name, ()))) > 1]
    if not names:
        return Silent("cannot judge", "no column says site, scanner or source of the cases")
    found = []
    for at, question in enumerate(subject.questions):
        scores, tests = subject.model.scores[:, at], len(names) * len(subject.questions)
        said = [judge(subject, question, scores, rows, name, tests) for name in names]
        told = [one for one in said if one is not None]
        if told:
            found.append(max(told, key=excess_of))
    return found or Silent("cannot judge", "no site has 10 test patients of each class")


def excess_of(verdict: Verdict) -> float:
    """Return by how much the pooled AUROC is higher."""
    return verdict.evidence.estimate or 0.0


def judge(
    subject: Subject, question: Question, scores: Vector, rows: Rows, name: str, tests: int
) -> Verdict | None:
    """Say of one column of sites, of so many, whether the score lives on knowing them.

    None = too few cases.
    """
    words = np.array(subject.columns[name])
    known = rows[~np.isnan(question.positive[rows]) & ~np.isnan(scores[rows])]
    sites = [one for one in dict.fromkeys(words[known].tolist()) if one][:MOST_SITES]
    inside = [known[words[known] == site] for site in sites]
    judged = [
        (site, one) for site, one in zip(sites, inside, strict=True)
        if enough(subject, question.positive, one)
    ]  # fmt: skip
    if len(sites) < 2 or not judged:
        return None
    # Sites of one class alone are in the pooled area; they are what it may live on.
    kept = known[words[known] != ""]
    place = np.unique(words[kept], return_inverse=True)[1]
    answers, said = question.positive[kept], scores[kept]

    def excess(places: Rows) -> float:
        return pooled_minus_within(answers[places], said[places], place[places])

    off = drawn(subject, kept, excess, tests)
    pooled = auroc_of_ranks(answers, rank(said))
    within = pooled - off.estimate
    evidence = Evidence(
        n=len(kept), n_patients=count_patients(subject, kept), measure="pooled minus within-site",
        estimate=off.estimate, low=off.low, high=off.high, level=LEVEL, method="percentile",
        facts={"column": name, "pooled": pooled, "within": within,
               "matched": matched(answers, said, place)},
        rows=[*rows_of_sites(subject, question, scores, judged)],
    )  # fmt: skip
    severity: Severity | None = None
    if off.low > 0 and off.estimate > WARNING:
        severity = "error" if off.estimate > ERROR else "warning"
    message = (
        f"within {name} AUROC is {within:.2f}, pooled {pooled:.2f} (difference "
        f"{off.estimate:+.3f}, {off.low:+.3f} to {off.high:+.3f}): "
    ) + (
        f"part of the score is knowing the {name}" if severity else "no sign that it lives on that"
    )
    return Verdict(severity, message, evidence, label=question.name, claim="model")


def rows_of_sites(
    subject: Subject, question: Question, scores: Vector, judged: Sequence[tuple[str, Rows]]
) -> list[dict[str, Value]]:
    """Return the AUROC of each site with its interval."""
    shown: list[dict[str, Value]] = []
    for site, rows in judged:
        one = area(subject, question.positive, scores, rows)
        if one is None:
            continue
        n_positive = int(question.positive[rows].sum())
        shown.append(
            {"site": site, "auroc": one.estimate, "low": one.low, "high": one.high, "n": one.n,
             "n_positive": n_positive}
        )  # fmt: skip
    return shown


def pooled_minus_within(positive: Vector, scores: Vector, sites: Rows) -> float:
    """Return AUROC over all pairs minus that over pairs of the same site.

    Args:
        positive: `(n,)`, 1 or 0.
        scores: `(n,)`.
        sites: `(n,)` their numbers.
    """
    pairs = correct = 0.0
    for site in np.unique(sites):
        inside = sites == site
        n_positive = positive[inside].sum()
        here = n_positive * (inside.sum() - n_positive)
        if here:
            pairs += here
            correct += here * auroc_of_ranks(positive[inside], rank(scores[inside]))
    if not pairs:
        return float("nan")
    return auroc_of_ranks(positive, rank(scores)) - float(correct / pairs)


def matched(positive: Vector, scores: Vector, sites: Rows) -> float:
    """Return AUROC if every site had the same prevalence, by weights; sites of one class count not.

    Args:
        positive: `(n,)`, 1 or 0.
        scores: `(n,)`.
        sites: `(n,)` their numbers.
    """
    cells = np.zeros((int(sites.max()) + 1, 2))
    np.add.at(cells, (sites, positive.astype(int)), 1)
    both = cells.min(axis=1) > 0
    kept = both[sites]
    positive, scores, sites = positive[kept], scores[kept], sites[kept]
    weights = cells.sum(axis=1)[sites] / cells[sites, positive.astype(int)]
    values, place = np.unique(scores, return_inverse=True)
    ill = np.bincount(place, weights * positive, len(values))
    well = np.bincount(place, weights * (1 - positive), len(values))
    below = np.cumsum(well) - well / 2
    return float(ill @ below / (ill.sum() * well.sum()))


CHECK = Check(
    code="RZ011",
    trap="S1",
    title="the model knows the site",
    family="shortcut",
    action="report the AUROC within sites, balance classes within every site, and hold a whole "
    "site out: radzoo data split DATA --hold-out site=NAME",
    not_shown="sites may differ in how ill their patients are, which a model may rightly see; "
    "confounding inside a site is not seen",
    references=(
        Reference(
            source="Zech JR et al. PLoS Medicine 2018;15:e1002683",
            finding="sorting by hospital alone reached an AUROC of 0.861; internal 0.931 fell to "
            "external 0.815",
        ),
        Reference(
            source="Badgeley MA et al. npj Digital Medicine 2019;2:31",
            finding="hip fracture AUROC of 0.78 fell to 0.52 when patients and hospital process "
            "were balanced",
        ),
    ),
    needs=frozenset({"scores", "questions"}),
    examine=examine,
)
