import numpy as np
import pytest

from radzoo.core.errors import UndefinedMetricError
from radzoo.metrics.auroc import METRIC
from radzoo.metrics.intervals.logit_delong import logit_delong
from radzoo.metrics.intervals.obuchowski import clustered_variance, obuchowski
from radzoo.metrics.intervals.placements import delong_variance, place
from radzoo.metrics.sample import make_sample

CHANCE = np.random.default_rng(3)
TARGETS = (CHANCE.random(120) < 0.4).astype(float)
SCORES = np.round(CHANCE.normal(size=120) + TARGETS, 1)


def test_with_one_case_per_patient_it_is_delongs():
    sample = make_sample(TARGETS, SCORES)
    variance = delong_variance(place(sample.targets, sample.scores))
    assert clustered_variance(sample) == pytest.approx(variance, rel=1e-12)
    assert obuchowski(METRIC, sample, 0.9) == logit_delong(METRIC, sample, 0.9)


def test_copies_of_a_patient_add_almost_nothing():
    patients = [str(row % 120) for row in range(360)]
    copied = make_sample(np.tile(TARGETS, 3), np.tile(SCORES, 3), patients=patients)
    alone = clustered_variance(make_sample(TARGETS, SCORES))
    assert clustered_variance(copied) == pytest.approx(alone, rel=1e-12)
    taken_as_new = clustered_variance(make_sample(np.tile(TARGETS, 3), np.tile(SCORES, 3)))
    assert taken_as_new < alone / 2.5


def test_both_classes_within_a_patient_make_it_narrower():
    # A patient's own level moves both cases alike: the difference is known well.
    level = CHANCE.normal(size=60) * 3
    targets = np.tile([0.0, 1.0], 60)
    scores = np.repeat(level, 2) + targets + CHANCE.normal(size=120) * 0.1
    patients = [str(row // 2) for row in range(120)]
    paired = clustered_variance(make_sample(targets, scores, patients=patients))
    assert paired < clustered_variance(make_sample(targets, scores)) / 10


def test_two_patients_of_each_class_are_needed():
    sample = make_sample(np.array([1.0, 1, 0, 0]), np.arange(4.0), patients=["a", "a", "b", "c"])
    with pytest.raises(UndefinedMetricError, match="two patients"):
        obuchowski(METRIC, sample, 0.95)
