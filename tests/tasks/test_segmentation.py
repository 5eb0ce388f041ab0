from pathlib import Path

import numpy as np
import pytest
import torch

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.reading import Reading
from radzoo.core.recipe import Recipe
from radzoo.tasks import TASKS
from radzoo.tasks.segmentation import TASK, check, objective, outputs, read, scores

CPU = torch.device("cpu")
NAMES = ["front", "back"]
FIXED = {
    "strategy": "full", "from_scratch": True, "epochs": 1, "lr": 1e-3, "lr_encoder": 1e-3,
    "weight_decay": 0.0, "scheduler": "none", "warmup": 0.0, "early_stopping": 0,
    "batch_size": 2, "gradient_clip": 1.0, "class_weights": "none", "augmentation": "none",
    "dropout": 0.0, "amp": False, "seed": 0, "threads": 1,
}  # fmt: skip


def recipe_of(**settings):
    return Recipe.model_validate(FIXED | settings)


def case(mask="m.png"):
    return Case("a", Path("a.png"), {}, mask=mask and Path(mask))


def test_it_is_registered():
    assert TASKS["segmentation"] is TASK
    assert (TASK.reads, TASK.form, TASK.headline) == ("mask", None, "dice")


def test_cases_need_masks():
    check([case()], NAMES, "train")
    with pytest.raises(InputError, match="1 of 2 cases of the val split have no mask"):
        check([case(), case(None)], NAMES, "val")
    with pytest.raises(InputError, match="no cases in the test split"):
        check([], NAMES, "test")


def test_one_output_more_than_structures():
    reading = read(np.zeros((1, 0)), NAMES, [], recipe_of())
    assert reading == Reading(classes=NAMES)
    assert outputs(NAMES, reading) == 3


def test_scores_are_probabilities():
    found = scores(np.array([[1000.0, 0.0], [0.0, 0.0]], np.float32), Reading())
    assert found.tolist() == [[1, 0], [0.5, 0.5]]


@pytest.mark.parametrize("deep", [False, True])
def test_every_loss_is_least_at_the_truth(deep):
    targets = torch.zeros(2, 8, 8, dtype=torch.uint8)
    targets[:, 2:6, 2:6] = 1
    right = torch.nn.functional.one_hot(targets.long(), 2).movedim(3, 1) * 20.0
    wrong = right.flip(1)
    if deep:
        right, wrong = (torch.stack([one, one], dim=1) for one in (right, wrong))
    values = {}
    for name in ("auto", *TASK.losses):
        made = objective(recipe_of(loss=name), np.zeros((2, 0)), Reading(classes=["a"]), CPU)
        assert made.loss(right, targets) < 0.01 < 1 < made.loss(wrong, targets)
        assert made.val_loss(wrong, targets) == made.loss(wrong, targets)
        values[name] = made.loss(right / 20, targets).item()
    assert values["auto"] == values["dice-cross-entropy"]
    assert len(set(values.values())) == 3
