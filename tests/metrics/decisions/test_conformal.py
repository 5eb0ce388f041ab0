import math

import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.decisions.conformal import (
    aps_scores,
    aps_sets,
    conformal_quantile,
    cover,
    lac_scores,
    lac_sets,
)

PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.3, 0.5, 0.2]])


def test_strangeness_by_hand():
    assert lac_scores(np.array([0, 2]), PROBABILITIES) == pytest.approx([0.3, 0.8])
    assert aps_scores(np.array([1, 0]), PROBABILITIES) == pytest.approx([0.9, 0.8])


def test_sets_by_hand():
    assert lac_sets(PROBABILITIES, 0.75).tolist() == [[True, False, False], [True, True, False]]
    assert aps_sets(PROBABILITIES, 0.9).tolist() == [[True, True, False], [True, True, False]]
    mondrian = lac_sets(PROBABILITIES, np.array([0.5, 0.9, math.inf]))
    assert mondrian.tolist() == [[True, True, True], [False, True, True]]


def test_too_few_cases_make_every_set_whole():
    assert conformal_quantile(np.zeros(18), 0.05) == math.inf
    assert conformal_quantile(np.arange(19.0), 0.05) == 18.0


def test_coverage_is_as_promised_on_average():
    chance = np.random.default_rng(5)
    covered = []
    for _ in range(200):
        probabilities = chance.dirichlet(np.ones(3), 400)
        classes = (probabilities.cumsum(axis=1) < chance.random((400, 1))).sum(axis=1)
        own, other = slice(0, 200), slice(200, 400)
        bound = conformal_quantile(lac_scores(classes[own], probabilities[own]), 0.1)
        covered.append(cover(lac_sets(probabilities[other], bound), classes[other]).held.mean())
    assert 0.895 < np.mean(covered) < 0.91


def test_a_class_without_a_case_has_no_coverage():
    found = cover(lac_sets(PROBABILITIES, 0.5), np.array([0, 1]))
    assert found.by_class[:2].tolist() == [1, 1]
    assert math.isnan(found.by_class[2])
    with pytest.raises(UndefinedMetricError):
        cover(np.empty((0, 2), dtype=bool), np.empty(0, dtype=int))
