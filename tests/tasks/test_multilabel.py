from pathlib import Path

import numpy as np
import pytest
import torch

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.reading import NOTHING_READ
from radzoo.tasks import TASKS
from radzoo.tasks.losses import sigmoid_loss
from radzoo.tasks.multilabel import TASK, check

LABELS = ["Edema", "Mass"]


def cases(*rows):
    return [
        Case(str(n), Path("x"), dict(zip(LABELS, row, strict=True))) for n, row in enumerate(rows)
    ]


def test_it_is_registered_with_an_output_for_each_label():
    assert TASKS["multilabel"] is TASK
    assert TASK.outputs(LABELS, NOTHING_READ) == 2


def test_one_label_with_both_classes_is_enough():
    check(cases((0.0, 1.0), (1.0, None)), LABELS, "train")
    with pytest.raises(InputError, match="no label of the val split") as caught:
        check(cases((0.0, 1.0), (None, 1.0)), LABELS, "val")
    assert caught.value.id == "one-class-split"


def test_one_label_is_another_task():
    with pytest.raises(InputError, match="needs several labels, the data have 1"):
        check(cases((0.0, 1.0)), ["Edema"], "train")


def test_the_label_with_another_value_is_named():
    with pytest.raises(InputError, match="'Mass' has values other than 0 and 1"):
        check(cases((0.0, 1.0), (1.0, -1.0)), LABELS, "train")


def test_the_loss_is_the_mean_of_the_binary_ones_over_what_is_labelled():
    chance = np.random.default_rng(0)
    logits = torch.tensor(chance.normal(size=(6, 2)))
    targets = torch.tensor(chance.integers(0, 2, (6, 2)).astype(float))
    targets[4:, 1] = torch.nan
    weights = torch.tensor([2.0, 0.5])
    whole = sigmoid_loss(logits, targets, weights)
    parts = [
        sigmoid_loss(logits[:n, [at]], targets[:n, [at]], weights[[at]]) * n
        for at, n in ((0, 6), (1, 4))
    ]
    assert whole.item() == pytest.approx(sum(parts).item() / 10)


def test_each_output_is_a_probability_of_its_own():
    assert TASK.scores(np.zeros((3, 2), np.float32), NOTHING_READ).tolist() == [[0.5, 0.5]] * 3
