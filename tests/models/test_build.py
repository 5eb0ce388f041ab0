import pytest
import torch
from safetensors.torch import save_file

from radzoo.core.entry import KeyRule
from radzoo.core.errors import InputError, IntegrityError
from radzoo.models.build import build_network
from radzoo.models.heads import head_modules, head_names
from radzoo.models.published import build_whole
from radzoo.models.weights import put_weights
from radzoo.models.weights_file import WeightsFile

SMALL = [
    ("timm", "resnet10t", 1, 32),
    ("timm", "efficientnet_lite0", 3, 32),
    ("timm", "test_vit", 1, 64),
    ("timm", "test_convnext", 1, 32),
    ("timm", "deit_tiny_distilled_patch16_224", 3, 224),
    ("torchvision", "alexnet", 1, 64),
    ("torchvision", "densenet121", 1, 32),
    ("torchvision", "squeezenet1_1", 3, 32),
    ("torchvision", "mobilenet_v3_small", 3, 32),
    ("torchvision", "shufflenet_v2_x0_5", 1, 32),
]


@pytest.mark.parametrize(("library", "name", "channels", "size"), SMALL)
def test_gives_one_logit_per_case(make_entry, library, name, channels, size):
    entry = make_entry(name, library, channels, size)
    network = build_network(entry, outputs=2, weights=None)
    network.eval()
    with torch.inference_mode():
        assert network(torch.zeros(3, channels, size, size)).shape == (3, 2)
    assert all(module in set(network.modules()) for module in head_modules(network))


def volume_entry(entry, **contract):
    unet = {"spatial_dims": 3, "out_channels": 2, "channels": [2, 4], "strides": [2]}
    values = entry.model_dump()
    values["architecture"] |= {"library": "monai", "name": "UNet", "arguments": unet}
    values["input"] = {"dimensions": 3, "channels": 1} | contract
    return type(entry).model_validate(values)


def test_a_network_for_volumes_needs_no_fact_but_its_channels(make_entry, tmp_path):
    entry = volume_entry(make_entry())
    network = build_network(entry, outputs=2, weights=None)
    save_file(network.state_dict(), tmp_path / "w.safetensors")
    found = build_whole(entry, WeightsFile(tmp_path / "w.safetensors", None))
    assert all(
        torch.equal(found.state_dict()[name], value) for name, value in network.state_dict().items()
    )
    state = network.state_dict()
    last = list(state)[-1]
    save_file({name: state[name] for name in state if name != last}, tmp_path / "w.safetensors")
    with pytest.raises(IntegrityError, match=last):
        build_whole(entry, WeightsFile(tmp_path / "w.safetensors", None))
    with pytest.raises(InputError, match="channels") as caught:
        build_network(volume_entry(make_entry(), channels=None), outputs=2, weights=None)
    assert caught.value.id == "unknown-preprocessing"


@pytest.mark.parametrize("labels", [None, ["a", None, "b"], [None, None, None]])
def test_a_whole_network_has_all_outputs_that_have_a_place(make_entry, tmp_path, labels):
    entry = make_entry().model_copy(update={"labels": labels})
    state = build_network(entry, outputs=3, weights=None).state_dict()
    save_file(state, tmp_path / "w.safetensors")
    network = build_whole(entry, WeightsFile(tmp_path / "w.safetensors", None))
    (head,) = head_names(network)
    loaded = network.get_submodule(head).weight
    assert loaded.shape[0] == (3 if labels else 1)
    assert (labels is None) or torch.equal(loaded, state[f"{head}.weight"])


@pytest.mark.parametrize("library", ["timm", "torchvision"])
def test_the_same_seed_gives_the_same_network(make_entry, library):
    def build(seed):
        network = build_network(make_entry("resnet18", library), outputs=1, weights=None, seed=seed)
        return torch.cat([weight.flatten() for weight in network.parameters()])

    before = torch.random.get_rng_state()
    assert torch.equal(build(1), build(1))
    assert not torch.equal(build(1), build(2))
    assert torch.equal(before, torch.random.get_rng_state())


def test_the_new_head_does_not_depend_on_the_published_weights(make_entry, tmp_path):
    entry = make_entry()
    scratch = build_network(entry, outputs=1, weights=None, seed=4)
    state = {name: value + 1 for name, value in scratch.state_dict().items()}
    path = tmp_path / "weights.safetensors"
    save_file(state, path)
    tuned = build_network(entry, outputs=1, weights=WeightsFile(path, None), seed=4)
    (head,) = head_names(tuned)
    assert torch.equal(tuned.get_submodule(head).weight, scratch.get_submodule(head).weight)
    assert torch.equal(tuned.state_dict()["conv1.0.weight"], state["conv1.0.weight"])


