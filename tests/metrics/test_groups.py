from dataclasses import replace

import numpy as np
import pytest

from radzoo.metrics import groups, neighbours
from radzoo.metrics.classes import CLASS_METRICS
from radzoo.metrics.classes.counting import call_classes
from radzoo.metrics.groups import Groups, gather, group_cases
from radzoo.metrics.resampling import resample
from radzoo.metrics.sample import make_other_sample
from radzoo.metrics.values import VALUE_METRICS

CHANCE = np.random.default_rng(11)
RANKS = {"auroc_macro", "hand_till", "spearman"}
REGISTRIES = {"classes": CLASS_METRICS, "values": VALUE_METRICS}


def make_cases(kind, n_cases, patients=None):
    names = None if patients is None else [str(at) for at in CHANCE.integers(0, patients, n_cases)]
    if kind == "values":
        targets = CHANCE.gamma(4, 10, n_cases).round()
        return make_other_sample("values", targets, targets + CHANCE.normal(0, 9, n_cases),
                                 patients=names)  # fmt: skip
    targets = CHANCE.choice(4, n_cases, p=[0.6, 0.36, 0.03, 0.01])
    logits = CHANCE.normal(size=(n_cases, 4))
    logits[np.arange(n_cases), targets] += 1.2
    scores = np.exp(logits)
    scores /= scores.sum(axis=1, keepdims=True)
    sample = make_other_sample("classes", targets.astype(float), scores, patients=names)
    return replace(sample, decisions=call_classes(scores))


def limit(monkeypatch, most):
    monkeypatch.setattr(groups, "MOST_CASES", most)


@pytest.mark.parametrize("kind", ["classes", "values"])
def test_a_moderate_number_stand_by_themselves(kind):
    assert group_cases(make_cases(kind, neighbours.MOST_CASES)) is None


def test_several_labels_together_and_other_tasks_stand_by_themselves():
    table = np.zeros((neighbours.MOST_CASES + 1, 2))
    assert group_cases(make_other_sample("values", table, table)) is None
    assert group_cases(make_other_sample("times", table, table[:, 0])) is None


def test_groups_hold_whole_patients_and_as_many_each(monkeypatch):
    limit(monkeypatch, 50)
    sample = make_cases("values", 1000, patients=300)
    found = group_cases(sample)
    group_of = dict(zip(sample.patients.tolist(), found.of_case.tolist(), strict=True))
    np.testing.assert_array_equal(found.of_case, [group_of[at] for at in sample.patients.tolist()])
    assert found.number == 50
    assert set(np.bincount(list(group_of.values())).tolist()) <= {5, 6}


@pytest.mark.parametrize("kind", ["classes", "values"])
@pytest.mark.parametrize(("patients", "left_out"), [(1000, 0.0), (2900, 0.15)])
def test_draws_of_whole_patients_are_the_same_gathered_or_not(
    kind, patients, left_out, monkeypatch
):
    # Of patients who are not put together nothing is lost, but what ranks of many leave out.
    sample = make_cases(kind, 6000, patients=patients)
    metrics = list(REGISTRIES[kind].values())
    alone = resample(metrics, sample, n_boot=20, seed=0, jackknife=False)
    limit(monkeypatch, 3000)
    monkeypatch.setattr(groups, "group_units", lambda n_units, number, seed: np.arange(n_units))
    gathered = resample(metrics, sample, n_boot=20, seed=0, jackknife=False)
    for metric in metrics:
        ours, theirs = gathered[metric.name].values, alone[metric.name].values
        within = 1e-10 + left_out * (theirs.std() if metric.name in RANKS else 0.0)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=within, err_msg=metric.name)
        assert gathered[metric.name].estimate == alone[metric.name].estimate


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["classes", "values"])
def test_groups_vary_as_their_cases_do(kind, monkeypatch):
    sample = make_cases(kind, 20_000)
    metrics = list(REGISTRIES[kind].values())
    alone = resample(metrics, sample, n_boot=2000, seed=0)
    limit(monkeypatch, 5000)
    gathered = resample(metrics, sample, n_boot=2000, seed=1)
    for metric in metrics:
        ours, theirs = gathered[metric.name], alone[metric.name]
        low, high = np.quantile(theirs.values, [0.025, 0.975])
        # The quantiles of 2,000 draws are themselves known to 1.5 % of the width each.
        np.testing.assert_allclose(
            np.quantile(ours.values, [0.025, 0.975]), [low, high], rtol=0,
            atol=0.06 * (high - low), err_msg=metric.name,
        )  # fmt: skip
        assert ours.left_out.std() == pytest.approx(theirs.left_out.std(), rel=0.06)


def test_a_function_that_cannot_be_gathered_sees_weights_of_cases():
    of_case = np.array([0, 1, 0, 2])
    weights = np.array([[1.0, 2, 0], [0, 0, 3]])
    found = gather(lambda rows: rows @ np.array([1.0, 10, 100, 1000]), Groups(of_case, 3))(weights)
    assert found.tolist() == [121, 3000]


def test_classes_of_few_cases_are_counted_anew_in_each_draw():
    targets = np.array([0.0, 0, 1, 1, 1])
    scores = np.array([[0.8, 0.2], [0.3, 0.7], [0.4, 0.6], [0.3, 0.7], [0.1, 0.9]])
    many = CLASS_METRICS["hand_till"].many(targets, scores)
    weights = CHANCE.integers(1, 4, (30, 5)).astype(float)
    own = Groups(np.arange(5), 5)
    np.testing.assert_allclose(many.gather(own)(weights), many(weights), rtol=1e-12)
