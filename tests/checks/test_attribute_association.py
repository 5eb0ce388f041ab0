"""RZ015."""

import numpy as np
import pytest
from audited import audited

from radzoo.checks.attribute_association import examine

ILL = [1] * 20 + [0] * 10 + [1] * 10 + [0] * 40
VIEW = ["AP"] * 30 + ["PA"] * 50


def test_a_view_that_goes_with_the_answer_is_found():
    (verdict,) = examine(audited(ILL, columns={"view": VIEW, "sex": ["F", "M"] * 40}))
    assert verdict.severity == "warning"
    assert verdict.message == (
        "'disease' is more frequent in cases with view AP: odds ratio 8.0 (2.8 to 22.5)"
    )
    assert {row["attribute"] for row in verdict.evidence.rows} == {"view", "sex"}


def test_age_is_compared_by_its_means():
    chance = np.random.default_rng(0)
    ill = np.arange(400) % 2
    old, weak = (chance.normal(50, 10, 400).round() + shift * ill for shift in (10, 3))
    (verdict,) = examine(audited(ill, columns={"age": old.astype(int)}))
    assert verdict.severity == "warning"
    assert "age is higher in cases with 'disease'" in verdict.message
    (verdict,) = examine(audited(ill, columns={"age": weak.astype(int)}))
    assert verdict.severity == "info"
    assert 1 < verdict.evidence.estimate < 2


def test_a_fifth_label_is_adjusted_for_the_others():
    columns = {"view": VIEW}
    alone = examine(audited(ILL, columns=columns))[0].evidence.p
    chance = np.random.default_rng(0)
    labels = {"disease": ILL} | {f"other {at}": chance.permutation(ILL) for at in range(4)}
    among = examine(audited(labels, columns=columns))
    assert len(among) == 5
    assert among[0].evidence.p == pytest.approx(5 * alone)
    assert [verdict.severity for verdict in among[1:]] == [None] * 4


def test_images_of_one_patient_are_one_witness():
    patients = np.repeat(np.arange(20), 40)
    ill = (np.arange(20) % 2)[patients]
    # 6 of 10 ill patients and 4 of 10 others have the view in all of their images.
    view = np.isin(patients, [1, 3, 5, 7, 9, 11, 0, 2, 4, 6])
    subject = audited(ill, patients=patients, columns={"view": np.where(view, "AP", "PA")})
    (verdict,) = examine(subject)
    assert verdict.severity is None
    assert verdict.evidence.n_patients == 20


def test_unknown_attributes_or_few_patients_cannot_be_judged():
    assert examine(audited(ILL, columns={"view": "PA"})).kind == "cannot judge"
    assert examine(audited([1] * 5 + [0] * 75, columns={"view": VIEW})).kind == "cannot judge"
