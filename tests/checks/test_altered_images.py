"""RZ051: networks that bear a change of grey values, and one that does not."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited
from networks import asked

from radzoo.checks import CHECKS
from radzoo.checks.altered_images import HARMLESS, WRONG
from radzoo.checks.subject import Trained

look = CHECKS["RZ051"].examine
SIDE = 50


def greys(tell, *, n=200, ill=120, well=100, split="test"):
    """Grey images, brighter where the answer is yes."""
    chance = np.random.default_rng(0)
    positive = np.arange(n) % 2 * 1.0
    level = np.where(positive == 1, ill, well) + chance.integers(-6, 7, n)
    images = np.ones((n, SIDE, SIDE)) * level[:, None, None]
    images[:, :, 0] = 0
    subject = audited(positive, splits=[split] * n)
    network = asked(tell, n, images=images.astype(np.uint8))
    return replace(subject, model=Trained("run", np.zeros((n, 1)), network=network))


def brightness(pixels):
    return pixels[:, :, 10].mean(axis=1) / 255


def row_of(verdict, change):
    (row,) = [row for row in verdict.evidence.rows if row["change"] == change]
    return row


def test_a_score_that_keeps_its_order():
    (verdict,) = look(greys(brightness))
    assert verdict.severity is None
    assert all(row_of(verdict, name)["auroc_lost"] == 0 for name in HARMLESS)
    # Inverted, the darker are the ill: a perfect score is turned round.
    assert verdict.evidence.facts["inverted"] == 1
    assert row_of(verdict, "inverted (MONOCHROME1 not undone)")["auroc_lost"] == 1
    # White everywhere: all scores are equal.
    assert row_of(verdict, "255 times as bright (scaled twice)")["auroc_lost"] == 0.5
    assert {row["change"] for row in verdict.evidence.rows} == {*HARMLESS, *WRONG}
    assert row_of(verdict, "shifted by 2 %")["mean_change"] == 0
    # About 110 of 255, a tenth less.
    assert row_of(verdict, "10 % darker")["mean_change"] == pytest.approx(11 / 255, rel=0.03)


def test_a_score_of_one_grey_value_alone():
    (verdict,) = look(greys(lambda pixels: -np.abs(brightness(pixels) - 120 / 255)))
    assert verdict.severity == "error"
    # 10 % brighter: the ill are at 132, the well at 110 and nearer to 120.
    assert verdict.evidence.facts["change"] == "10 % brighter"
    assert verdict.evidence.estimate > 0.15
    assert "10 % brighter cost" in verdict.message


def test_a_score_of_one_column_of_pixels():
    def edge(pixels):
        return pixels[:, :, 1].mean(axis=1)

    (verdict,) = look(greys(edge))
    # Moved by one pixel of fifty the black column takes its place.
    assert verdict.evidence.facts["change"] == "shifted by 2 %"
    assert (verdict.severity, verdict.evidence.estimate) == ("error", 0.5)


def test_a_cost_that_may_be_none_is_no_finding():
    # Nearly no difference between the answers, and a score that hangs on the last digit.
    (verdict,) = look(greys(lambda pixels: (brightness(pixels) * 255) % 7, ill=101, n=60))
    assert verdict.evidence.estimate > 0.05
    assert verdict.evidence.low < 0
    assert verdict.severity is None


def test_changes_are_what_they_say():
    images = np.arange(8.0).reshape(1, 2, 4)
    every = {**HARMLESS, **WRONG}
    assert every["left and right exchanged"](images, 255)[0, 0].tolist() == [3, 2, 1, 0]
    assert every["upside down"](images, 255)[0, :, 0].tolist() == [4, 0]
    assert every["inverted (MONOCHROME1 not undone)"](images, 255)[0, 0, 1] == 254
    assert every["gamma 0.9"](np.array([255.0, 0, 127.5]), 255).tolist() == pytest.approx(
        [255, 0, 255 * 0.5**0.9]
    )


def test_nothing_is_judged_without_ten_of_each():
    assert look(greys(brightness, n=18)).kind == "cannot judge"
    assert look(greys(brightness, split="train")).kind == "cannot judge"
