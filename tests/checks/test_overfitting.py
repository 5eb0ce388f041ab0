"""RZ030: training is ahead of validation."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited
from networks import asked

from radzoo.checks import CHECKS
from radzoo.checks.asking import gap_of
from radzoo.checks.subject import Trained
from radzoo.core.finding import Evidence

look = CHECKS["RZ030"].examine
SPLITS = ["train"] * 400 + ["val"] * 400


def learnt(of_train, of_val, *, splits=SPLITS, labels=1, history=None):
    """Scores that tell the answers of either split so many standard deviations apart."""
    chance = np.random.default_rng(0)
    positive = np.arange(800) % 2 * 1.0
    scores = chance.normal(size=800) + positive * np.repeat([of_train, of_val], 400)
    subject = audited({str(at): positive for at in range(labels)}, splits=splits)
    network = asked(lambda pixels: np.repeat(pixels, labels, axis=1), 800, images=scores[:, None])
    stored = np.where(np.arange(800) < 400, np.nan, scores)[:, None].repeat(labels, 1)
    return replace(subject, model=Trained("run", stored, network=network, history=history or {}))


@pytest.mark.parametrize(
    ("of_train", "of_val", "severity"),
    [(2, 2, None), (1, 2, None), (2.5, 1.4, "warning"), (9, 0.5, "error")],
)
def test_how_far_training_is_ahead(of_train, of_val, severity):
    (verdict,) = look(learnt(of_train, of_val))
    assert verdict.severity == severity
    ahead, behind = verdict.evidence.rows
    assert (verdict.evidence.n, ahead["n"], behind["n"]) == (800, 400, 400)
    assert verdict.evidence.estimate == pytest.approx(ahead["auroc"] - behind["auroc"])
    assert (verdict.evidence.low > 0.05) == (severity is not None)
    assert (verdict.evidence.low > 0.15) == (severity == "error")


def test_a_gap_by_hand():
    one = Evidence(n=1, estimate=0.95, low=0.91, high=0.98)
    other = Evidence(n=1, estimate=0.80, low=0.74, high=0.85)
    # Zou and Donner: the lower bound from the lower of one and the upper of the other.
    gap = gap_of(one, other)
    assert gap.estimate == pytest.approx(0.15)
    assert gap.low == pytest.approx(0.15 - (0.04**2 + 0.05**2) ** 0.5)
    assert gap.high == pytest.approx(0.15 + (0.03**2 + 0.06**2) ** 0.5)
    # Among 14 labels 2.913 standard errors instead of 1.960.
    assert gap_of(one, other, 14).low == pytest.approx(
        0.15 - 2.9137 / 1.9600 * (0.04**2 + 0.05**2) ** 0.5, abs=1e-4
    )


def test_many_labels_need_surer_gaps():
    (one,) = look(learnt(2.5, 1.5))
    found = look(learnt(2.5, 1.5, labels=14))
    assert all(each.evidence.low < one.evidence.low for each in found)
    assert all(each.evidence.estimate == one.evidence.estimate for each in found)


def test_the_loss_that_rose_again_is_told():
    (verdict,) = look(learnt(2, 2, history={"val_loss": np.array([0.7, np.nan, 0.5, 0.6])}))
    assert verdict.evidence.facts == {"lowest_val_loss": 0.5, "last_val_loss": 0.6}


def test_without_a_split_or_with_few_nothing_is_judged():
    no_split = "there is no training or no validation split"
    assert look(learnt(2, 2, splits=["test"] * 400 + ["val"] * 400)).why == no_split
    assert look(learnt(2, 2, splits=["train"] * 400 + ["test"] * 400)).why == no_split
    few = ["train"] * 400 + ["val"] * 18 + ["test"] * 382
    assert look(learnt(2, 2, splits=few)).kind == "cannot judge"
