import pytest
import torch
from torch import nn

from radzoo.models.training.ema import RunningMean


def line(value):
    network = nn.Sequential(nn.Linear(1, 1, bias=False), nn.BatchNorm1d(1, affine=False))
    put(network, value)
    return network


def put(network, value):
    with torch.no_grad():
        network[0].weight.fill_(value)


def mean_of(mean, network):
    with mean.in_place():
        return network[0].weight.item()


def test_by_hand():
    network = line(0.0)
    mean = RunningMean(network, decay=0.25)
    put(network, 1.0)
    mean.update()  # min(0.25, 2 / 11): 1 * 9 / 11
    assert mean_of(mean, network) == pytest.approx(9 / 11)
    put(network, 3.0)
    mean.update()  # min(0.25, 3 / 12) = 0.25
    assert mean_of(mean, network) == pytest.approx(0.25 * 9 / 11 + 0.75 * 3)
    put(network, 3.0)
    mean.update()  # the wanted decay, as 4 / 13 is more
    assert mean_of(mean, network) == pytest.approx(0.25 * (0.25 * 9 / 11 + 2.25) + 0.75 * 3)


def test_the_network_has_its_own_weights_again_even_after_an_error():
    network = line(0.0)
    mean = RunningMean(network, decay=0.9)
    put(network, 2.0)
    mean.update()
    with pytest.raises(ValueError, match="stop"), mean.in_place():
        raise ValueError("stop")
    assert network[0].weight.item() == 2
    assert mean_of(mean, network) != 2


def test_statistics_are_those_of_the_moment():
    network = line(1.0)
    mean = RunningMean(network, decay=0.9)
    network(torch.tensor([[1.0], [3.0]]))
    now = network[1].running_mean.clone()
    with mean.in_place():
        assert torch.equal(network[1].running_mean, now)
        assert network.state_dict().keys() == line(1.0).state_dict().keys()


def test_frozen_weights_are_not_kept_twice():
    network = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    network[0].requires_grad_(False)
    assert list(RunningMean(network, 0.9).state_dict()["mean"]) == ["1.weight", "1.bias"]


def test_goes_on_where_it_stood():
    torch.manual_seed(0)
    values = torch.rand(10).tolist()
    whole, network = None, line(0.0)
    whole = RunningMean(network, 0.8)
    for value in values:
        put(network, value)
        whole.update()
    first, second = line(0.0), line(0.0)
    early = RunningMean(first, 0.8)
    for value in values[:4]:
        put(first, value)
        early.update()
    late = RunningMean(second, 0.8)
    late.load_state_dict(early.state_dict())
    for value in values[4:]:
        put(second, value)
        late.update()
    assert mean_of(late, second) == mean_of(whole, network)


def test_the_mean_of_another_network_is_refused():
    with pytest.raises(KeyError):
        RunningMean(nn.Linear(1, 1), 0.8).load_state_dict(RunningMean(line(0.0), 0.8).state_dict())
