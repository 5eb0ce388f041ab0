import pytest
import torch
from safetensors.torch import load_file, save_file

from radzoo.core.errors import InputError, IntegrityError
from radzoo.models.heads import head_names
from radzoo.models.segmentation.networks import build_segmentation, multiples_of
from radzoo.models.training.layers import encoder_stages
from radzoo.models.weights import save_state
from radzoo.models.weights_file import WeightsFile
from radzoo.zoo.catalog import find_entry, load_catalog
from radzoo.zoo.sources import SOURCES

pytest.importorskip("monai")
pytest.importorskip("segmentation_models_pytorch")
SCRATCH = [
    entry
    for entry in load_catalog().entries.values()
    if (entry.source.kind, entry.task) == ("none", "segmentation")
]
LARGE = {"swinunetr-3d", "deeplabv3plus-2d", "fpn-2d", "unetpp-2d", "segresnet-3d"}
PLANES, VOLUMES = (64, 64), (32, 32, 32)


def shaped(make_plan, entry, **changes):
    return make_plan(PLANES if entry.input.dimensions == 2 else VOLUMES, **changes)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(one, id=one.name, marks=[pytest.mark.slow] if one.name in LARGE else [])
        for one in SCRATCH
    ],
)
def test_every_network_without_weights(make_plan, tmp_path, entry):
    plan = shaped(make_plan, entry)
    if entry.name == "swinunetr-3d":  # one voxel alone cannot be normalised at its bottom
        plan = make_plan((32, 64, 32))
    network = build_segmentation(entry, plan, weights=None, seed=3)
    images = torch.randn(2, 1, *plan.patch)
    with torch.inference_mode():
        learning = network.train()(images.clone())
        answer = network.eval()(images.clone())
    assert answer.shape == (2, 3, *plan.patch)
    deep = (2, 2, 3, *plan.patch)
    assert learning.shape == (
        deep if entry.name.startswith(("dynunet", "segres")) else answer.shape
    )
    # A file of weights holds each once, and stages know all of them.
    save_state(tmp_path / "weights.safetensors", network, "{}")
    named = [name for stage in encoder_stages(network) for name in stage.weights]
    heads = [n for n, _ in network.named_parameters() if n.startswith(head_names(network))]
    assert sorted(named + heads) == sorted(name for name, _ in network.named_parameters())
    again = build_segmentation(entry, plan, weights=None, seed=3)
    assert all(map(torch.equal, network.parameters(), again.parameters()))


def test_the_plan_shapes_a_network_without_weights(make_plan):
    plan = make_plan(
        (16, 32, 32), strides=[[1, 1, 1], [1, 2, 2], [2, 2, 2], [2, 2, 2]],
        kernels=[[1, 3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]], features=[4, 6, 8, 10],
        deep_supervision=3,
    )  # fmt: skip
    network = build_segmentation(find_entry("dynunet"), plan, weights=None)
    first = network.get_submodule("input_block.conv1.conv")
    assert (first.out_channels, first.kernel_size) == (4, (1, 3, 3))
    assert len(head_names(network)) == 3
    assert multiples_of(find_entry("dynunet"), plan) == (4, 8, 8)
    assert multiples_of(find_entry("unet-3d"), plan) == (4, 8, 8)
    # What is deepest has fewest voxels: heads are finest first.
    images = torch.randn(1, 1, 16, 32, 32)
    coarsest = network.train()(images)[0, -1]
    assert torch.equal(coarsest[:, ::2, ::4, ::4], coarsest[:, 1::2, 3::4, 3::4])


def test_it_computes_what_monai_does(make_plan):
    from radzoo.models.build import create
    from radzoo.models.segmentation.networks import planned

    entry, plan = find_entry("dynunet"), make_plan(VOLUMES)
    network = build_segmentation(entry, plan, weights=None, seed=1)
    monai = create(planned(entry, plan), outputs=3, channels=1)
    assert not monai.load_state_dict(network.state_dict(), strict=False).unexpected_keys
    images = torch.randn(2, 1, *VOLUMES)
    for training in (True, False):
        assert torch.equal(network.train(training)(images), monai.train(training)(images))


