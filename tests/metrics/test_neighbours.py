from dataclasses import replace

import numpy as np
import pytest

from radzoo.metrics import METRICS, neighbours
from radzoo.metrics.neighbours import gather_cases
from radzoo.metrics.resampling import resample
from radzoo.metrics.sample import Sample, make_other_sample, make_sample

CHANCE = np.random.default_rng(3)


def make_cases(n_cases, *, prevalence=0.1, patients=None):
    targets = (CHANCE.random(n_cases) < prevalence).astype(float)
    scores = 1 / (1 + np.exp(3 - CHANCE.normal(size=n_cases) - 2 * targets))
    names = None if patients is None else [str(at) for at in CHANCE.integers(0, patients, n_cases)]
    return make_sample(targets, scores, patients=names).decide(0.2)


def test_a_moderate_number_stand_by_themselves():
    sample = make_cases(neighbours.MOST_CASES)
    cells = gather_cases(sample)
    assert cells.sample is sample
    assert cells.of_case is None


def test_other_tasks_are_never_gathered():
    sample = make_other_sample("values", np.full(25_000, 2.0), np.zeros(25_000))
    assert gather_cases(sample).sample is sample


def test_a_cell_holds_neighbours_of_one_target_and_decision():
    sample = make_cases(25_000)
    cells = gather_cases(sample)
    rows = cells.sample
    np.testing.assert_array_equal(rows.targets[cells.of_case], sample.targets)
    np.testing.assert_array_equal(rows.decisions[cells.of_case], sample.decisions)
    np.testing.assert_array_equal(np.bincount(cells.of_case), cells.sizes)
    # Neighbours: what lies between the extremes of a cell lies in no other cell of its class.
    for target in (0, 1):
        assert (np.diff(cells.of_case[sample.targets == target]) >= 0).all()
    for target in (0, 1):
        own = cells.sizes[rows.targets == target]
        assert own.max() <= np.ceil(own.sum() / neighbours.N_CUTS)
    assert (np.diff(rows.scores) >= 0).all()
    assert rows.scores @ cells.sizes == pytest.approx(sample.scores.sum())


def test_equal_scores_stay_together():
    targets = (CHANCE.random(25_000) < 0.3).astype(float)
    sample = make_sample(targets, CHANCE.integers(0, 50, 25_000) / 50)
    cells = gather_cases(sample)
    assert cells.n_cells == 100
    np.testing.assert_array_equal(cells.sample.scores[cells.of_case], sample.scores)


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_one_class_alone(target):
    cells = gather_cases(make_sample(np.full(25_000, target), np.arange(25_000.0)))
    assert cells.sizes.sum() == 25_000
    assert (cells.sample.targets == target).all()


@pytest.mark.parametrize("patients", [None, 15_000], ids=["cases", "patients"])
@pytest.mark.parametrize("prevalence", [0.3, 0.01])
def test_intervals_are_those_of_the_cases_themselves(monkeypatch, prevalence, patients):
    sample = make_cases(25_000, prevalence=prevalence, patients=patients)
    names = ["auroc", "average_precision", "brier", "log_loss", "sensitivity", "f1"]
    metrics = [METRICS[name] for name in names]
    gathered = resample(metrics, sample, n_boot=100, seed=0, jackknife=False)
    monkeypatch.setattr(neighbours, "MOST_CASES", 25_000)
    alone = resample(metrics, sample, n_boot=100, seed=0, jackknife=False)
    for name in names:
        ours, theirs = gathered[name].values, alone[name].values
        width = 4 * theirs.std()
        assert abs(ours - theirs).max() < 0.004 * width, name
        assert gathered[name].estimate == alone[name].estimate


def test_the_jackknife_leaves_out_the_same_patients(monkeypatch):
    sample = make_cases(25_000, patients=1500)
    metric = METRICS["auroc"]
    gathered = resample([metric], sample, n_boot=0, seed=0)["auroc"].left_out
    monkeypatch.setattr(neighbours, "MOST_CASES", 25_000)
    alone = resample([metric], sample, n_boot=0, seed=0)["auroc"].left_out
    assert np.corrcoef(gathered, alone)[0, 1] > 0.999


def test_calls_by_certainty_are_gathered_too():
    certainty = np.sort(CHANCE.random(25_000))
    sample = Sample((CHANCE.random(25_000) < 0.1).astype(float), certainty, kind="values")
    cells = gather_cases(sample)
    assert cells.n_cells < 10_000
    assert cells.sample.kind == "values"
    assert gather_cases(replace(sample, scores=certainty[::-1])).of_case is None
    assert gather_cases(replace(sample, targets=certainty)).of_case is None
