"""Networks small enough for tests, with normalisations that let every layer speak."""

import copy
from functools import cache

import pytest
import timm
import torch
from torch import nn
from torchvision.models import get_model

from radzoo.models.activations import replace_activations

WITHOUT_AUXILIARY = {"googlenet", "inception_v3"}


@cache
def build(library, name, seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if library == "timm":
            network = timm.create_model(name, num_classes=3)
        elif name in WITHOUT_AUXILIARY:
            network = get_model(name, weights=None, aux_logits=False, init_weights=False)
        else:
            network = get_model(name, weights=None)
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 2)
                nn.init.uniform_(module.weight, 0.5, 1.5)
    return network.eval()


def make_network(library, name, seed=0):
    return copy.deepcopy(build(library, name, seed))


def replaced_in(network, kind, image):
    changed = copy.deepcopy(network)
    replace_activations(changed, kind, image.shape)
    return changed


@pytest.fixture
def make():
    return make_network


@pytest.fixture
def images():
    def draw(size, n=2):
        return torch.rand(n, 3, size, size, generator=torch.Generator().manual_seed(1))

    return draw


@pytest.fixture
def replaced():
    return replaced_in
