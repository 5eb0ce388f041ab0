"""Odds ratios between patients."""

import math

import numpy as np
import pytest
from audited import audited

from radzoo.checks.association import mean_difference, odds_ratio

EXPOSED = np.array([True] * 30 + [False] * 50)
ANSWERS = np.array([1.0] * 20 + [0.0] * 10 + [1.0] * 10 + [0.0] * 40)


def test_worked_by_hand_without_repeats():
    found = odds_ratio(audited(ANSWERS), ANSWERS, EXPOSED, np.arange(80))
    assert found.odds_ratio == pytest.approx((20 * 40) / (10 * 10))
    woolf = math.sqrt(1 / 20 + 1 / 10 + 1 / 10 + 1 / 40) * math.sqrt(80 / 79)
    assert found.low == pytest.approx(8 * math.exp(-1.959964 * woolf), rel=1e-5)
    assert found.high == pytest.approx(8 * math.exp(1.959964 * woolf), rel=1e-5)
    assert found.p == pytest.approx(math.erfc(math.log(8) / woolf / math.sqrt(2)))


def test_every_case_twice_tells_no_more_than_once():
    once = odds_ratio(audited(ANSWERS), ANSWERS, EXPOSED, np.arange(80))
    answers, exposed = np.repeat(ANSWERS, 2), np.repeat(EXPOSED, 2)
    subject = audited(answers, patients=np.arange(160) // 2)
    twice = odds_ratio(subject, answers, exposed, np.arange(160))
    assert (twice.low, twice.high, twice.n_patients) == (
        pytest.approx(once.low), pytest.approx(once.high), 80,
    )  # fmt: skip


def test_an_empty_cell_counts_patients_with_a_half_more():
    answers = np.array([1.0] * 10 + [0.0] * 10)
    exposed = answers == 1
    subject = audited(answers, patients=[0] * 5 + [*range(1, 16)])
    found = odds_ratio(subject, answers, exposed, np.arange(20))
    assert found.odds_ratio == pytest.approx(6.5 * 10.5 / 0.25)


def test_a_spread_of_one_is_an_odds_ratio_of_six():
    answers = np.array([1.0] * 500 + [0.0] * 500)
    values = np.tile([-1.0, 1.0], 500) + answers
    found = mean_difference(audited(answers), answers, values, np.arange(1000))
    assert found.difference == pytest.approx(1)
    assert found.odds_ratio == pytest.approx(math.exp(math.pi / math.sqrt(3)))
    width = 2 * 1.96 * 1.8138 * 2 / 1000**0.5
    assert math.log(found.high / found.low) == pytest.approx(width, rel=0.01)
    assert mean_difference(audited(answers), answers, np.ones(1000), np.arange(1000)) is None


def test_a_patient_on_both_sides_is_its_own_control():
    # Twenty patients, each once exposed and once not, with the same answer both times.
    answers, exposed = np.repeat([1.0, 0.0], 20), np.tile([True, False], 20)
    subject = audited(answers, patients=np.arange(40) // 2)
    found = odds_ratio(subject, answers, exposed, np.arange(40))
    assert (found.odds_ratio, found.low, found.high) == pytest.approx((1, 1, 1))
