"""RZ020: a kind of case inside one class that the model misses."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from radzoo.checks.area import count_patients
from radzoo.checks.asking import asked_rows
from radzoo.checks.check import SURE, Check, Outcome, Silent, Verdict
from radzoo.checks.seeds import best_threshold
from radzoo.checks.subject import Rows, Subject
from radzoo.core.finding import Evidence, Reference, Value
from radzoo.core.plugins import Matrix
from radzoo.metrics.comparisons.multiplicity import adjust

MOST_STRATA: Final = 8
FEWEST: Final = 20
FEWEST_POSITIVE: Final = 60
LOWER_BY: Final = 0.15
AXES: Final = 10
DIRECTIONS: Final = 20
NEARLY: Final = 1e-6


def examine(subject: Subject) -> Outcome:
    """Sort the positive cases of test into kinds by what the network sees, and compare them.

    The direction in which features follow the score is taken out first: else the kind that is
    missed would be found by its being missed.
    """
    assert subject.model is not None
    network = subject.model.network
    assert network is not None
    if network.features is None:
        return Silent("not applicable", "the network has no one row of features")
    rows = asked_rows(subject, "test", most=4000)
    found = []
    seen: Matrix | None = None
    for at, question in enumerate(subject.questions):
        scores = subject.model.scores[:, at]
        inside = rows[(question.positive[rows] == 1) & ~np.isnan(scores[rows])]
        if len(inside) < FEWEST_POSITIVE:
            continue
        if seen is None:
            seen = network.features(rows, network.take(rows))
        features = without_score(seen[np.searchsorted(rows, inside)], scores[inside])
        strata = strata_of(features, subject.seed)
        found.append(judge(subject, at, inside, strata))
    return found or Silent(
        "cannot judge", f"the test split has fewer than {FEWEST_POSITIVE} positive cases"
    )


def without_score(features: Matrix, scores: NDArray[np.float64]) -> Matrix:
    """Return the main axes of features `(n, k)`, without the direction that the score follows.

    That is the slope of the log odds in the features, not how features differ by score: a kind
    that is missed lies lower on the one, and taking the other away would part it by the score.
    """
    seen = main_axes(features - features.mean(axis=0), DIRECTIONS)
    odds = np.log(np.clip(scores, NEARLY, 1 - NEARLY) / np.clip(1 - scores, NEARLY, 1 - NEARLY))
    slope, *_ = np.linalg.lstsq(seen, odds - odds.mean(), rcond=None)
    aim = slope / max(float(np.linalg.norm(slope)), NEARLY)
    return main_axes(seen - np.outer(seen @ aim, aim), AXES)


def main_axes(centred: Matrix, most: int) -> Matrix:
    """Return the first coordinates of rows along their principal axes."""
    axes, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    return np.asarray((axes * sizes)[:, :most])


def strata_of(features: Matrix, seed: int) -> NDArray[np.intp]:
    """Return the kind of each case: as many kinds, from 2 to 8, as lie apart best."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    best: tuple[float, Any] = (-np.inf, np.zeros(len(features), dtype=np.intp))
    for count in range(2, MOST_STRATA + 1):
        if len(features) < count * FEWEST:
            break
        kinds = KMeans(count, n_init=3, random_state=seed).fit_predict(features)
        apart = silhouette_score(features, kinds, sample_size=min(1000, len(features)),
                                 random_state=seed)  # fmt: skip
        if apart > best[0]:
            best = (apart, kinds)
    return np.asarray(best[1], dtype=np.intp)


