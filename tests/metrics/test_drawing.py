import numpy as np
import pytest

from radzoo.metrics import drawing
from radzoo.metrics.drawing import draw_units, draw_weights, group_units, leave_out_weights
from radzoo.metrics.neighbours import Cells
from radzoo.metrics.sample import make_other_sample, make_sample

CHANCE = np.random.default_rng(7)
TARGETS = (CHANCE.random(200) < 0.3).astype(float)
SCORES = CHANCE.normal(size=200) + TARGETS
DRAWN = [[1, 0, 2, 2, 0], [2, 1, 1, 1, 0], [0, 0, 1, 4, 0]]
DRAWN_IN_STRATA = [[1, 1, 1, 1, 1], [2, 0, 0, 2, 1], [0, 1, 0, 1, 3]]
PATIENTS = [str(row // 4) for row in range(200)]


def draw(sample, n_boot, seed, **options):
    blocks = draw_weights(sample, Cells(sample), n_boot=n_boot, seed=seed, **options)
    return np.concatenate(list(blocks))


def test_draws_are_these_on_every_machine():
    # Raw PCG64 and whole numbers only: nothing here may ever change.
    sample = make_sample(np.array([0.0, 1, 0, 1, 0]), np.arange(5.0))
    assert draw(sample, 3, seed=42).tolist() == DRAWN
    assert draw(sample, 3, seed=42, stratified=True).tolist() == DRAWN_IN_STRATA


@pytest.mark.parametrize("patients", [None, PATIENTS])
@pytest.mark.parametrize("stratified", [False, True])
def test_blocks_do_not_change_the_draws(monkeypatch, patients, stratified):
    sample = make_sample(TARGETS, SCORES, patients=patients)
    whole = draw(sample, 50, seed=0, stratified=stratified)
    monkeypatch.setattr(drawing, "MOST_WEIGHTS", 700)
    monkeypatch.setattr(drawing, "MOST_NUMBERS", 130)
    np.testing.assert_array_equal(draw(sample, 50, seed=0, stratified=stratified), whole)


def test_each_draw_has_as_many_cases_and_every_case_its_chance():
    counts = draw(make_sample(TARGETS, SCORES), 2000, seed=0)
    assert (counts.sum(axis=1) == 200).all()
    assert counts.mean(axis=0) == pytest.approx(np.ones(200), abs=0.12)
    assert (counts == 0).mean() == pytest.approx(np.exp(-1), abs=0.005)
    # Counts of two cases of one draw go against each other, as those of a fixed number must.
    assert np.cov(counts[:, :40].T)[np.triu_indices(40, 1)].mean() == pytest.approx(
        -1 / 200, abs=0.002
    )


def test_the_cases_of_a_patient_are_drawn_together():
    sample = make_sample(TARGETS, SCORES, patients=PATIENTS)
    for counts in draw(sample, 20, seed=0):
        for patient in range(50):
            assert len(set(counts[sample.patients == patient])) == 1


def test_strata_keep_the_numbers_of_each_class():
    sample = make_sample(TARGETS, SCORES)
    counts = draw(sample, 100, seed=0, stratified=True)
    assert (counts @ sample.targets == TARGETS.sum()).all()
    assert (counts.sum(axis=1) == 200).all()
    assert counts.std(axis=0).mean() == pytest.approx(1, abs=0.05)


def test_strata_keep_patients_whole_by_their_worst_case():
    sample = make_sample(TARGETS, SCORES, patients=PATIENTS)
    with_finding = np.unique(sample.patients[sample.targets == 1])
    for counts in draw(sample, 20, seed=0, stratified=True):
        of_patient = np.zeros(50)
        of_patient[sample.patients] = counts
        np.testing.assert_array_equal(of_patient[sample.patients], counts)
        assert of_patient.sum() == 50
        assert of_patient[with_finding].sum() == len(with_finding)


def test_strata_of_times_are_those_with_and_without_event():
    targets = np.stack([np.arange(1.0, 41), np.arange(40) % 4 == 0], axis=1)
    counts = draw(make_other_sample("times", targets, np.arange(40.0)), 20, seed=0, stratified=True)
    assert (counts @ targets[:, 1] == 10).all()


def leave_out(sample):
    return np.concatenate(list(leave_out_weights(sample, Cells(sample))))


def test_each_patient_is_left_out_once():
    sample = make_sample(TARGETS, SCORES, patients=PATIENTS)
    np.testing.assert_array_equal(
        leave_out(sample), (sample.patients != np.arange(50)[:, None]).astype(float)
    )


def test_of_many_patients_groups_are_left_out(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_LEFT_OUT", 30)
    left = leave_out(make_sample(TARGETS, SCORES))
    assert left.shape == (30, 200)
    assert ((left == 0).sum(axis=0) == 1).all()
    assert set((left == 0).sum(axis=1)) == {6, 7}


def test_groups_are_no_neighbours_and_no_pattern():
    groups = group_units(10_000, 500)
    assert np.bincount(groups).tolist() == [20] * 500
    # A sum over neighbours would vary 20 times as much as one over cases chosen by chance.
    sums = np.bincount(groups, np.arange(10_000))
    assert sums.var() == pytest.approx(20 * 10_000**2 / 12, rel=0.25)


def test_patients_can_be_drawn_without_cases():
    counts = list(draw_units(5, 3, seed=42))
    assert [one.tolist() for one in counts] == DRAWN


def test_one_patient_cannot_be_left_out():
    assert list(leave_out_weights(make_sample(np.zeros(1), np.zeros(1)), Cells(None))) == []
