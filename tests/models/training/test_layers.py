import pytest
import torch
from torch import nn

from radzoo.core.entry import Architecture
from radzoo.models.build import create
from radzoo.models.training.layers import (
    encoder_layers,
    encoder_stages,
    head_weights,
    part_of_encoder,
)

# One of each family of the zoo, as small as the library has it.
NETWORKS = [
    ("timm", "resnet18", {}, 64),
    ("timm", "resnext50_32x4d", {}, 64),
    ("timm", "densenet121", {}, 64),
    ("timm", "vgg11_bn", {}, 32),
    ("timm", "efficientnet_b0", {}, 64),
    ("timm", "tf_efficientnetv2_b0", {}, 64),
    ("timm", "convnext_atto", {}, 64),
    ("timm", "convnextv2_atto", {}, 64),
    ("timm", "vit_tiny_patch16_224", {"img_size": 64}, 64),
    ("timm", "deit_tiny_distilled_patch16_224", {"img_size": 64}, 64),
    ("timm", "eva02_tiny_patch14_224", {"img_size": 56}, 56),
    ("timm", "swin_tiny_patch4_window7_224", {"img_size": 56}, 56),
    ("timm", "mobilenetv3_small_050", {}, 64),
    ("timm", "regnety_002", {}, 64),
    ("timm", "maxvit_rmlp_pico_rw_256", {"img_size": 64}, 64),
    ("timm", "inception_v3", {}, 80),
    ("timm", "inception_resnet_v2", {}, 80),
    ("torchvision", "alexnet", {}, 64),
    ("torchvision", "resnet18", {}, 64),
    ("torchvision", "densenet121", {}, 64),
    ("torchvision", "vgg11_bn", {}, 32),
    ("torchvision", "squeezenet1_1", {}, 64),
    ("torchvision", "googlenet", {"aux_logits": False, "init_weights": False}, 64),
    ("torchvision", "inception_v3", {"aux_logits": False, "init_weights": False}, 80),
    ("torchvision", "mobilenet_v2", {}, 64),
    ("torchvision", "mobilenet_v3_small", {}, 64),
    ("torchvision", "efficientnet_b0", {}, 64),
    ("torchvision", "convnext_tiny", {}, 64),
    ("torchvision", "vit_b_16", {"image_size": 64}, 64),
    ("torchvision", "swin_t", {}, 64),
    ("torchvision", "mnasnet0_5", {}, 64),
]
IDS = [f"{library}-{name}" for library, name, _, _ in NETWORKS]


def build(library, name, arguments, channels=3):
    """Build on the meta device: shapes only."""
    with torch.device("meta"):
        return create(
            Architecture(library=library, name=name, arguments=arguments),
            outputs=1,
            channels=channels,
        )


@pytest.fixture(params=NETWORKS, ids=IDS)
def case(request):
    library, name, arguments, size = request.param
    return build(library, name, arguments).eval(), size


def test_every_weight_stands_in_one_stage_or_in_the_head(case):
    network, _ = case
    stages = encoder_stages(network)
    listed = [name for stage in stages for name in stage.weights] + list(head_weights(network))
    assert sorted(listed) == sorted(name for name, _ in network.named_parameters())
    assert 3 <= len(stages) <= 50
    assert len({stage.name for stage in stages}) == len(stages)
    shapes = dict(network.named_parameters())
    assert all(any(shapes[name].ndim > 1 for name in stage.weights) for stage in stages)


def test_stages_go_as_the_forward_pass_uses_them(case):
    network, size = case
    used = order_of_use(network, torch.empty(1, 3, size, size, device="meta"))
    firsts = []
    for stage in encoder_stages(network):
        seen = [used[name] for name in stage.weights if name in used]
        assert seen, stage.name
        firsts.append(min(seen))
    head = min(used[name] for name in head_weights(network))
    assert [*firsts, head] == sorted([*firsts, head])


def order_of_use(network, image):
    """Number the weights of modules by when the module first ran."""
    used = {}

    def note(name, module):
        for inner, _ in module.named_parameters(recurse=False):
            used.setdefault(f"{name}.{inner}".lstrip("."), len(used))

    # A block runs before what is in it, so only modules without children tell the order.
    hooks = [
        module.register_forward_pre_hook(lambda _, __, name=name, module=module: note(name, module))
        for name, module in network.named_modules()
        if not list(module.children())
    ]
    with torch.no_grad():
        network(image)
    for hook in hooks:
        hook.remove()
    return used


def test_names_of_stages_say_where_they_are():
    assert [stage.name for stage in encoder_stages(build("torchvision", "alexnet", {}))] == [
        "features.0", "features.3", "features.6", "features.8", "features.10",
        "classifier.1", "classifier.4",
    ]  # fmt: skip
    assert [stage.name for stage in encoder_stages(build("timm", "resnet18", {}))] == [
        "conv1", "layer1", "layer2", "layer3", "layer4",
    ]  # fmt: skip


def test_a_network_of_nobody_is_taken_by_its_children():
    network = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 8, 3), nn.Flatten(), nn.Linear(8, 2)
    )
    assert [stage.weights for stage in encoder_stages(network)] == [
        ("0.weight", "0.bias", "1.weight", "1.bias"),
        ("2.weight", "2.bias"),
    ]


@pytest.mark.parametrize(
    ("percent", "direction", "chosen"),
    [
        pytest.param(28.5, "end", {"classifier.1", "classifier.4"}, id="2 of 7 from the end"),
        pytest.param(14, "start", {"features.0"}, id="rounded up"),
        pytest.param(1e-3, "end", {"classifier.4"}, id="never none"),
        pytest.param(300 / 7, "start", {"features.0", "features.3", "features.6"}, id="3 of 7"),
    ],
)
def test_percent_counts_layers(percent, direction, chosen):
    names = part_of_encoder(build("torchvision", "alexnet", {}), percent, direction=direction)
    assert names == {f"{layer}.{kind}" for layer in chosen for kind in ("weight", "bias")}


def test_a_normalisation_is_a_layer_and_all_of_them_are_the_encoder():
    network = build("timm", "resnet18", {})
    assert len(encoder_layers(network)) == 40
    everything = {name for name, _ in network.named_parameters()}
    whole = part_of_encoder(network, 100, direction="end")
    assert whole == everything - head_weights(network)
