import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from radzoo.models.activations import replace_activations
from radzoo.models.build import build_network
from radzoo.models.training.statistics import Monitor, join_names, kinds_of, pick_cases


class Two(nn.Module):
    """One convolution, one hidden layer, one output; activations as module and as function."""

    pretrained_cfg = {"classifier": "fc"}  # noqa: RUF012

    def __init__(self, activation=functional.relu):
        super().__init__()
        self.convolution, self.hidden = nn.Conv2d(1, 2, 1), nn.Linear(2, 4)
        self.fc, self.first, self.second = nn.Linear(4, 1), nn.ReLU(inplace=True), activation

    def forward(self, image):
        features = self.first(self.convolution(image)).mean((2, 3))
        return self.fc(self.second(self.hidden(features)))


def by_hand(activation=functional.relu):
    network = Two(activation)
    with torch.no_grad():
        for weight in network.parameters():
            weight.zero_()
        network.convolution.weight[:, 0, 0, 0] = torch.tensor([1.0, -1.0])
        network.hidden.weight[:, 0] = torch.tensor([1.0, 2.0, -1.0, -2.0])
        network.fc.weight.fill_(1.0)
    return network


IMAGES = torch.tensor([[[[1.0, 2.0]]], [[[3.0, 4.0]]]])


def total(logits, targets):
    return logits.sum()


def measure(network, images=IMAGES):
    return Monitor(network).measure(images, torch.zeros(len(images), 1), total)


def test_worked_by_hand():
    # The convolution gives x and -x of positive pixels: its second channel is dead, and half
    # of its values are zero. Means of x are 1.5 and 3.5: half of the hidden units are dead.
    found = measure(by_hand())
    assert found["dead[convolution]"] == found["saturation[convolution]"] == 0.5
    assert found["dead[hidden]"] == found["saturation[hidden]"] == 0.5
    # Each of the last four weights sees the sum of a unit's outputs, its bias one per case.
    sums = np.array([1.5 + 3.5, 2 * (1.5 + 3.5), 0, 0, 2])
    assert found["gradient[head]"] == pytest.approx(np.linalg.norm(sums))
    # d/dw of hidden = feature, for both living units; the second feature is zero.
    hidden = np.array([5, 5, 2, 2])
    assert found["gradient[hidden]"] == pytest.approx(np.linalg.norm(hidden))


def test_a_unit_is_dead_only_if_it_is_flat_in_every_case():
    images = IMAGES.clone()
    images[1] *= -1
    found = measure(by_hand(), images)
    assert found["dead[convolution]"] == 0
    assert found["saturation[convolution]"] == 0.5


@pytest.mark.parametrize(
    ("activation", "saturated", "dead"),
    [
        # Hidden units get 1.5, 3, -1.5, -3 in the first case and 3.5, 7, -3.5, -7 in the other.
        pytest.param(torch.tanh, 6 / 8, 0.0, id="1 - tanh(x)^2 < 0.05 where |x| > 2.18"),
        pytest.param(functional.leaky_relu, 4 / 8, 0.0, id="a slope of 0.01 is little, not none"),
        pytest.param(functional.gelu, 3 / 8, 0.0, id="-0.012 at -3, but -0.13 at -1.5"),
        pytest.param(functional.relu, 4 / 8, 0.5, id="none below zero"),
    ],
)
def test_saturated_below_a_twentieth_and_dead_below_a_thousandth(activation, saturated, dead):
    found = measure(by_hand(activation))
    assert found["saturation[hidden]"] == saturated
    assert found["dead[hidden]"] == dead


def test_crelu_is_nowhere_flat():
    network = by_hand()
    network.second = nn.ReLU()
    replace_activations(network, "crelu", IMAGES.shape)
    found = measure(network)
    assert found["dead[hidden]"] == found["saturation[hidden]"] == 0
    assert found["saturation[convolution]"] == 0


def test_sigmoid_lets_the_gradient_vanish_toward_the_image(make_entry):
    def gradients(activation):
        network = build_network(
            make_entry("resnet18", "torchvision"), outputs=1, weights=None, activation=activation
        )
        images = torch.rand(4, 1, 32, 32, generator=torch.Generator().manual_seed(0))
        return kinds_of(measure(network, images))["gradient"]

    relu, sigmoid = gradients(None), gradients("sigmoid")
    assert list(relu) == list(sigmoid) == [
        "conv1", "layer1", "layer2", "layer3", "layer4", "head",
    ]  # fmt: skip
    assert relu["conv1"] > relu["head"] / 100
    assert sigmoid["conv1"] < sigmoid["head"] / 100_000


def test_measuring_changes_nothing(make_entry):
    network = build_network(make_entry("resnet10t"), outputs=1, weights=None)
    network(torch.rand(2, 1, 32, 32)).sum().backward()
    state = copy.deepcopy(network.state_dict())
    stored = [weight.grad.clone() for weight in network.parameters()]
    drawn = torch.random.get_rng_state()
    monitor, images = Monitor(network), torch.rand(4, 1, 32, 32)
    torch.random.set_rng_state(drawn)
    first = monitor.measure(images, torch.zeros(4, 1), total)
    assert first == monitor.measure(images, torch.zeros(4, 1), total)
    assert torch.equal(drawn, torch.random.get_rng_state())
    assert all(torch.equal(state[name], value) for name, value in network.state_dict().items())
    assert all(
        torch.equal(old, weight.grad)
        for old, weight in zip(stored, network.parameters(), strict=True)
    )
    assert not any(module._forward_pre_hooks for module in network.modules())


def test_weights_that_rest_have_no_gradient():
    network = by_hand()
    network.hidden.requires_grad_(False)
    found = measure(network)
    assert found["gradient[hidden]"] == 0
    assert found["gradient[convolution]"] > 0


def test_many_stages_are_joined():
    assert join_names("layer1", "layer1") == "layer1"
    assert join_names("blocks.0", "blocks.3") == "blocks.0-3"
    assert join_names("conv1", "layer1") == "conv1-layer1"


@pytest.mark.parametrize(
    ("n_validation", "n_training", "n"),
    [(500, 100_000, 32), (500, 2_000, 20), (500, 50, 8), (5, 2_000, 5)],
)
def test_few_cases_are_measured_and_spread_over_all(n_validation, n_training, n):
    chosen = pick_cases(n_validation, n_training)
    assert len(chosen) == len(set(chosen)) == n
    assert chosen[0] == 0
    assert chosen[-1] == n_validation - 1
