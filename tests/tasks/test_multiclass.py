"""Classes: losses by hand, and probabilities that no balancing moves."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from losses import BALANCINGS, classes_of, recipe_of, steepness

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.reading import Reading
from radzoo.models.training.sampling import order_of
from radzoo.tasks import TASKS
from radzoo.tasks.class_losses import (
    count_cases,
    effective_weights,
    even_weights,
    rows_of_classes,
    softmax_loss,
)
from radzoo.tasks.multiclass import TASK, scores

CPU = torch.device("cpu")
NAN = float("nan")
THREE = Reading(classes=["a", "b", "c"])
NUMBERS = st.tuples(st.integers(1, 30), st.integers(1, 30), st.integers(1, 30))


@pytest.mark.parametrize("settings", BALANCINGS, ids=str)
@given(NUMBERS)
def test_the_best_constant_is_the_prevalence_however_classes_are_balanced(settings, counts):
    targets, recipe = classes_of(*counts), recipe_of(**settings)
    losses = TASK.objective(recipe, targets, THREE, CPU)
    best = np.log(np.array(counts) / sum(counts))
    assert steepness(losses.val_loss, best, targets) < 1e-5
    if recipe.sampling == "natural":
        assert steepness(losses.loss, best, targets) < 1e-5


@pytest.mark.parametrize("class_weights", ["auto", "none"])
def test_so_it_is_of_what_balanced_sampling_shows(class_weights):
    targets = classes_of(4, 12, 32)
    recipe = recipe_of(sampling="balanced", class_weights=class_weights)
    losses = TASK.objective(recipe, targets, THREE, CPU)
    shown = targets[order_of(len(targets), TASK.appearances(targets), seed=0, epoch=1)]
    assert np.bincount(shown[:, 0].astype(int)).tolist() == [16, 16, 16]
    assert steepness(losses.loss, np.log(np.array([4, 12, 32]) / 48), shown) < 1e-5
    assert steepness(losses.loss, np.zeros(3), shown) > 0.05


def test_the_loss_by_hand():
    """p = 1/2, 1/4, 1/4; the true class counts 3; focal (1 - p)^2; smoothing 0.3 over three."""
    logits = torch.tensor([[math.log(2), 0.0, 0.0]])
    wanted, weights = torch.tensor([[1.0]]), torch.tensor([1.0, 3.0, 1.0])
    flat = torch.zeros(3)
    plain = softmax_loss(logits, wanted, weights, shift=flat)
    assert plain.item() == pytest.approx(3 * math.log(4))
    focal = softmax_loss(logits, wanted, weights, shift=flat, gamma=2.0)
    assert focal.item() == pytest.approx(3 * math.log(4) * 0.75**2)
    smooth = softmax_loss(logits, wanted, torch.ones(3), smoothing=0.3)
    assert smooth.item() == pytest.approx(0.1 * math.log(2) + 0.9 * math.log(4))


@pytest.mark.parametrize("form", [{}, {"gamma": 1.5}, {"smoothing": 0.2}], ids=str)
def test_unknown_counts_nothing_and_numbers_say_the_same_as_rows(form):
    logits = torch.tensor([[0.3, -1.0, 2.0], [1.0, 0, 0], [9.0, 0, -9]], requires_grad=True)
    weights = torch.tensor([0.5, 1.0, 2.0])
    targets = torch.tensor([[2.0], [0.0], [NAN]])
    value = softmax_loss(logits, targets, weights, **form)
    alone = softmax_loss(logits[:2], targets[:2], weights, **form)
    rows = softmax_loss(logits, rows_of_classes(targets, 3), weights, **form)
    assert value.item() == pytest.approx(alone.item())
    assert rows.item() == pytest.approx(value.item())
    value.backward()
    assert logits.grad[2].abs().sum() == 0
    assert logits.grad[:2].isfinite().all()
    assert softmax_loss(logits, targets[2:].expand(3, 1), weights, **form).item() == 0


@pytest.mark.parametrize("form", [{}, {"gamma": 2.0}], ids=str)
def test_no_logit_is_too_large(form):
    logits = torch.tensor([[300.0, -300, 0], [-300, 300, 0]], requires_grad=True)
    value = softmax_loss(logits, torch.tensor([[1.0], [1.0]]), torch.ones(3), **form)
    value.backward()
    assert value.isfinite()
    assert logits.grad.isfinite().all()


def test_weights_by_hand():
    counts = count_cases(np.array([[0.0], [0], [0], [2], [NAN]]), 3)
    assert counts.tolist() == [3, 0, 1]
    assert even_weights(counts) == pytest.approx([4 / 6, 1, 4 / 2])
    assert effective_weights(np.array([2.0, 4.0])) == pytest.approx([1.5, 0.75], rel=2e-3)
    assert effective_weights(np.array([2e4, 6e4])) == pytest.approx([1, 1], rel=1e-6)


def test_scores_are_probabilities_even_of_huge_logits():
    said = scores(np.array([[0.0, np.log(2), 0], [900, -900, 0]], np.float32))
    assert said[0] == pytest.approx([0.25, 0.5, 0.25])
    assert said.sum(axis=1) == pytest.approx([1, 1])
    assert (said >= 0).all()


def cases(*values):
    return [Case(str(n), Path("x"), {"x": value}) for n, value in enumerate(values)]


@pytest.mark.parametrize("name", ["multiclass", "ordinal"])
def test_what_are_no_classes_is_said_in_one_sentence(name):
    check = TASKS[name].check
    check(cases(0.0, 2.0, None), ["x"], "train")
    with pytest.raises(InputError, match="val split has cases of 1 classes") as caught:
        check(cases(1.0, 1.0, None), ["x"], "val")
    assert (caught.value.id, caught.value.exit_code) == ("one-class-split", 3)
    for strange in (0.5, -1.0):
        with pytest.raises(InputError, match="no numbers of classes"):
            check(cases(0.0, 1.0, strange), ["x"], "train")
    with pytest.raises(InputError, match=f"task '{name}' needs one label, the data have 2: x, y"):
        check(cases(0.0, 1.0), ["x", "y"], "train")
