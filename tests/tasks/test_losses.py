import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from radzoo.tasks.losses import (
    class_balanced_weights,
    effective_number,
    odds_against,
    sigmoid_loss,
)

NAN = float("nan")
LOGITS = st.floats(-6, 6)
FORMS = [
    {},
    {"gamma": 2.0},
    {"smoothing": 0.1},
    {"gamma": 1.5, "smoothing": 0.2, "shift": torch.tensor([0.7])},
]


def column(*values):
    return torch.tensor(values, dtype=torch.float64)[:, None]


def test_focal_by_hand():
    """p = 0.75: a diseased case counts 0.25^2, a healthy one 0.75^2."""
    logits = column(math.log(3), math.log(3))
    value = sigmoid_loss(logits, column(1, 0), torch.ones(1), gamma=2.0)
    assert value.item() == pytest.approx(
        (0.25**2 * -math.log(0.75) + 0.75**2 * -math.log(0.25)) / 2
    )


def test_smoothing_by_hand():
    value = sigmoid_loss(column(math.log(3)), column(1), torch.ones(1), smoothing=0.2)
    assert value.item() == pytest.approx(0.9 * -math.log(0.75) + 0.1 * -math.log(0.25))


def test_a_shift_moves_the_logit_and_the_weight_stays():
    value = sigmoid_loss(
        column(0.0, 0.0), column(1, 0), torch.tensor([2.0]), shift=torch.tensor([math.log(3)])
    )
    assert value.item() == pytest.approx((2 * -math.log(0.75) + -math.log(0.25)) / 2)


@given(LOGITS, st.floats(0, 1), st.floats(0.1, 10))
def test_a_focal_loss_of_gamma_nearly_nothing_is_cross_entropy(logit, target, weight):
    weights = torch.tensor([weight], dtype=torch.float64)
    plain = sigmoid_loss(column(logit), column(target), weights)
    focal = sigmoid_loss(column(logit), column(target), weights, gamma=1e-12)
    assert focal.item() == pytest.approx(plain.item(), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("form", FORMS, ids=str)
@given(
    st.lists(st.tuples(LOGITS, st.sampled_from([0.0, 0.3, 1.0, NAN])), min_size=2, max_size=12),
    st.integers(1, 11),
)
def test_parts_weighed_by_what_is_known_are_the_whole(form, cases, cut):
    logits, targets = column(*(one for one, _ in cases)), column(*(two for _, two in cases))
    weights = torch.tensor([2.5])

    def total(part):
        known = int((~targets[part].isnan()).sum())
        return float(sigmoid_loss(logits[part], targets[part], weights, **form)) * known

    parts = total(slice(0, cut)) + total(slice(cut, None))
    assert parts == pytest.approx(total(slice(None)), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_what_is_not_known_counts_nothing(form):
    logits = column(1.0, 5.0).requires_grad_()
    weights = torch.tensor([2.0])
    value = sigmoid_loss(logits, column(1.0, NAN), weights, **form)
    alone = sigmoid_loss(column(1.0), column(1.0), weights, **form)
    assert value.item() == pytest.approx(alone.item())
    value.backward()
    assert logits.grad[1] == 0
    assert sigmoid_loss(logits, column(NAN, NAN), weights, **form).item() == 0


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("logit", [-300.0, 300.0])
def test_no_logit_is_too_large(form, logit):
    logits = column(logit, logit).requires_grad_()
    value = sigmoid_loss(logits, column(0, 1), torch.ones(1), **form)
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(logits.grad).all()


def test_odds_by_hand():
    targets = np.array([[1.0, 0], [0, 0], [0, 1], [np.nan, 1]])
    assert odds_against(targets).tolist() == [2, 1]
    assert odds_against(targets, np.array([2.0, 1, 1, 0])).tolist() == [1, 3]


def test_effective_numbers_by_hand():
    """beta 0.5: 1, 1 + 0.5, 1 + 0.5 + 0.25 new cases."""
    assert effective_number(np.array([0, 1, 2, 3]), beta=0.5).tolist() == [0, 1, 1.5, 1.75]


def test_small_classes_count_by_their_number_and_large_ones_alike():
    few = np.array([[1.0]] * 2 + [[0.0]] * 4)
    assert class_balanced_weights(few)[0] == pytest.approx(2, rel=2e-3)
    many = np.repeat([[1.0], [0.0]], [20_000, 60_000], axis=0)
    assert class_balanced_weights(many)[0] == pytest.approx(1, rel=1e-6)
    assert class_balanced_weights(np.array([[1.0], [1.0]])).tolist() == [1]


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_the_effective_weight_lies_between_one_and_the_odds(diseased, healthy):
    targets = np.repeat([[1.0], [0.0]], [diseased, healthy], axis=0)
    weight, odds = class_balanced_weights(targets)[0], odds_against(targets)[0]
    assert min(1, odds) - 1e-9 <= weight <= max(1, odds) + 1e-9
