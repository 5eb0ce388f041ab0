import copy

import pytest
import torch
from torch import nn

from radzoo.models.training.fleet import clip_if_long, has_batch_norm


@pytest.mark.parametrize("size", [0.01, 0.999999, 1.0, 1.000001, 50.0])
def test_clipping_gives_what_torch_gives(size):
    network = nn.Linear(7, 3)
    network.weight.grad = torch.randn(3, 7, generator=torch.Generator().manual_seed(0))
    network.weight.grad *= size / network.weight.grad.norm()
    other = copy.deepcopy(network)
    other.weight.grad = network.weight.grad.clone()
    norm = clip_if_long(torch.optim.AdamW(network.parameters()), 1.0)
    assert torch.equal(norm, nn.utils.clip_grad_norm_(other.parameters(), 1.0))
    assert torch.equal(network.weight.grad, other.weight.grad)


def test_a_norm_that_is_not_finite_is_told():
    network = nn.Linear(2, 1)
    network.weight.grad = torch.tensor([[float("nan"), 1.0]])
    assert not clip_if_long(torch.optim.AdamW(network.parameters()), 1.0).isfinite()


def test_what_learns_from_a_batch_as_a_whole():
    assert has_batch_norm(nn.Sequential(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1)))
    assert not has_batch_norm(nn.Sequential(nn.Conv2d(1, 1, 1), nn.GroupNorm(1, 1)))
