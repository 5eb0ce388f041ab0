"""RZ011 on two sites made by hand: what is left of an AUROC among cases of one site."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited

from radzoo.checks import CHECKS
from radzoo.checks.subject import Trained
from radzoo.checks.within_site import matched, pooled_minus_within

look = CHECKS["RZ011"].examine
N = 300


def two_sites(of_site, of_answer, *, columns=None, splits="test", prevalences=(0.2, 0.6)):
    """A site of few and one of many ill; scores know the site and the answer so well."""
    chance = np.random.default_rng(0)
    site = np.arange(N) % 2
    positive = (chance.random(N) < np.where(site == 1, *prevalences[::-1])).astype(float)
    scores = of_site * site + of_answer * positive + chance.normal(0, 1, N)
    words = {"site": np.where(site == 1, "south", "north")} if columns is None else columns
    subject = audited(positive, splits=[splits] * N, columns=words)
    return replace(subject, draws=200, model=Trained("run", scores[:, None]))


def test_pooled_and_within_by_hand():
    # In each site all pairs are told wrongly, of the four pairs over both half rightly.
    positive, sites = np.array([1, 0, 1, 0.0]), np.array([0, 0, 1, 1])
    assert pooled_minus_within(positive, np.array([1, 2, 3, 4.0]), sites) == 1 / 4
    assert pooled_minus_within(positive, np.array([2, 1, 4, 3.0]), sites) == 3 / 4 - 1
    # Of one site without an ill case no pair is inside it.
    assert np.isnan(pooled_minus_within(np.array([1, 0.0]), np.array([1, 2.0]), np.array([0, 1])))


def test_an_auroc_at_equal_prevalence_by_hand():
    # Site 0 has 3 ill of 4, site 1 has 1 of 4; the score is the site turned round.
    positive, sites = np.array([1, 1, 1, 0, 1, 0, 0, 0.0]), np.repeat([0, 1], 4)
    scores = 1.0 - sites
    ranked = matched(positive, scores, sites)
    assert ranked == pytest.approx(0.5)
    # Alike if a third site has well cases alone.
    more = (np.append(positive, [0, 0]), np.append(scores, [-1, -1]), np.append(sites, [2, 2]))
    assert matched(*more) == pytest.approx(0.5)
    assert matched(positive, positive, sites) == 1


@pytest.mark.parametrize(
    ("of_site", "of_answer", "severity"), [(1, 0.5, "error"), (0, 1, None), (0, 3, None)]
)
def test_a_score_that_knows_the_site(of_site, of_answer, severity):
    (verdict,) = look(two_sites(of_site, of_answer))
    assert verdict.severity == severity
    facts = verdict.evidence.facts
    assert verdict.evidence.estimate == pytest.approx(facts["pooled"] - facts["within"])
    assert {row["site"] for row in verdict.evidence.rows} == {"north", "south"}
    assert ("part of the score" in verdict.message) == (severity is not None)


def test_a_small_part_is_a_warning():
    (verdict,) = look(two_sites(0.5, 1))
    assert 0.03 < verdict.evidence.estimate < 0.07
    assert verdict.evidence.low > 0
    assert verdict.severity == "warning"


def test_what_cannot_be_judged():
    assert look(two_sites(3, 1, columns={})).kind == "cannot judge"
    assert look(two_sites(3, 1, columns={"site": "north"})).kind == "cannot judge"
    assert look(two_sites(3, 1, splits="val")).kind == "cannot judge"
    assert look(two_sites(3, 1, prevalences=(0.0, 1.0))).kind == "cannot judge"


def test_more_sites_than_are_judged_stay_apart():
    # Sixty sites of five; the last ten are not judged by themselves and are no part of others.
    words = [f"{at // 5:02d}" for at in range(N)]
    words[:40] = ["00"] * 40
    subject = two_sites(0, 0, columns={"site": words})
    positive = subject.questions[0].positive
    perfect = np.array([int(word) for word in words]) + 0.5 * positive
    (verdict,) = look(replace(subject, model=Trained("run", perfect[:, None])))
    assert verdict.evidence.facts["within"] == 1


def test_each_site_is_shown_with_its_own_cases():
    subject = two_sites(0, 3)
    (verdict,) = look(subject)
    positive, south = subject.questions[0].positive, np.arange(N) % 2 == 1
    shown = {row["site"]: (row["n"], row["n_positive"]) for row in verdict.evidence.rows}
    assert shown == {"south": (150, positive[south].sum()), "north": (150, positive[~south].sum())}


def test_the_column_that_tells_most_is_named():
    site = np.where(np.arange(N) % 2 == 1, "south", "north")
    half = np.where(np.arange(N) < N / 2, "a", "b")
    for name, other in (("site", "scanner"), ("scanner", "site")):
        (verdict,) = look(two_sites(1, 0.5, columns={name: site, other: half}))
        assert verdict.evidence.facts["column"] == name


def test_a_difference_that_may_be_none_is_no_finding():
    subject = two_sites(0.5, 0, prevalences=(0.1, 0.8))
    (verdict,) = look(subject)
    assert verdict.evidence.estimate > 0.03
    assert verdict.evidence.low < 0
    assert verdict.severity is None