def judge(subject: Subject, at: int, rows: Rows, strata: NDArray[np.intp]) -> Verdict:
    """Say of one question whether a kind of its positive cases is missed more often."""
    from scipy.stats import fisher_exact

    question = subject.questions[at]
    assert subject.model is not None
    scores = subject.model.scores[:, at]
    threshold, source = threshold_of(subject, at)
    caught = scores[rows] >= threshold
    shared = design_effect(caught, subject.owners[rows])
    shown: list[dict[str, Value]] = []
    tests: list[float | None] = []
    for kind in np.unique(strata):
        inside = strata == kind
        table = [[(called & part).sum() for called in (caught, ~caught)]
                 for part in (inside, ~inside)]  # fmt: skip
        alone = np.rint(np.array(table) / shared).astype(int)
        tests.append(float(fisher_exact(alone).pvalue))
        shown.append({"kind": int(kind) + 1, "n": int(inside.sum()),
                      "sensitivity": float(caught[inside].mean())})  # fmt: skip
    adjusted = adjust(tests, "holm")
    overall = float(caught.mean())
    large = [one for one in range(len(shown)) if (inside_of(shown[one], "n")) >= FEWEST]
    worst = min(large, key=lambda one: inside_of(shown[one], "sensitivity"), default=0)
    sensitivity, p = inside_of(shown[worst], "sensitivity"), adjusted[worst]
    missed = bool(large) and p is not None and p < SURE and overall - sensitivity > LOWER_BY
    evidence = Evidence(
        n=len(rows), n_patients=count_patients(subject, rows), measure="sensitivity of the worst",
        estimate=sensitivity, p=p, rows=shown,
        facts={"overall": overall, "threshold": threshold, "threshold_from": source,
               "design_effect": shared},
    )  # fmt: skip
    guilty = rows[(strata == worst) & ~caught]
    message = (
        f"of {inside_of(shown[worst], 'n'):.0f} positive cases of one kind {sensitivity:.0%} are "
        f"found, of all {len(rows)} {overall:.0%} (threshold {threshold:.2g}, {source})"
    )
    return Verdict(
        "warning" if missed else None, message, evidence, label=question.name, claim="model",
        rows=tuple(guilty.tolist()) if missed else (),
    )  # fmt: skip


def design_effect(caught: NDArray[np.bool_], owners: NDArray[np.intp]) -> float:
    """Return how many cases say as much as one would if each were another patient's; at least 1.

    References:
        Rao JNK, Scott AJ. A simple method for the analysis of clustered binary data. Biometrics
        1992;48:577-585. Counts divided by it may be tested as if cases were independent.
    """
    _, place = np.unique(owners, return_inverse=True)
    share = float(caught.mean())
    if not 0 < share < 1:
        return 1.0
    sums = np.bincount(place, caught - share)
    n_owners = len(sums)
    between = n_owners / max(1, n_owners - 1) * float(sums @ sums)
    return max(1.0, between / (len(caught) * share * (1 - share)))


def inside_of(row: dict[str, Value], name: str) -> float:
    """Return a number of a row."""
    return float(row[name] or 0)


def threshold_of(subject: Subject, at: int) -> tuple[float, str]:
    """Return the frozen threshold, or one chosen on validation, and which of them it is."""
    assert subject.model is not None
    question, frozen = subject.questions[at], subject.model.thresholds
    for one in frozen.thresholds if frozen else ():
        if one.label == question.name and one.threshold is not None:
            return one.threshold, "frozen"
    val = subject.rows_of("val")
    if len(val):
        chosen = best_threshold(question.positive[val], subject.model.scores[val, at])
        return chosen, "chosen on validation"
    return 0.5, "0.5"


CHECK = Check(
    code="RZ020",
    trap="H1",
    title="a hidden kind of case that is missed",
    family="subgroup",
    action="look at the cases that are named, give the kind a name, count it, and collect more "
    "of it",
    not_shown="kinds are those that the network's own features tell apart; one that it cannot "
    "see is not found",
    references=(
        Reference(
            source="Oakden-Rayner L et al. ACM CHIL 2020",
            finding="performance in unlabelled subsets of a class fell by more than 20 %",
        ),
    ),
    needs=frozenset({"network", "questions"}),
    slow=True,
    examine=examine,
)
