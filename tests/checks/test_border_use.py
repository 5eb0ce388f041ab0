"""RZ013: networks that look at one place, and images that tell something there or not."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited
from networks import asked

from radzoo.checks import CHECKS
from radzoo.checks.asking import Difference
from radzoo.checks.border_use import chance_of, donors, parts_of, severity_of
from radzoo.checks.subject import Trained
from radzoo.core.finding import Evidence

look = CHECKS["RZ013"].examine
N, SIDE = 200, 24
PARTS = parts_of(SIDE)
CENTRE = ~PARTS["outside the centre"]
INNER = PARTS["outside the centre"] & ~PARTS["border"] & ~PARTS["corners"]


def shown(marked, looks_at, n=N, split="test"):
    """Noise with a finding in the centre, and brighter where `marked`, in positive cases.

    The network's score is the mean of the places it looks at.
    """
    chance = np.random.default_rng(0)
    positive = np.arange(n) % 2 * 1.0
    bright = CENTRE | marked if marked is not None else CENTRE
    images = chance.integers(80, 120, (n, SIDE, SIDE)) + 10 * positive[:, None, None] * bright
    images = images.astype(np.uint8)
    subject = audited(positive, splits=[split] * n)
    network = asked(lambda pixels: pixels[:, looks_at].mean(axis=1) / 255, n, images=images)
    return replace(subject, model=Trained("run", np.zeros((n, 1)), network=network))


@pytest.mark.parametrize(
    ("marked", "looks_at", "severity", "part"),
    [
        ("corners", PARTS["corners"], "error", "corners"),
        ("corners", CENTRE, None, ""),  # the data allow it, this model does not use it
        ("border", PARTS["border"], "error", "border"),
        ("nothing", PARTS["corners"], None, ""),
        ("nothing", np.ones((SIDE, SIDE), bool), None, ""),
    ],
)
def test_a_model_uses_what_it_looks_at(marked, looks_at, severity, part):
    (verdict,) = look(shown(PARTS.get(marked), looks_at))
    assert verdict.severity == severity
    assert verdict.claim == "model"
    assert part in verdict.message
    if severity:
        assert verdict.evidence.facts["part"] == part
        # Bonferroni's for both parts, of the part that is named.
        (row,) = [row for row in verdict.evidence.rows if row["part"] == part]
        assert row["part_alone_low"] > 0.5
        assert verdict.evidence.p < 1e-6


def test_the_loss_by_hand():
    (verdict,) = look(shown(PARTS["corners"], PARTS["corners"]))
    (row,) = [row for row in verdict.evidence.rows if row["part"] == "corners"]
    # Corners of the other answer turn perfect scores round.
    assert (row["auroc"], row["with_same_answer"], row["with_other_answer"]) == (1, 1, 0)
    assert verdict.evidence.estimate == 1


def test_what_lies_outside_the_centre_is_told_and_not_flagged():
    (verdict,) = look(shown(INNER, INNER))
    assert verdict.severity is None
    (row,) = [row for row in verdict.evidence.rows if row["part"] == "outside the centre"]
    assert row["auroc_lost"] == 1


def test_parts_by_hand():
    parts = parts_of(12)
    assert parts["border"].sum() == 12 * 12 - 8 * 8
    assert parts["corners"].sum() == 4 * 3 * 3
    assert parts["outside the centre"].sum() == 12 * 12 - 8 * 8
    assert parts_of(100)["outside the centre"].sum() == 100**2 - 60**2


def test_donors_are_others_of_the_same_answer_or_of_the_other():
    positive = np.array([1, 0, 1, 1, 0, 0.0])
    same, other = (donors(positive, 3, turned=turned) for turned in (False, True))
    assert (positive[same] == positive).all()
    assert (same != np.arange(6)).all()
    assert (positive[other] != positive).all()


def test_too_few_cannot_be_judged():
    assert look(shown(None, CENTRE, n=18)).kind == "cannot judge"
    assert look(shown(None, CENTRE, split="train")).kind == "cannot judge"


@pytest.mark.parametrize(
    ("estimate", "low", "severity"),
    [(0.06, 0.01, "error"), (0.06, -0.01, None), (0.03, 0.01, "warning"), (0.03, -0.01, None),
     (0.02, 0.01, None), (0.05, 0.04, "warning")],
)  # fmt: skip
def test_how_a_loss_is_weighed(estimate, low, severity):
    assert severity_of(Difference(estimate, low, 0.1)) == severity


def test_the_chance_of_what_a_part_tells_by_hand():
    # 0.6 with a standard error of 0.05 is two of them above 0.5.
    alone = Evidence(n=1, estimate=0.6, low=0.6 - 0.05 * 1.96, high=0.6 + 0.05 * 1.96)
    assert chance_of(alone) == pytest.approx(0.0228, abs=1e-3)
    assert chance_of(alone.model_copy(update={"estimate": 0.5})) == pytest.approx(0.5)


def test_scores_that_do_not_move_are_told():
    (verdict,) = look(shown(PARTS["corners"], CENTRE))
    (corners,) = [row for row in verdict.evidence.rows if row["part"] == "corners"]
    assert (corners["auroc_lost"], corners["mean_change"]) == (0, 0)
    assert corners["part_alone"] == 0.5
    assert verdict.evidence.p > 0.05
