"""RZ022, RZ023, RZ031, RZ042, RZ062, RZ070, RZ071 and RZ072 on subjects made by hand."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited

from radzoo.checks import CHECKS
from radzoo.checks.check import Silent
from radzoo.checks.subject import Trained

SPLITS = ["train"] * 100 + ["val"] * 100 + ["test"] * 100


def look(code, subject):
    return CHECKS[code].examine(subject)


def split_up(*positives):
    """A hundred cases in each split, so many of them positive."""
    answers = [float(at < n) for n in positives for at in range(100)]
    return audited(answers, splits=SPLITS)


def judged(positive, scores, **known):
    """Cases of test with scores."""
    subject = audited(positive, splits=["test"] * len(positive), **known)
    trained = Trained("run", np.asarray(scores, float)[:, None], settings={"recipe": {}})
    return replace(subject, model=trained)


def calibrated(n=2000, stretch=1.0, shift=0.0):
    chance = np.random.default_rng(0)
    logits = chance.normal(0, 1.5, n)
    positive = (chance.random(n) < 1 / (1 + np.exp(-logits))).astype(float)
    return positive, 1 / (1 + np.exp(-(stretch * logits + shift)))


@pytest.mark.parametrize(
    ("positives", "severity"),
    [((40, 40, 40), None), ((40, 40, 55), None), ((60, 60, 20), "warning"), ((2, 2, 1), None)],
)
def test_prevalences_of_splits(positives, severity):
    (verdict,) = look("RZ022", split_up(*positives))
    assert verdict.severity == severity


def test_the_ratio_of_prevalences_by_hand():
    (verdict,) = look("RZ022", split_up(60, 60, 20))
    assert verdict.evidence.estimate == pytest.approx(0.605 / 0.205)
    assert isinstance(look("RZ022", audited([0, 1] * 30)), Silent)


@pytest.mark.parametrize(
    ("positives", "severity"), [(9, "error"), (10, "warning"), (49, "warning"), (200, None)]
)
def test_too_few_positives(positives, severity):
    (verdict,) = look("RZ031", audited([1] * positives + [0] * 1000))
    assert verdict.severity == severity
    assert f"{positives} positive" in verdict.message


@pytest.mark.parametrize(
    ("sites", "severity"), [(("a", "a"), "info"), (("a", "b"), None), (("a", ""), "info")]
)
def test_a_test_set_from_elsewhere(sites, severity):
    words = [sites[0]] * 200 + [sites[1]] * 100
    (verdict,) = look("RZ042", audited([0, 1] * 150, splits=SPLITS, columns={"site": words}))
    assert verdict.severity == severity


def test_where_nothing_says_from_where():
    assert look("RZ042", audited([0, 1] * 150, splits=SPLITS)).kind == "cannot judge"


@pytest.mark.parametrize(
    ("wrong", "severity"),
    [({}, None), ({"stretch": 2.0}, "warning"), ({"shift": -2.0}, "error")],
)
def test_calibration(wrong, severity):
    (verdict,) = look("RZ062", judged(*calibrated(**wrong)))
    assert verdict.severity == severity


@pytest.mark.parametrize(("shift", "severity"), [(0.0, None), (1.0, "warning")])
def test_calibration_after_balanced_sampling(shift, severity):
    subject = judged(*calibrated(shift=shift))
    assert isinstance(look("RZ023", subject), Silent)
    trained = replace(subject.model, settings={"recipe": {"sampling": "balanced"}})
    (verdict,) = look("RZ023", replace(subject, model=trained))
    assert verdict.severity == severity
    assert ("too high" in verdict.message) == (severity is not None)


@pytest.mark.parametrize(("noise", "severity"), [(0.0, None), (4.0, "error")])
def test_a_group_that_is_worse_off(noise, severity):
    positive, scores = calibrated()
    sexes = np.where(np.arange(len(positive)) % 2, "F", "M")
    worse = np.random.default_rng(1).normal(0, noise, len(scores)) * (sexes == "F")
    subject = judged(positive, scores + worse, columns={"sex": sexes})
    (verdict,) = look("RZ070", subject)
    assert verdict.severity == severity
    assert severity is None or verdict.evidence.facts["group"] == "F"


def test_images_of_one_patient_are_one():
    positive, scores = calibrated(100)
    subject = judged(positive.repeat(3), scores.repeat(3), patients=np.arange(100).repeat(3))
    subject = replace(subject, cases=tuple(replace(one, patient_id="p") for one in subject.cases))
    (verdict,) = look("RZ071", subject)
    assert verdict.severity == "info"
    # Three copies of everything: the variance between patients is three times that of images.
    assert verdict.evidence.estimate == pytest.approx(3, rel=0.05)
    assert look("RZ071", audited([0, 1])).kind == "cannot judge"


def test_what_a_run_did_not_write_down():
    whole = {"versions": {"radzoo": "1"}, "seed": 0, "inputs": [1], "outputs": {"a": "b"},
             "split_id": "x", "hardware": {"cpu": 1}}  # fmt: skip
    subject = judged(*calibrated(50))
    for missing, severity in (("", None), ("seed", "warning")):
        inputs = {name: value for name, value in whole.items() if name != missing}
        (verdict,) = look("RZ072", replace(subject, model=replace(subject.model, inputs=inputs)))
        assert verdict.severity == severity