def test_an_encoder_gets_the_weights_that_ship(make_plan, tmp_path):
    entry, said = find_entry("radzoo-unet-phantom"), []
    published = load_file(SOURCES["package"].locate(entry.source, tmp_path))
    path = tmp_path / "whole.safetensors"
    save_file(published | {"fc.weight": torch.zeros(2, 128), "fc.bias": torch.zeros(2)}, path)
    plan, weights = make_plan(PLANES), WeightsFile(path, None)
    network = build_segmentation(entry, plan, weights=weights, log=said.append)
    for name in ("conv1.0.weight", "layer4.1.bn2.running_var"):
        assert torch.equal(network.state_dict()[f"encoder.model.{name}"], published[name])
    assert "2 tensors behind the encoder's features" in said[0]
    random = build_segmentation(entry, plan, weights=None)
    name = "segmentation_head.0.weight"
    assert torch.equal(network.state_dict()[name], random.state_dict()[name])


def test_an_encoder_that_lacks_something_is_refused(make_plan, tmp_path):
    entry, path = find_entry("radzoo-unet-phantom"), tmp_path / "few.safetensors"
    save_file({"conv1.0.weight": torch.zeros(12, 1, 3, 3)}, path)
    with pytest.raises(IntegrityError, match="do not fit"):
        build_segmentation(entry, make_plan(PLANES), weights=WeightsFile(path, None))


@pytest.mark.parametrize("name", ["monai-ventricular-short-axis-3label", "lungmask-r231"])
def test_a_published_network_gets_a_new_last_layer(make_plan, tmp_path, name):
    from radzoo.models.build import create

    entry, plan = find_entry(name), make_plan(PLANES)
    torch.manual_seed(5)
    state = create(entry.architecture, outputs=len(entry.labels), channels=1).state_dict()
    path = tmp_path / "published.safetensors"
    save_file({key: value.clone() for key, value in state.items()}, path)
    network = build_segmentation(entry, plan, weights=WeightsFile(path, None))
    assert network.eval()(torch.zeros(2, 1, *PLANES)).shape == (2, 3, *PLANES)
    heads = head_names(network)
    kept = {key: value for key, value in network.state_dict().items() if not key.startswith(heads)}
    assert kept
    assert all(torch.equal(value, state[key]) for key, value in kept.items())


@pytest.mark.parametrize(
    ("name", "patch", "seen"),
    [
        ("resnet18", PLANES, "does not segment"),
        ("unet-2d", VOLUMES, "takes images, the data are volumes"),
        ("monai-brats-mri-segmentation", VOLUMES, "takes 4 images of each case"),
        ("dynunet", (32, 30, 32), "cannot take patches of 32 x 30 x 32"),
        ("fpn-2d", (40, 64), "cannot take patches of 40 x 64"),
    ],
)
def test_what_does_not_fit_is_refused(make_plan, name, patch, seen):
    with pytest.raises(InputError, match=seen):
        build_segmentation(find_entry(name), make_plan(patch), weights=None)


@pytest.mark.parametrize(
    ("name", "patch", "multiples"),
    [
        ("unet-2d", PLANES, (32, 32)),
        ("swinunetr-3d", VOLUMES, (32, 32, 32)),
        ("segresnet-3d", VOLUMES, (8, 8, 8)),
        ("ct-fm-whole-body-seg", VOLUMES, (16, 16, 16)),
        ("monai-pediatric-abdominal-ct-segmentation", VOLUMES, (32, 32, 16)),
        ("lungmask-r231", PLANES, (16, 16)),
    ],
)
def test_of_what_edges_are_multiples(make_plan, name, patch, multiples):
    assert multiples_of(find_entry(name), make_plan(patch)) == multiples


@pytest.mark.parametrize("name", ["dynunet", "unet-3d", "segresnet-3d"])
def test_crelu_of_volumes_begins_as_relu(make_plan, name):
    plan = make_plan((16, 16, 16))
    relu, crelu = (
        build_segmentation(find_entry(name), plan, weights=None, activation=one).eval()
        for one in ("relu", "crelu")
    )
    volumes = torch.randn(2, 1, 16, 16, 16)
    with torch.inference_mode():
        assert torch.allclose(crelu(volumes), relu(volumes), atol=1e-4)
    assert sum(w.numel() for w in crelu.parameters()) > sum(w.numel() for w in relu.parameters())


def test_dropout_and_activation(make_plan):
    plan, said = make_plan(PLANES), []
    network = build_segmentation(
        find_entry("dynunet-2d"), plan, weights=None, activation="tanh", dropout=0.5,
        log=said.append,
    )  # fmt: skip
    assert "became" in said[0]
    kinds = {type(part).__name__ for part in network.modules()}
    assert "Tanh" in kinds
    assert "LeakyReLU" not in kinds
    images = torch.randn(1, 1, *PLANES)
    assert not torch.equal(network.train()(images), network(images))
    assert torch.equal(network.eval()(images), network(images))
