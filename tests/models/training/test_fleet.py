import copy

import pytest
import torch
from torch import nn

from radzoo.models.build import build_network
from radzoo.models.device import Engine
from radzoo.models.ranks import Ranks
from radzoo.models.training.fleet import clip_if_long, has_batch_norm, join_statistics


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


@pytest.mark.parametrize(("device", "count", "joined"), [("cuda:0", 2, True), ("cuda:0", 1, False),
                                                        ("cpu", 2, False)])  # fmt: skip
def test_processes_on_gpus_join_their_statistics(make_entry, device, count, joined):
    network = build_network(make_entry("test_resnet"), outputs=1, weights=None)
    names = list(network.state_dict())
    join_statistics(network, Engine(torch.device(device), amp=False, ranks=Ranks(0, count)))
    kinds = {type(module) for module in network.modules()}
    assert any(issubclass(kind, nn.SyncBatchNorm) for kind in kinds) == joined
    assert list(network.state_dict()) == names
