import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core.recipe import Recipe
from radzoo.models.training.sampling import order_of
from radzoo.tasks import TASKS
from radzoo.workflows.teaching.objective import objective

CPU = torch.device("cpu")
FIXED = {
    "strategy": "full", "from_scratch": False, "epochs": 1, "lr": 1e-3, "lr_encoder": 1e-3,
    "weight_decay": 0.0, "scheduler": "none", "warmup": 0.0, "early_stopping": 0,
    "batch_size": 2, "gradient_clip": 1.0, "class_weights": "auto", "augmentation": "none",
    "dropout": 0.0, "amp": False, "seed": 0, "threads": 1,
}  # fmt: skip
BALANCINGS = [
    {},
    {"class_weights": "none"},
    {"loss": "class-balanced"},
    {"sampling": "balanced"},
    {"sampling": "balanced", "class_weights": "none"},
]


def recipe_of(**settings):
    return Recipe.model_validate(FIXED | settings)


def column(diseased, healthy):
    return np.repeat([[1.0], [0.0]], [diseased, healthy], axis=0)


def gradient(loss, logit, targets):
    given = torch.full((len(targets), 1), logit, requires_grad=True)
    loss(given, torch.from_numpy(targets.astype(np.float32))).backward()
    return given.grad.sum().item()


@pytest.mark.parametrize("settings", BALANCINGS, ids=str)
@given(st.integers(1, 40), st.integers(1, 40))
def test_scores_stay_probabilities_at_the_training_prevalence(settings, diseased, healthy):
    """The best constant logit is that of the prevalence, however classes are balanced."""
    targets, recipe = column(diseased, healthy), recipe_of(**settings)
    losses = objective(TASKS["binary"], recipe, targets, CPU)
    best = float(np.log(diseased / healthy))
    assert gradient(losses.val_loss, best, targets) == pytest.approx(0, abs=1e-5)
    if recipe.sampling == "natural":
        assert gradient(losses.loss, best, targets) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("class_weights", ["auto", "none"])
def test_so_they_do_where_rare_cases_are_shown_more_often(class_weights):
    """Half of 40 places are for the 5 diseased: what is shown has its minimum there, too."""
    targets = column(5, 35)
    recipe = recipe_of(sampling="balanced", class_weights=class_weights)
    losses = objective(TASKS["binary"], recipe, targets, CPU)
    shown = targets[order_of(targets, balanced=True, seed=0, epoch=1)]
    assert shown.mean() == 0.5
    assert gradient(losses.loss, float(np.log(5 / 35)), shown) == pytest.approx(0, abs=1e-5)


def test_without_new_settings_it_is_the_loss_of_the_task():
    task, targets = TASKS["binary"], column(3, 9)
    losses = objective(task, recipe_of(), targets, CPU)
    logits, wanted = torch.linspace(-2, 2, 12)[:, None], torch.from_numpy(targets).float()
    expected = task.loss(logits, wanted, torch.tensor([3.0]))
    assert losses.loss(logits, wanted) == expected
    assert losses.val_loss(logits, wanted) == expected


def test_focal_and_smoothing_reach_the_loss():
    task, targets = TASKS["binary"], column(2, 2)
    logits, wanted = torch.full((4, 1), 0.5), torch.from_numpy(targets).float()
    recipe = recipe_of(loss="focal", focal_gamma=3.0, label_smoothing=0.1)
    given = objective(task, recipe, targets, CPU).loss(logits, wanted)
    expected = task.loss(logits, wanted, torch.ones(1), gamma=3.0, smoothing=0.1)
    assert given.item() == pytest.approx(expected.item())
    ignored = objective(task, recipe_of(focal_gamma=3.0), targets, CPU).loss(logits, wanted)
    assert ignored == task.loss(logits, wanted, torch.ones(1))


def test_several_labels_with_one_that_has_one_class():
    targets = np.array([[1.0, 0], [0, 0], [0, 0], [np.nan, 0]])
    recipe = recipe_of(sampling="balanced")
    losses = objective(TASKS["multilabel"], recipe, targets, CPU)
    value = losses.loss(torch.zeros(4, 2), torch.from_numpy(targets).float())
    assert torch.isfinite(value)
