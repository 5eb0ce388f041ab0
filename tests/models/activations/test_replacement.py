import copy
from collections import Counter

import pytest
import torch
from torch import nn
from torch.nn import functional

from radzoo.core.errors import InputError, UsageError
from radzoo.models.activations import replace_activations
from radzoo.models.activations.concatenated import CReLU, FoldedCReLU
from radzoo.models.activations.flow import watch
from radzoo.models.activations.kinds import MAKERS, is_activation

# Their published activation is ReLU everywhere.
RELU = [
    ("timm", "resnet10t", 64),
    ("timm", "resnet18", 64),
    ("torchvision", "resnet18", 64),
    ("torchvision", "squeezenet1_1", 64),
    ("torchvision", "googlenet", 32),
]
SLOW_RELU = [
    ("torchvision", "alexnet", 64),
    ("timm", "regnety_002", 64),
    ("timm", "vgg11", 64),
    ("timm", "densenet121", 64),
    ("timm", "resnext50_32x4d", 64),
    ("torchvision", "vgg11", 64),
    ("torchvision", "vgg11_bn", 64),
    ("torchvision", "densenet121", 64),
    ("torchvision", "inception_v3", 96),
]
OTHERS = [
    ("timm", "convnext_atto", 64),
    ("timm", "mobilenetv3_small_050", 64),
    ("timm", "test_vit", 160),
]
SLOW_OTHERS = [
    ("timm", "efficientnet_b0", 64),
    ("timm", "vit_tiny_patch16_224", 224),
    ("timm", "eva02_tiny_patch14_224", 224),
]


def and_slowly(quick, slow):
    cases = [*quick, *(pytest.param(*one, marks=pytest.mark.slow) for one in slow)]
    return pytest.mark.parametrize(("library", "name", "size"), cases)


@and_slowly(RELU, SLOW_RELU)
def test_crelu_begins_as_the_published_network_of_relu(make, images, replaced, library, name, size):
    network, image = make(library, name).eval(), images(size)
    changed = copy.deepcopy(network)
    replace_activations(changed, "crelu", image.shape)
    with torch.inference_mode():
        wanted = network(image)
        assert torch.allclose(changed(image), wanted, atol=1e-5 * wanted.abs().max(), rtol=0)
        other = replaced(network, "tanh", image)(image)
        assert not torch.allclose(other, wanted, rtol=0.01)


@and_slowly(OTHERS, SLOW_OTHERS)
def test_crelu_begins_as_the_same_network_with_relu(make, images, replaced, library, name, size):
    network, image = make(library, name).eval(), images(size)
    with torch.inference_mode():
        wanted = replaced(network, "relu", image)(image)
        found = replaced(network, "crelu", image)(image)
        assert torch.allclose(found, wanted, atol=1e-5 * wanted.abs().max(), rtol=0)


@and_slowly([("timm", "resnet10t", 64)], [("torchvision", "vgg11_bn", 32)])
def test_the_new_half_learns(make, images, library, name, size):
    network, image = make(library, name), images(size)
    narrow = {path: weight.shape for path, weight in network.named_parameters()}
    replace_activations(network, "crelu", image.shape)
    network.eval()(image).square().sum().backward()
    wide = 0
    for path, weight in network.named_parameters():
        if narrow.get(path) != weight.shape and weight.ndim > 1:
            half = weight.shape[1] // 2
            assert weight[:, half:].eq(0).all() or path not in narrow
            assert weight.grad[:, half:].abs().max() > 0
            wide += 1
    assert wide > 8


PLACES = {
    ("timm", "resnet10t"): 11,
    ("timm", "mobilenetv3_small_050"): 33,
    ("torchvision", "resnet18"): 17,
    ("torchvision", "googlenet"): 57,
}


@pytest.mark.parametrize(
    ("library", "name", "kind"),
    [
        *(("timm", "resnet10t", kind) for kind in MAKERS),
        *((*network, kind) for network in list(PLACES)[1:] for kind in ("crelu", "sigmoid")),
    ],
)
def test_every_place_is_replaced_and_counted(make, library, name, kind):
    network = make(library, name).to("meta")
    done = replace_activations(network, kind, (2, 3, 64, 64))
    assert done.places == sum(done.kinds.values()) == PLACES[library, name]
    left = Counter(type(module) for module in network.modules() if is_activation(module))
    assert set(left) == {type(MAKERS[kind]())}
    assert kind not in ("crelu", "prelu") or left.total() == done.places


