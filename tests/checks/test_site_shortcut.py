"""RZ010."""

import numpy as np
import pytest
from audited import audited

from radzoo.checks.check import Silent
from radzoo.checks.site_shortcut import cramers_v, examine


def study(n, strength, seed=0):
    """Prevalence `0.5 - strength` at one site, `0.5 + strength` at the other."""
    chance = np.random.default_rng(seed)
    at_b = chance.random(n) < 0.5
    answers = chance.random(n) < np.where(at_b, 0.5 + strength, 0.5 - strength)
    columns = {
        "site": np.where(at_b, "B", "A"), "kvp": chance.integers(60, 140, n),
        "age": chance.integers(20, 90, n), "view": chance.choice(["AP", "PA"], n),
    }  # fmt: skip
    return audited(answers, columns=columns)


@pytest.mark.parametrize(("strength", "severity"), [(0.15, "warning"), (0.35, "error"), (0, None)])
def test_the_severity_follows_the_site(strength, severity):
    (verdict,) = examine(study(1500, strength))
    assert verdict.severity == severity
    assert verdict.claim == "data"
    assert verdict.evidence.estimate == pytest.approx(0.5 + strength, abs=0.05)


def test_it_names_the_column_and_shows_the_prevalence_of_every_site():
    (verdict,) = examine(study(1500, 0.35))
    assert "most of it by `site`" in verdict.message
    assert verdict.evidence.facts["place"] == "site"
    assert verdict.evidence.facts["cramers_v"] == pytest.approx(0.7, abs=0.05)
    assert [row["group"] for row in verdict.evidence.rows] in (["A", "B"], ["B", "A"])
    for row in verdict.evidence.rows:
        assert row["low"] < row["estimate"] < row["high"]
        assert row["estimate"] == pytest.approx(0.15 if row["group"] == "A" else 0.85, abs=0.05)


def test_few_cases_or_nothing_that_varies_cannot_be_judged():
    assert examine(study(15, 0.35)).kind == "cannot judge"
    silent = examine(audited([0, 1] * 50, columns={"site": "A", "file_size": range(100)}))
    assert isinstance(silent, Silent)
    assert silent.kind == "cannot judge"


def test_a_patient_never_helps_to_tell_its_own_cases():
    # Each patient has a tube voltage of its own: a secret if
    # folds parted its images, noise if not.
    chance = np.random.default_rng(1)
    patients = np.repeat(np.arange(60), 10)
    answers = (chance.random(60) < 0.5)[patients]
    subject = audited(
        answers, patients=patients, columns={"scanner": [f"of {at}" for at in patients]}
    )
    assert examine(subject).kind == "cannot judge"  # a scanner of one patient is no level
    subject = audited(answers, patients=patients, columns={"kvp": patients})
    (verdict,) = examine(subject)
    assert verdict.severity is None


def test_cramers_v_by_hand():
    assert cramers_v([(10, 10), (10, 0)]) == pytest.approx(1)
    assert cramers_v([(10, 5), (10, 5)]) == 0
    assert cramers_v([(50, 40), (50, 10)]) == pytest.approx(0.6)
    assert cramers_v([(5, 5), (5, 5)]) == 0
