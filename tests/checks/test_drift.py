"""RZ044."""

import numpy as np
import pytest
from audited import audited

from radzoo.checks.drift import examine, stability
from radzoo.checks.picture_parts import SIDE


def study(n=600, columns=None, images=None):
    splits = np.resize(["train", "train", "test"], n)
    ill = np.arange(n) // 3 % 2
    return audited(ill, splits=splits, columns=columns, images=images), splits == "test", ill


def test_another_scanner_in_the_test_split_is_found():
    _, test, _ = study()
    chance = np.random.default_rng(0)
    scanners = np.where(chance.random(600) < np.where(test, 0.9, 0.1), "B", "A")
    subject, _, _ = study(columns={"scanner": scanners, "kvp": chance.integers(60, 140, 600)})
    (verdict,) = examine(subject)
    assert verdict.severity == "error"
    assert verdict.evidence.facts["split"] == "test"
    assert verdict.evidence.facts["overall"] == pytest.approx(0.9, abs=0.03)
    assert "most by scanner" in verdict.message


def test_a_shift_inside_one_answer_is_found_though_the_pool_hides_it():
    _, test, ill = study()
    images = np.random.default_rng(0).normal(120, 20, (600, SIDE, SIDE))
    images[test & (ill == 0)] += 2
    images[test & (ill == 1)] -= 2
    subject, _, _ = study(images=images.clip(0, 255).astype(np.uint8))
    (verdict,) = examine(subject)
    assert verdict.severity == "error"
    assert verdict.evidence.facts["among"] in ("cases of disease", "cases of no disease")
    assert verdict.evidence.facts["overall"] < verdict.evidence.estimate


def test_like_splits_pass():
    chance = np.random.default_rng(0)
    images = chance.normal(120, 20, (600, SIDE, SIDE)).clip(0, 255).astype(np.uint8)
    columns = {"scanner": chance.choice(["A", "B"], 600), "age": chance.integers(1, 90, 600)}
    (verdict,) = examine(study(columns=columns, images=images)[0])
    assert verdict.severity is None
    assert {row["measure"] for row in verdict.evidence.rows} == {"auroc", "psi"}


def test_without_splits_not_applicable_and_without_facts_not_judged():
    assert examine(audited([0, 1] * 50)).kind == "not applicable"
    assert examine(study()[0]).kind == "cannot judge"
    few = audited([0, 1] * 50, splits=["train"] * 95 + ["test"] * 5,
                  columns={"scanner": ["A", "B"] * 50})  # fmt: skip
    assert examine(few).kind == "cannot judge"


def test_stability_by_hand():
    assert stability(np.array([10.0, 30]), np.array([10.0, 30])) == 0
    one, other = np.array([39.5, 59.5]), np.array([59.5, 39.5])
    assert stability(one, other) == pytest.approx(2 * 0.2 * np.log(0.6 / 0.4))