def test_gates_stay(make):
    network = make("timm", "mobilenetv3_small_050")
    before = {path for path, module in network.named_modules() if type(module) is nn.Hardsigmoid}
    done = replace_activations(network, "sigmoid", (2, 3, 64, 64))
    after = {path for path, module in network.named_modules() if type(module) is nn.Hardsigmoid}
    assert before == after
    assert len(before) == 9
    assert done.kinds == {"Hardswish": 19, "ReLU": 14}


def test_a_place_in_reach_of_one_kind_of_layer_is_widened_all_others_folded(make):
    network = make("timm", "resnet18")
    done = replace_activations(network, "crelu", (2, 3, 64, 64))
    assert network.layer1[0].conv2.in_channels == 128
    assert isinstance(network.layer1[0].act1, CReLU)
    assert network.layer1[1].conv1.in_channels == 64  # its input is also added further on
    assert isinstance(network.layer1[0].act2, FoldedCReLU)
    assert network.layer2[0].conv1.in_channels == network.layer2[0].downsample[0].in_channels == 128
    assert network.fc.in_features == 1024
    assert (done.places, done.folded) == (17, 5)


def test_names_are_the_same_every_time_and_weights_come_back(make, images, replaced):
    image = images(64)
    first = replaced(make("torchvision", "googlenet", seed=1), "crelu", image)
    second = replaced(make("torchvision", "googlenet", seed=2), "crelu", image)
    assert list(first.state_dict()) == list(second.state_dict())
    second.load_state_dict(first.state_dict())
    with torch.inference_mode():
        assert torch.equal(first(image), second(image))


@pytest.mark.parametrize("kind", ["sigmoid", "crelu"])
def test_a_rewritten_network_can_be_copied_and_goes_on_dropping(make, images, replaced, kind):
    network = replaced(make("torchvision", "googlenet"), kind, images(32))
    copied = copy.deepcopy(network)
    for weight in copied.parameters():
        weight.data.zero_()
    image = images(32)
    with torch.inference_mode():
        assert copied.eval()(image).abs().max() == 0
        assert network.eval()(image).abs().max() > 0


def test_prelu_has_weights_of_its_own_in_every_place(make):
    network = make("torchvision", "resnet18")
    replace_activations(network, "prelu", (2, 3, 64, 64))
    assert count(network, nn.PReLU) == 17
    assert (
        len({id(module.weight) for module in network.modules() if type(module) is nn.PReLU}) == 17
    )


class Odd(nn.Module):
    """Calls an activation only while it learns, or a number of times that depends on values."""

    def __init__(self, how):
        super().__init__()
        self.convolution, self.how = nn.Conv2d(3, 4, 3), how

    def forward(self, image):
        features = self.convolution(image)
        if self.how == "learning" and self.training:
            return functional.relu(features)
        if self.how == "values":
            return functional.relu(features) if features.shape[0] > 1 else features
        if self.how == "dropout":
            return functional.dropout(functional.relu(features), training=self.training)
        return features


@pytest.mark.parametrize("how", ["learning", "values", "dropout", "none"])
def test_what_cannot_be_replaced_is_named(how):
    with pytest.raises(InputError, match="Odd cannot be replaced") as caught:
        replace_activations(Odd(how), "elu", (2, 3, 8, 8))
    assert caught.value.id == "activation-out-of-reach"


def test_an_unknown_name(make):
    with pytest.raises(UsageError, match="no activation 'rellu'") as caught:
        replace_activations(make("timm", "resnet10t"), "rellu", (2, 3, 64, 64))
    assert "relu" in caught.value.hint


def test_watching_changes_nothing(make):
    network = make("torchvision", "resnet18")
    network.layer1.eval()
    before = copy.deepcopy(network.state_dict())
    modes = [module.training for module in network.modules()]
    drawn = torch.random.get_rng_state()
    watch(network, (2, 3, 64, 64), training=True)
    assert modes == [module.training for module in network.modules()]
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert torch.equal(drawn, torch.random.get_rng_state())
    assert not network.conv1._forward_hooks
    assert network.conv1.weight.device.type == "cpu"


def count(network, kind):
    return sum(isinstance(module, kind) for module in network.modules())