def test_published_names_go_through_the_key_map_of_the_entry(make_entry, tmp_path):
    entry = make_entry()
    network = build_network(entry, outputs=1, weights=None, seed=4)
    state = {f"module.{name}": value + 1 for name, value in network.state_dict().items()}
    state["loss.weight"] = torch.zeros(3)
    path = tmp_path / "weights.safetensors"
    save_file(state, path)
    with pytest.raises(IntegrityError, match="missing"):
        build_network(entry, outputs=1, weights=WeightsFile(path, None))
    said = []
    rules = [KeyRule(keep="module."), KeyRule(strip="model.")]
    architecture = entry.architecture.model_copy(update={"key_map": rules})
    mapped = entry.model_copy(update={"architecture": architecture})
    found = build_network(
        mapped, outputs=1, weights=WeightsFile(path, None), keep_head=True, log=said.append
    )
    assert torch.equal(found.state_dict()["bn1.weight"], state["module.bn1.weight"])
    assert said == ["the rule 'strip: model.' met no published name"]


@pytest.mark.parametrize("library", ["timm", "torchvision"])
def test_dropout_is_the_last_layers_alone(make_entry, library):
    entry = make_entry("resnet18", library)
    network = build_network(entry, outputs=1, weights=None, dropout=0.5).eval()
    plain = build_network(entry, outputs=1, weights=None).eval()
    image = torch.rand(4, 1, 32, 32)
    with torch.inference_mode():
        assert torch.equal(network(image), plain(image))
        (head,) = head_modules(network)
        head.train()
        assert len({network(image)[0].item() for _ in range(5)}) == 5
    assert network.state_dict().keys() == plain.state_dict().keys()


def test_a_vision_transformer_is_resampled_to_another_size(make_entry):
    network = build_network(
        make_entry("test_vit", size=160), outputs=1, weights=None, image_size=96
    )
    with torch.inference_mode():
        assert network.eval()(torch.zeros(1, 1, 96, 96)).shape == (1, 1)


@pytest.mark.parametrize(
    ("library", "name", "size"),
    [("torchvision", "vit_b_16", 64), ("timm", "test_vit", 90), ("torchvision", "alexnet", 32)],
)
def test_an_impossible_size_is_said_before_any_work(make_entry, library, name, size):
    with pytest.raises(InputError, match="cannot take images") as caught:
        build_network(make_entry(name, library, size=160), outputs=1, weights=None, image_size=size)
    assert caught.value.id == "unfit-image-size"


@pytest.mark.parametrize("library", ["timm", "torchvision"])
def test_an_unknown_architecture(make_entry, library):
    with pytest.raises(InputError) as caught:
        build_network(make_entry("resnet17", library), outputs=1, weights=None)
    assert caught.value.id == "unknown-architecture"


@pytest.mark.parametrize("argument", ["checkpoint_path", "pretrained_cfg", "weights"])
def test_a_registry_cannot_make_the_library_open_files(make_entry, argument):
    entry = make_entry("resnet18", **{argument: "/etc/passwd"})
    with pytest.raises(InputError) as caught:
        build_network(entry, outputs=1, weights=None)
    assert caught.value.id == "reserved-argument"


@pytest.mark.parametrize("library", ["timm", "torchvision"])
def test_an_unknown_argument(make_entry, library):
    with pytest.raises(InputError) as caught:
        build_network(make_entry("resnet18", library, colour=1), outputs=1, weights=None)
    assert caught.value.id == "bad-arguments"


@pytest.mark.parametrize("activation", ["crelu", "sigmoid", "prelu"])
def test_weights_that_were_learnt_with_an_activation_fit_the_same_network(make_entry, activation):
    said = []

    def build(seed):
        return build_network(
            make_entry("resnet10t"), outputs=1, weights=None, seed=seed, activation=activation,
            log=said.append,
        ).eval()  # fmt: skip

    learnt, other = build(1), build(2)
    assert learnt.state_dict().keys() == other.state_dict().keys()
    put_weights(other, learnt.state_dict(), keep_head=True)
    image = torch.rand(2, 1, 32, 32)
    with torch.inference_mode():
        assert torch.equal(other(image), learnt(image))
    assert said[0].startswith(f"activations replaced: 11 ReLU became 11 {activation}")


def test_published_weights_are_put_in_before_the_activation(make_entry, tmp_path):
    entry = make_entry()
    published = build_network(entry, outputs=1, weights=None, seed=4).eval()
    save_file(published.state_dict(), tmp_path / "w.safetensors")
    weights = WeightsFile(tmp_path / "w.safetensors", None)
    wide = build_network(entry, outputs=1, weights=weights, keep_head=True, activation="crelu")
    image = torch.rand(2, 1, 32, 32)
    with torch.inference_mode():
        assert torch.allclose(wide.eval()(image), published(image), atol=1e-6)


def test_a_network_for_volumes_keeps_its_activation(make_entry):
    with pytest.raises(InputError, match="cannot be replaced") as caught:
        build_network(volume_entry(make_entry()), outputs=2, weights=None, activation="elu")
    assert caught.value.id == "activation-out-of-reach"
