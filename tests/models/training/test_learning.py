import pytest
import torch
from torch import nn

from radzoo.core.entry import Architecture
from radzoo.models.build import create
from radzoo.models.training.learning import plan_learning, set_training
from radzoo.models.training.optimise import optimiser


def resnet():
    return create(Architecture(library="timm", name="test_resnet"), outputs=1, channels=1)


def learning(network):
    return {name for name, weight in network.named_parameters() if weight.requires_grad}


def stages_that_learn(network):
    return sorted({name.split(".")[0] for name in learning(network)})


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({"strategy": "LP"}, ["fc"], id="LP"),
        pytest.param(
            {"strategy": "full"},
            ["bn1", "conv1", "fc", "layer1", "layer2", "layer3", "layer4"],
            id="full",
        ),
        pytest.param(
            {"strategy": "partial", "unfreeze_pct": 5.0}, ["fc", "layer4"], id="from the end"
        ),
        pytest.param(
            {"strategy": "partial", "unfreeze_pct": 5.0, "direction": "start"},
            ["conv1", "fc"],
            id="from the image",
        ),
    ],
)
def test_what_learns(make_recipe, settings, expected):
    network = resnet()
    plan_learning(network, make_recipe(from_scratch=False, **settings))
    assert stages_that_learn(network) == expected


def test_one_more_stage_learns_after_every_so_many_epochs(make_recipe):
    network = resnet()
    curriculum = plan_learning(network, make_recipe(gradual_epochs=2))
    seen = []
    for epoch in (1, 2, 3, 4, 5, 7, 9, 11, 50):
        curriculum.begin_epoch(epoch)
        seen.append(len(stages_that_learn(network)))
    assert seen[:4] == [1, 1, 2, 2]
    assert seen == sorted(seen)
    assert len(learning(network)) == len(list(network.parameters()))
    # It depends on the epoch alone, whatever came before.
    curriculum.begin_epoch(3)
    assert stages_that_learn(network) == ["fc", "layer4"]


def test_what_rests_is_in_evaluation_mode(make_recipe):
    network = resnet()
    curriculum = plan_learning(network, make_recipe(gradual_epochs=1))
    curriculum.begin_epoch(2)
    modes = {name: module.training for name, module in network.named_modules()}
    assert modes["layer4.0.bn1"]
    assert not modes["layer3.0.bn1"]
    assert not modes["bn1"]
    before = network.get_submodule("layer3.0.bn1").running_mean.clone()
    moved = network.get_submodule("layer4.0.bn1").running_mean.clone()
    network(torch.rand(4, 1, 32, 32))
    assert torch.equal(network.get_submodule("layer3.0.bn1").running_mean, before)
    assert not torch.equal(network.get_submodule("layer4.0.bn1").running_mean, moved)


def test_dropout_follows_the_module_that_it_is_in():
    network = nn.ModuleDict(
        {
            "frozen": nn.Sequential(nn.Linear(2, 2), nn.Dropout()),
            "taught": nn.Sequential(nn.Linear(2, 2), nn.Dropout()),
        }
    )
    for weight in network["frozen"].parameters():
        weight.requires_grad_(False)
    set_training(network)
    assert [network["frozen"][1].training, network["taught"][1].training] == [False, True]


def test_a_resting_weight_has_its_place_in_the_optimiser_but_no_state(make_recipe):
    network = resnet()
    recipe = make_recipe(gradual_epochs=1)
    curriculum = plan_learning(network, recipe)
    optimizer = optimiser(network, recipe)
    held = [weight for group in optimizer.param_groups for weight in group["params"]]
    assert len(held) == len(list(network.parameters()))
    before = {name: weight.clone() for name, weight in network.named_parameters()}
    for epoch in (1, 2):
        curriculum.begin_epoch(epoch)
        optimizer.zero_grad()
        network(torch.rand(4, 1, 32, 32)).sum().backward()
        optimizer.step()
    changed = {
        name for name, weight in network.named_parameters() if (weight != before[name]).any()
    }
    assert {name.split(".")[0] for name in changed} == {"layer4", "fc"}
    steps = {
        name: optimizer.state[w]["step"].item()
        for name, w in network.named_parameters()
        if w in optimizer.state
    }
    assert {value for name, value in steps.items() if name.startswith("fc")} == {2}
    assert {value for name, value in steps.items() if name.startswith("layer4")} == {1}
    assert not any(name.startswith("layer3") for name in steps)


def test_every_stage_has_its_rate(make_recipe):
    network = resnet()
    recipe = make_recipe(lr=1.0, lr_encoder=0.5, layer_decay=0.1)
    plan_learning(network, recipe)
    optimizer = optimiser(network, recipe)
    peaks = {
        weight: group["peak"] for group in optimizer.param_groups for weight in group["params"]
    }
    rate = {name: peaks[weight] for name, weight in network.named_parameters()}
    assert rate["fc.weight"] == 1
    assert rate["layer4.0.conv1.weight"] == 0.5
    assert rate["layer3.0.bn1.weight"] == pytest.approx(0.05)
    assert rate["conv1.0.weight"] == pytest.approx(0.5e-4)
    # The history reads the encoder's rate from its last group.
    assert [g["peak"] for g in optimizer.param_groups if not g["is_head"]][-1] == 0.5


def test_scales_and_shifts_do_not_decay(make_recipe):
    network = resnet()
    recipe = make_recipe(weight_decay=0.3)
    for group in optimiser(network, recipe).param_groups:
        assert {weight.ndim > 1 for weight in group["params"]} == {group["weight_decay"] == 0.3}
