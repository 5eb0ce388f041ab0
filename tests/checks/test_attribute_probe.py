"""RZ016: features that tell the sex, where it goes with the answer, and where it does harm."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited
from networks import asked

from radzoo.checks import CHECKS
from radzoo.checks.attribute_probe import attributes_of, odds_ratio
from radzoo.checks.subject import Trained

look = CHECKS["RZ016"].examine
N = 400


def seen(told=3.0, association=0.0, harm=0.0, **more):
    """Test cases of either sex; features tell it, the answer goes with it, women are scored worse.

    Args:
        told: how far features of the sexes lie apart, in standard deviations.
        association: how much likelier women are ill.
        harm: noise added to the scores of women.
    """
    chance = np.random.default_rng(0)
    woman = np.arange(N) % 2
    positive = (chance.random(N) < 0.4 + association * (woman - 0.5)).astype(float)
    features = chance.normal(0, 1, (N, 4))
    features[:, 0] += told * woman
    scores = 2 * positive + chance.normal(0, 1 + harm * woman)
    columns = {"sex": np.where(woman == 1, "F", "M")}
    subject = audited(positive, splits=["test"] * N, columns=more.get("columns", columns))
    network = asked(
        lambda pixels: pixels, N, images=features,
        features=more.get("features", lambda rows, images: images),
    )  # fmt: skip
    return replace(subject, model=Trained("run", scores[:, None], network=network))


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        ({}, "info"),
        ({"told": 0.0}, None),
        ({"told": 0.0, "association": 0.4, "harm": 4.0}, None),
        ({"association": 0.4}, "warning"),
        ({"harm": 4.0}, "error"),
    ],
)
def test_what_it_means_that_features_tell_the_sex(given, severity):
    (verdict,) = look(seen(**given))
    assert verdict.severity == severity
    assert verdict.evidence.facts["attribute"] in ("sex F", "sex M")
    assert (verdict.evidence.low > 0.70) == (severity is not None)
    assert (verdict.evidence.facts["odds_ratio"] > 2) == ("association" in given)


def test_within_each_answer_and_over_all():
    (verdict,) = look(seen())
    assert [row["within"] for row in verdict.evidence.rows] == ["negative", "positive", "all"]
    positive = seen().questions[0].positive
    assert [row["n"] for row in verdict.evidence.rows] == [N - positive.sum(), positive.sum(), N]


def test_an_odds_ratio_by_hand():
    cells = [9, 4, 2, 19]
    positive, attribute = np.repeat([1, 1, 0, 0.0], cells), np.repeat([1, 0, 1, 0.0], cells)
    assert odds_ratio(positive, attribute) == pytest.approx(9.5 * 19.5 / (4.5 * 2.5))
    assert odds_ratio(1 - positive, attribute) == pytest.approx(9.5 * 19.5 / (4.5 * 2.5))


def test_attributes_are_the_commonest_word_or_a_number_above_its_median():
    columns = {"sex": list("FFM"), "scanner": "one"}
    (sex,) = attributes_of(audited([1, 0, 1], columns=columns))
    assert (sex.name, sex.positive.tolist()) == ("sex F", [1, 1, 0])
    mixed = {"scanner": ["1", "2", "3", "b", "b", "b", "b", ""]}
    (scanner,) = attributes_of(audited([1] * 8, columns=mixed))
    assert scanner.name == "scanner b"
    (age,) = attributes_of(audited([1, 0, 1, 0], columns={"age": ["30", "", "70", "40"]}))
    assert age.name == "age above 40"
    assert age.positive[[0, 2, 3]].tolist() == [0, 1, 0]
    assert np.isnan(age.positive[1])


def test_where_nothing_can_be_said():
    assert look(seen(columns={})).kind == "cannot judge"
    assert look(seen(columns={"sex": "F"})).kind == "cannot judge"
    assert look(seen(features=None)).kind == "not applicable"
    few = ["M"] * (N - 5) + ["F"] * 5
    assert look(seen(columns={"sex": few})).kind == "cannot judge"
