"""Every architecture that ships can be built, with its own kind of input and a new head."""

import pytest
import torch
from torch import nn
from torchvision.models import get_model_weights

from radzoo.models.build import create
from radzoo.models.heads import head_modules
from radzoo.zoo.catalog import load_catalog

CATALOG = load_catalog().entries
BUILT = [entry for entry in CATALOG.values() if entry.architecture.library != "external"]
PLANES = [entry for entry in BUILT if entry.architecture.library in ("timm", "torchvision")]
VOLUMES = [entry for entry in BUILT if entry not in PLANES]
# As their authors state them, in millions unless whole.
SIZES = {
    "eva-x-tiny": 6,
    "eva-x-small": 22,
    "eva-x-base": 86,
    "xrv-densenet121-all": 6_966_034,
    "xrv-resnet50-512": 23_538_642,
}


def each(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.name)


def build(entry, outputs):
    linspace = torch.linspace

    # SwinUNETR reads its drop rates as numbers, which the meta device has not.
    def on_cpu(*arguments, **options):
        return linspace(*arguments, **options | {"device": "cpu"})

    with torch.device("meta"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "linspace", on_cpu)
        return create(entry.architecture, outputs=outputs, channels=entry.input.channels)


def size(network):
    return sum(weights.numel() for weights in network.parameters())


@each(PLANES)
def test_it_is_built(entry):
    network = build(entry, 2)
    assert {module.weight.shape[0] for module in head_modules(network)} == {2}
    first = next(module for module in network.modules() if isinstance(module, nn.Conv2d))
    assert first.in_channels == entry.input.channels


@each(VOLUMES)
def test_a_network_for_volumes_is_built(entry):
    assert size(build(entry, len(entry.labels or [None, None]))) > 0


@pytest.mark.parametrize("name", SIZES)
def test_it_has_the_published_size(name):
    entry = CATALOG[name]
    parameters = size(build(entry, entry.architecture.arguments.get("num_classes", 0)))
    published = SIZES[name]
    assert parameters == published or round(parameters / 1e6) == published


@each([entry for entry in PLANES if "download.pytorch.org" in getattr(entry.source, "url", "")])
def test_torchvision_counts_the_same_parameters(entry):
    (published,) = [
        weights
        for weights in get_model_weights(entry.architecture.name)
        if weights.url == entry.source.url
    ]
    parameters = size(build(entry, 1000))
    # torchvision counts the auxiliary classifiers of Inception v3, which are left out here.
    left_out = 3_326_696 if entry.architecture.name == "inception_v3" else 0
    assert parameters + left_out == published.meta["num_params"]
