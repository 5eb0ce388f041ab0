import pytest
import torch
from torch import nn
from torchvision.models import get_model

from radzoo.models.build import build_network
from radzoo.models.dropout import drop_features, own_dropouts, published_dropout
from radzoo.models.heads import head_modules


@pytest.mark.parametrize(
    ("library", "name", "layers", "share"),
    [
        ("torchvision", "alexnet", 2, 0.5),
        ("torchvision", "squeezenet1_1", 1, 0.5),
        ("torchvision", "resnet18", 0, 0.0),
        ("timm", "vgg11", 1, 0.0),
        ("timm", "test_vit", 0, 0.0),
    ],
)
def test_a_networks_own_layers_take_the_share(make_entry, library, name, layers, share):
    size = 160 if name == "test_vit" else 64
    network = build_network(make_entry(name, library, 3, size), outputs=1, weights=None)
    assert len(own_dropouts(network)) == layers
    assert published_dropout(network) == share
    own = own_dropouts(network)
    drop_features(network, 0.25)
    assert [layer.p for layer in own] == [0.25] * layers
    drop_features(network, 0.0)
    assert [layer.p for layer in own] == [0.0] * layers


class Own(nn.Module):
    pretrained_cfg = {"classifier": "fc"}  # noqa: RUF012

    def __init__(self):
        super().__init__()
        self.drop, self.fc = nn.Dropout(0.5), nn.Linear(8, 1, bias=False)
        nn.init.ones_(self.fc.weight)

    def forward(self, features):
        return self.fc(self.drop(features))


@pytest.mark.parametrize(
    ("learns", "expected"),
    [
        pytest.param("all", {0, 4, 8, 12, 16, 20, 24, 28, 32}, id="its own layer alone"),
        pytest.param("head", {0, 4, 8, 12, 16, 20, 24, 28, 32}, id="the last layer's inputs"),
        pytest.param("none", {8}, id="nothing"),
    ],
)
def test_features_are_dropped_once(learns, expected):
    network = Own().eval()
    drop_features(network, 0.75)  # what is left counts four times
    if learns == "all":
        network.train()
    if learns == "head":
        for head in head_modules(network):
            head.train()
    torch.manual_seed(0)
    with torch.inference_mode():
        found = {network(torch.ones(1, 8)).item() for _ in range(40)}
    assert found <= expected
    assert (len(found) > 1) == (learns != "none")


def test_vgg_of_torchvision_drops_as_published():
    with torch.device("meta"):
        assert published_dropout(get_model("vgg16", weights=None)) == 0.5
