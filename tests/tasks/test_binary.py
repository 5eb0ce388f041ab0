from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core.case import Case
from radzoo.core.errors import InputError
from radzoo.core.reading import NOTHING_READ
from radzoo.tasks import TASKS
from radzoo.tasks.binary import TASK, check
from radzoo.tasks.findings import scores, weigh
from radzoo.tasks.losses import sigmoid_loss as loss


def cases(*values):
    return [Case(str(n), Path("x"), {"x": value}) for n, value in enumerate(values)]


def test_it_is_registered():
    assert TASKS["binary"] is TASK
    assert TASK.outputs(["x"], NOTHING_READ) == 1


def test_both_classes_are_needed():
    check(cases(0.0, 1.0, None), ["x"], "train")
    with pytest.raises(InputError, match="val split has 2 cases with 'x' and 0 without") as caught:
        check(cases(1.0, 1.0, None), ["x"], "val")
    assert caught.value.id == "one-class-split"


def test_one_label_is_needed():
    with pytest.raises(InputError, match="two, three"):
        check(cases(0.0, 1.0), ["one", "two", "three"], "train")


def test_other_values_are_refused():
    with pytest.raises(InputError) as caught:
        check(cases(0.0, 1.0, 2.0), ["x"], "train")
    assert caught.value.id == "target-not-binary"


def test_weights_by_hand():
    assert weigh(np.array([[1.0], [0], [0], [0], [np.nan]])).tolist() == [3]


def test_scores_by_hand():
    logits = np.array([[0.0], [np.log(3)], [-np.log(3)], [800], [-700]], np.float32)
    result = scores(logits)[:, 0]
    assert result[:4] == pytest.approx([0.5, 0.75, 0.25, 1])
    assert 0 < result[4] < 1e-300


def test_a_target_that_is_not_known_counts_nothing():
    logits = torch.tensor([[1.0], [5.0]], requires_grad=True)
    both = loss(logits, torch.tensor([[1.0], [float("nan")]]), torch.ones(1))
    assert both.item() == pytest.approx(np.log1p(np.exp(-1)))
    both.backward()
    assert logits.grad[1] == 0
    assert loss(logits, torch.full((2, 1), float("nan")), torch.ones(1)).item() == 0


@given(st.integers(1, 50), st.integers(1, 50))
def test_the_weighted_loss_is_least_at_the_true_prevalence(diseased, healthy):
    targets = torch.tensor([[1.0]] * diseased + [[0.0]] * healthy, dtype=torch.float64)
    weights = torch.from_numpy(weigh(targets.numpy()))
    best = torch.tensor(float(np.log(diseased / healthy)), dtype=torch.float64, requires_grad=True)
    loss(best.expand(len(targets), 1), targets, weights).backward()
    assert best.grad.item() == pytest.approx(0, abs=1e-9)
    assert scores(np.array([[best.item()]]))[0, 0] == pytest.approx(diseased / (diseased + healthy))
