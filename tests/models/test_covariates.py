"""Numbers beside the image: they join the features, and the network never sees their channels."""

import numpy as np
import torch
from torch import nn

from radzoo.models.covariates import GAIN, WithCovariates, beside, numbers_in, with_covariates
from radzoo.models.training.probe import Before, Probe

K = 3
CPU = torch.device("cpu")


class Small(nn.Module):
    """Means of channels."""

    def __init__(self, outputs=2):
        super().__init__()
        self.fc = nn.Linear(1, outputs)

    def forward(self, images):
        assert images.shape[1] == 1
        return self.fc(images.flatten(2).mean(2))


def batch_of(n, *sides):
    chance = np.random.default_rng(0)
    images = torch.from_numpy(chance.normal(size=(n, 1, *sides)).astype(np.float32))
    told = chance.normal(size=(n, K))
    fed = beside(lambda chosen, epoch: images[torch.from_numpy(chosen)], told, CPU)
    return images, told, fed


def test_each_case_is_fed_its_own_numbers_flat_or_in_space():
    for sides in ((4, 4), (2, 4, 4)):
        images, told, fed = batch_of(5, *sides)
        chosen = np.array([3, 0])
        batch = fed(chosen, None)
        assert batch.shape == (2, 1 + K, *sides)
        assert torch.equal(batch[:, :1], images[[3, 0]])
        assert np.allclose(numbers_in(batch, K).numpy(), told[chosen], atol=1e-6)


def test_outputs_are_those_of_features_and_numbers_joined():
    images, told, fed = batch_of(5, 4, 4)
    network = with_covariates(Small(), K, 2)
    batch = fed(np.arange(5), None)
    assert torch.equal(network(batch), network.network(images))  # at first the image alone counts
    nn.init.normal_(network.covariates.weight)
    joined = torch.cat([images.flatten(2).mean(2), torch.from_numpy(told).float()], dim=1)
    weight = torch.cat([network.network.fc.weight, GAIN * network.covariates.weight], dim=1)
    expected = joined @ weight.T + network.network.fc.bias
    assert torch.allclose(network(batch), expected, atol=1e-5)


def test_without_numbers_nothing_changes():
    network = Small()
    assert with_covariates(network, 0, 2) is network
    feed = batch_of(2, 4, 4)[2]
    assert beside(feed, None, CPU) is feed


def test_a_probe_of_known_features_says_what_the_whole_network_says(make_entry):
    from radzoo.models.build import build_network

    network = WithCovariates(build_network(make_entry(), outputs=2, weights=None), K, 2).eval()
    nn.init.normal_(network.covariates.weight)
    batch = batch_of(4, 32, 32)[2](np.arange(4), None)
    with torch.no_grad():
        assert torch.allclose(Probe(network)(Before(network)(batch)), network(batch), atol=1e-5)
