import pytest
import torch
from torch import nn

from radzoo.core.entry import Architecture
from radzoo.models.build import create
from radzoo.models.heads import head_names
from radzoo.models.training.learning import plan_learning
from radzoo.models.training.low_rank import add_low_rank, merge

NETWORKS = [
    ("timm", "test_resnet", {}, 32),
    ("timm", "test_vit", {"img_size": 32}, 32),
    ("timm", "test_efficientnet", {}, 32),
    ("timm", "test_convnext", {}, 64),
    ("torchvision", "squeezenet1_1", {}, 32),
    (
        "torchvision",
        "vit_b_16",
        {"image_size": 32, "num_layers": 2, "num_heads": 2, "hidden_dim": 16, "mlp_dim": 32},
        32,
    ),
]


def build(library, name, arguments):
    torch.manual_seed(3)
    if name == "vit_b_16":
        from torchvision.models.vision_transformer import VisionTransformer

        return VisionTransformer(patch_size=16, num_classes=1, **arguments)
    architecture = Architecture(library=library, name=name, arguments=arguments)
    return create(architecture, outputs=1, channels=3)


@pytest.fixture(params=NETWORKS, ids=[name for _, name, _, _ in NETWORKS])
def case(request):
    library, name, arguments, size = request.param
    torch.manual_seed(0)
    return build(library, name, arguments), torch.rand(2, 3, size, size)


def disturb(network):
    """Learn something: let every change be other than nothing."""
    torch.manual_seed(1)
    with torch.no_grad():
        for weight in network.parameters():
            if weight.requires_grad:
                weight += 0.05 * torch.randn_like(weight)


def test_begins_at_the_published_network(case, make_recipe):
    network, images = case
    network.eval()
    before = network(images)
    plan_learning(network, make_recipe(lora_rank=2))
    torch.testing.assert_close(network(images), before, atol=1e-6, rtol=0)


def test_only_changes_and_the_last_layer_learn(case, make_recipe):
    network, _ = case
    plan_learning(network, make_recipe(lora_rank=2))
    heads = tuple(f"{name}." for name in head_names(network))
    learning = [name for name, weight in network.named_parameters() if weight.requires_grad]
    assert all(name.startswith(heads) or name.endswith((".down", ".up")) for name in learning)
    assert any(name.endswith(".down") for name in learning)


def test_merged_it_is_the_same_network_under_its_own_names(case, make_recipe):
    network, images = case
    names = list(network.state_dict())
    plan_learning(network, make_recipe(lora_rank=2)).begin_epoch(1)
    disturb(network)
    network.eval()
    unmerged = network(images)
    merge(network)
    assert sorted(network.state_dict()) == sorted(names)
    torch.testing.assert_close(network(images), unmerged, atol=1e-5, rtol=0)


def test_the_state_of_a_network_in_training_can_be_put_back(make_recipe):
    library, name, arguments, size = NETWORKS[1]
    first, second = build(library, name, arguments), build(library, name, arguments)
    for network in (first, second):
        plan_learning(network, make_recipe(lora_rank=2))
    disturb(first)
    second.load_state_dict(first.state_dict())
    images = torch.rand(2, 3, size, size)
    assert torch.equal(first.eval()(images), second.eval()(images))


def test_the_published_weights_do_not_move_and_the_changes_do(make_recipe):
    network = build(*NETWORKS[0][:3])
    published = network.get_submodule("conv1.0").weight.detach().clone()
    plan_learning(network, make_recipe(lora_rank=2)).begin_epoch(1)
    mean = network.get_submodule("bn1").running_mean.clone()
    network(torch.rand(4, 3, 32, 32)).sum().backward()
    weights = network.get_submodule("conv1.0").parametrizations.weight
    assert weights.original.grad is None
    assert torch.equal(weights.original, published)
    # `up` begins at zero, so the first gradient of `down` is zero and that of `up` is not.
    assert weights[0].up.grad.abs().sum() > 0
    assert torch.equal(network.get_submodule("bn1").running_mean, mean)


def test_by_hand():
    network = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 1))
    add_low_rank(network, rank=1, alpha=3.0, seed=0)
    change = network[0].parametrizations.weight[0]
    with torch.no_grad():
        network[0].parametrizations.weight.original.copy_(torch.eye(2))
        change.down.copy_(torch.tensor([[1.0, 2.0]]))
        change.up.copy_(torch.tensor([[1.0], [0.0]]))
    assert network[0].weight.tolist() == [[4.0, 6.0], [0.0, 1.0]]


def test_depthwise_convolutions_stay_and_grouped_ones_change(make_recipe):
    network = nn.Sequential(
        nn.Conv2d(4, 8, 3, groups=2), nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 8, 1),
        nn.Flatten(), nn.Linear(8, 1),
    )  # fmt: skip
    add_low_rank(network, rank=2, alpha=2.0, seed=0)
    learning = {name.split(".")[0] for name, w in network.named_parameters() if w.requires_grad}
    assert learning == {"0", "2", "4"}


def test_a_rank_is_no_higher_than_the_weight():
    network = nn.Sequential(nn.Linear(3, 7), nn.Linear(7, 1))
    add_low_rank(network, rank=100, alpha=1.0, seed=0)
    assert network[0].parametrizations.weight[0].up.shape == (7, 3)
    assert network[0].parametrizations.weight[0].scale == 1 / 100


def test_only_the_part_that_is_taught_is_changed(make_recipe):
    network = build(*NETWORKS[0][:3])
    plan_learning(
        network,
        make_recipe(strategy="partial", unfreeze_pct=20.0, lora_rank=2, from_scratch=False),
    )
    stages = {name.split(".")[0] for name, w in network.named_parameters() if w.requires_grad}
    assert stages == {"fc", "layer4"}


def test_the_same_seed_gives_the_same_changes(make_recipe):
    downs = []
    for seed in (0, 0, 1):
        network = build(*NETWORKS[0][:3])
        plan_learning(network, make_recipe(lora_rank=2, seed=seed))
        downs.append(network.get_submodule("conv1.0").parametrizations.weight[0].down)
    assert torch.equal(downs[0], downs[1])
    assert not torch.equal(downs[0], downs[2])


def test_a_change_is_not_rounded_in_half_precision():
    network = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 1))
    add_low_rank(network, rank=2, alpha=2.0, seed=0)
    with torch.autocast("cpu", torch.bfloat16):
        assert network[0].weight.dtype is torch.float32
