"""RZ020: a kind of positive case that is missed, told by features."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited
from networks import asked

from radzoo.checks import CHECKS
from radzoo.checks.hidden_strata import design_effect, strata_of, threshold_of, without_score
from radzoo.checks.subject import Trained
from radzoo.core.thresholds import FrozenThreshold, ThresholdsFile

look = CHECKS["RZ020"].examine
FROZEN = FrozenThreshold(
    label="disease", threshold=0.5, rule="youden", n=100, n_positive=50, predictions_sha256="x"
)


def two_kinds(of_first, of_second, sizes=(100, 50), copies=1, **more):
    """Positive cases of two kinds that features part; such shares of each are found.

    The first feature is the log odds of the score, the second tells the kind.

    Args:
        sizes: cases of each kind; as many negative ones beside them.
        copies: images of each patient, all alike.
    """
    chance = np.random.default_rng(0)
    shares = zip(sizes, (of_first, of_second), strict=True)
    found = np.concatenate([np.arange(n) < round(share * n) for n, share in shares])
    kind, n = np.repeat([0, 1], sizes), sum(sizes)
    odds = np.append(np.where(found, 2, -2), np.full(n, -3)) + chance.uniform(-1, 1, 2 * n)
    features = np.stack([odds, chance.normal(0, 0.3, 2 * n)], axis=1)
    features[:n, 1] += 8 * kind
    scores = (1 / (1 + np.exp(-odds))).repeat(copies)
    features, n = features.repeat(copies, axis=0), len(scores)
    subject = audited(np.repeat([1.0, 0.0], n // 2), splits=["test"] * n,
                      patients=np.arange(n) // copies)  # fmt: skip
    network = asked(lambda pixels: pixels, n, images=features,
                    features=more.get("features", lambda rows, images: images))  # fmt: skip
    return replace(subject, model=Trained(
        "run", scores[:, None], network=network, thresholds=ThresholdsFile(thresholds=[FROZEN])
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "severity"),
    [((0.9, 0.4), "warning"), ((0.9, 0.9), None), ((0.9, 0.78), None), ((0.4, 0.9), "warning")],
)
def test_a_kind_that_is_missed(shares, severity):
    (verdict,) = look(two_kinds(*shares))
    assert verdict.severity == severity
    assert sorted(row["n"] for row in verdict.evidence.rows) == [50, 100]
    assert [row["kind"] for row in verdict.evidence.rows] == [1, 2]
    assert verdict.evidence.estimate == pytest.approx(min(shares))
    overall = (100 * shares[0] + 50 * shares[1]) / 150
    assert verdict.evidence.facts["overall"] == pytest.approx(overall)
    missed = 30 if shares == (0.9, 0.4) else 60
    assert len(verdict.rows) == (missed if severity else 0)


def test_a_kind_of_fewer_than_twenty_is_not_flagged():
    (verdict,) = look(two_kinds(0.9, 0.1, sizes=(100, 18)))
    assert verdict.severity is None


def test_three_images_of_each_patient_say_no_more_than_one():
    (one,), (three,) = (look(two_kinds(0.9, 0.6, copies=copies)) for copies in (1, 3))
    assert three.evidence.facts["design_effect"] == pytest.approx(3, rel=0.05)
    assert three.evidence.p == pytest.approx(one.evidence.p, rel=0.5)


def test_the_design_effect_of_rats():
    """Weil's rats, table 1 of Rao and Scott, as the R package PF gives it."""
    control = [(13, 13), (12, 12), (9, 9), (9, 9), (8, 8), (8, 8), (12, 13), (11, 12), (9, 10),
               (9, 10), (8, 9), (11, 13), (4, 5), (5, 7), (7, 10), (7, 10)]  # fmt: skip
    treated = [(12, 12), (11, 11), (10, 10), (9, 9), (10, 11), (9, 10), (9, 10), (8, 9), (8, 9),
               (4, 5), (7, 9), (4, 7), (5, 10), (3, 6), (3, 10), (0, 7)]  # fmt: skip
    for litters, known in ((control, 1.232495), (treated, 3.952861)):
        survived = np.concatenate([np.arange(n) < y for y, n in litters])
        owners = np.repeat(np.arange(len(litters)), [n for _, n in litters])
        assert design_effect(survived, owners) == pytest.approx(known, abs=1e-6)
    assert design_effect(np.ones(5, bool), np.arange(5)) == 1


def test_the_direction_of_the_score_is_taken_out_and_no_other():
    chance = np.random.default_rng(0)
    odds, kind = chance.normal(size=500), np.repeat([0.0, 1], 250)
    odds -= 2 * kind  # the second kind is missed
    left = without_score(np.stack([3 * odds, 5 * kind], axis=1), 1 / (1 + np.exp(-odds)))
    assert np.abs(left[:, 0] - left[:, 0].mean()) == pytest.approx(2.5)
    assert abs(np.corrcoef(left[:, 0], kind)[0, 1]) == pytest.approx(1)
    assert np.abs(left[:, 1]).max() < 1e-9


@pytest.mark.parametrize(("there", "told"), [(2, 2), (3, 3), (8, 8)])
def test_as_many_kinds_as_lie_apart(there, told):
    chance = np.random.default_rng(0)
    middles = np.repeat(np.eye(there) * 20, 30, axis=0)
    kinds = strata_of(middles + chance.normal(size=middles.shape), 0).reshape(there, 30)
    assert (kinds == kinds[:, :1]).all()
    assert len(np.unique(kinds)) == told


def test_where_the_threshold_is_from():
    subject = two_kinds(0.9, 0.9)
    assert threshold_of(subject, 0) == (0.5, "frozen")
    bare = replace(subject, model=replace(subject.model, thresholds=None))
    assert threshold_of(bare, 0) == (0.5, "0.5")
    checked = replace(bare, splits=np.full(subject.n, "val"))
    value, source = threshold_of(checked, 0)
    other = ThresholdsFile(thresholds=[FROZEN.model_copy(update={"label": "another"})])
    assert threshold_of(replace(bare, model=replace(bare.model, thresholds=other)), 0)[1] == "0.5"
    assert source == "chosen on validation"
    assert 1 / (1 + np.e**2) < value < 1 / (1 + np.e**-3)


def test_where_nothing_can_be_said():
    assert look(two_kinds(0.9, 0.4, sizes=(40, 19))).kind == "cannot judge"
    assert look(two_kinds(0.9, 0.4, features=None)).kind == "not applicable"
