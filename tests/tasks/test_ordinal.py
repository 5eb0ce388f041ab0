"""Grades: steps that never contradict each other, and the losses of them."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from losses import BALANCINGS, classes_of, recipe_of, steepness

from radzoo.core.reading import Reading
from radzoo.models.training.sampling import order_of
from radzoo.tasks.class_losses import rows_of_classes
from radzoo.tasks.ordinal import TASK, above_steps, class_logs, scores, step_logits

CPU = torch.device("cpu")
NAN = float("nan")
GRADES = Reading(classes=["low", "mid", "high", "top"])
COUNTS = st.tuples(*[st.integers(1, 30)] * 4)
ANY = st.lists(st.floats(-200, 200, width=32), min_size=3, max_size=3)


def outputs_of(probabilities):
    """The outputs that say these probabilities of the classes."""
    above = 1 - np.cumsum(probabilities)[:-1]
    steps = np.log(above / (1 - above))
    falls = -np.diff(steps)
    return np.concatenate([steps[:1], np.log(np.expm1(falls))])


def test_steps_by_hand():
    """softplus(0) is log 2."""
    steps = step_logits(torch.tensor([[1.0, 0.0, 0.0]]))
    assert steps[0].tolist() == pytest.approx([1, 1 - math.log(2), 1 - 2 * math.log(2)])


def test_probabilities_by_hand():
    wanted = np.array([0.1, 0.2, 0.3, 0.4])
    assert scores(outputs_of(wanted)[None].astype(np.float32))[0] == pytest.approx(wanted)


@given(ANY)
def test_no_output_gives_a_negative_probability_or_a_wrong_sum(said):
    probabilities = scores(np.array([said], np.float32))
    assert (probabilities >= 0).all()
    assert probabilities.sum() == pytest.approx(1)


@given(st.lists(st.floats(-8, 8), min_size=3, max_size=3))
def test_logarithms_of_classes_are_differences_of_steps(said):
    given_ = torch.tensor([said], dtype=torch.float64)
    above = torch.cat([torch.ones(1), step_logits(given_)[0].sigmoid(), torch.zeros(1)])
    assert class_logs(given_)[0].exp().tolist() == pytest.approx(
        (above[:-1] - above[1:]).tolist(), rel=1e-6, abs=1e-12
    )


def test_targets_of_steps_by_hand():
    numbers = torch.tensor([[0.0], [2], [3], [NAN]])
    steps = above_steps(numbers, 4)
    assert steps[:3].tolist() == [[0, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert steps[3].isnan().all()
    mixed = 0.25 * rows_of_classes(numbers[:1], 4) + 0.75 * rows_of_classes(numbers[1:2], 4)
    assert above_steps(mixed, 4).tolist() == [[0.75, 0.75, 0]]


def test_two_classes_off_cost_more_than_one():
    losses = TASK.objective(recipe_of(class_weights="none"), classes_of(5, 5, 5, 5), GRADES, CPU)
    sure = outputs_of(np.array([0.9, 0.06, 0.03, 0.01]))[None].astype(np.float32)
    cost = [
        losses.loss(torch.from_numpy(sure), torch.tensor([[float(grade)]])).item()
        for grade in range(4)
    ]
    assert cost == sorted(cost)


@pytest.mark.parametrize("settings", BALANCINGS, ids=str)
@given(COUNTS)
def test_the_best_constant_is_the_prevalence_however_classes_are_balanced(settings, counts):
    targets, recipe = classes_of(*counts), recipe_of(**settings)
    losses = TASK.objective(recipe, targets, GRADES, CPU)
    best = outputs_of(np.array(counts) / sum(counts))
    assert steepness(losses.val_loss, best, targets) < 1e-4
    if recipe.sampling == "natural":
        assert steepness(losses.loss, best, targets) < 1e-4


@pytest.mark.parametrize("class_weights", ["auto", "none"])
def test_so_it_is_of_what_balanced_sampling_shows(class_weights):
    targets = classes_of(4, 12, 20, 28)
    recipe = recipe_of(sampling="balanced", class_weights=class_weights)
    losses = TASK.objective(recipe, targets, GRADES, CPU)
    shown = targets[order_of(len(targets), TASK.appearances(targets), seed=0, epoch=1)]
    best = outputs_of(np.array([4, 12, 20, 28]) / 64)
    assert steepness(losses.loss, best, shown) < 1e-5
    assert steepness(losses.loss, outputs_of(np.full(4, 0.25)), shown) > 0.02


@pytest.mark.parametrize("settings", [{}, {"loss": "focal"}, {"sampling": "balanced"}], ids=str)
@pytest.mark.parametrize("size", [1.0, 300.0])
def test_unknown_counts_nothing_and_no_output_is_too_large(settings, size):
    losses = TASK.objective(recipe_of(**settings), classes_of(2, 3, 4, 5), GRADES, CPU)
    said = (size * torch.tensor([[1.0, -1, 1], [-1, 1, 1], [1, 1, 1]])).requires_grad_()
    targets = torch.tensor([[0.0], [3.0], [NAN]])
    value = losses.loss(said, targets)
    assert value.item() == pytest.approx(losses.loss(said[:2], targets[:2]).item())
    value.backward()
    assert said.grad.isfinite().all()
    assert said.grad[2].abs().sum() == 0


def test_one_output_for_each_step():
    assert TASK.outputs(["x"], GRADES) == 3
