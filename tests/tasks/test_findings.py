import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core.reading import NOTHING_READ
from radzoo.core.recipe import Recipe
from radzoo.models.training.sampling import order_of
from radzoo.tasks.findings import appearances, objective, weigh
from radzoo.tasks.losses import sigmoid_loss

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
    losses = objective(recipe, targets, NOTHING_READ, CPU)
    best = float(np.log(diseased / healthy))
    assert gradient(losses.val_loss, best, targets) == pytest.approx(0, abs=1e-5)
    if recipe.sampling == "natural":
        assert gradient(losses.loss, best, targets) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("class_weights", ["auto", "none"])
def test_so_they_do_where_rare_cases_are_shown_more_often(class_weights):
    """Half of 40 places are for the 5 diseased: what is shown has its minimum there, too."""
    targets = column(5, 35)
    recipe = recipe_of(sampling="balanced", class_weights=class_weights)
    losses = objective(recipe, targets, NOTHING_READ, CPU)
    shown = targets[order_of(len(targets), appearances(targets), seed=0, epoch=1)]
    assert shown.mean() == 0.5
    assert gradient(losses.loss, float(np.log(5 / 35)), shown) == pytest.approx(0, abs=1e-5)


def test_without_new_settings_it_is_the_loss_of_the_task():
    targets = column(3, 9)
    losses = objective(recipe_of(), targets, NOTHING_READ, CPU)
    logits, wanted = torch.linspace(-2, 2, 12)[:, None], torch.from_numpy(targets).float()
    expected = sigmoid_loss(logits, wanted, torch.tensor([3.0]))
    assert losses.loss(logits, wanted) == expected
    assert losses.val_loss(logits, wanted) == expected


def test_focal_and_smoothing_reach_the_loss():
    targets = column(2, 2)
    logits, wanted = torch.full((4, 1), 0.5), torch.from_numpy(targets).float()
    recipe = recipe_of(loss="focal", focal_gamma=3.0, label_smoothing=0.1)
    given = objective(recipe, targets, NOTHING_READ, CPU).loss(logits, wanted)
    expected = sigmoid_loss(logits, wanted, torch.ones(1), gamma=3.0, smoothing=0.1)
    assert given.item() == pytest.approx(expected.item())
    ignored = objective(recipe_of(focal_gamma=3.0), targets, NOTHING_READ, CPU).loss(logits, wanted)
    assert ignored == sigmoid_loss(logits, wanted, torch.ones(1))


def test_several_labels_with_one_that_has_one_class():
    targets = np.array([[1.0, 0], [0, 0], [0, 0], [np.nan, 0]])
    recipe = recipe_of(sampling="balanced")
    losses = objective(recipe, targets, NOTHING_READ, CPU)
    value = losses.loss(torch.zeros(4, 2), torch.from_numpy(targets).float())
    assert torch.isfinite(value)


def values(*numbers):
    return np.array(numbers)[:, None]


def test_appearances_by_hand():
    """Three healthy and one diseased: four places, two for each class."""
    assert appearances(values(0.0, 0, 0, 1)) == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])


def test_of_several_labels_the_rarest_value_counts():
    targets = np.array([[1.0, 0], [0, 1], [0, 1], [0, np.nan]])
    # The values are shared by 1, 2, 2, 3 cases: 1 + 1/2 + 1/2 + 1/3 = 7/3.
    assert appearances(targets) == pytest.approx(np.array([1, 1 / 2, 1 / 2, 1 / 3]) * 4 / (7 / 3))


def test_weights_by_hand():
    """Three healthy and one diseased; nobody diseased; nobody labelled."""
    nan = np.nan
    targets = np.array([[1.0, 0, nan], [0, 0, nan], [0, nan, nan], [0, 0, nan]])
    assert weigh(targets).tolist() == [3, 1, 1]
