"""Every network for volumes and slices: built, fed, and filled under its published names."""

import importlib

import pytest
import torch
from torch import nn

from radzoo.core.entry import Architecture
from radzoo.core.errors import EnvironmentFailure, ExitCode, InputError
from radzoo.models.build import create
from radzoo.models.key_maps import apply_key_map
from radzoo.models.monai_networks import KNOWN, monai_module
from radzoo.models.networks import NETWORKS
from radzoo.zoo.catalog import load_catalog

CATALOG = load_catalog().entries
BUILT = [e for e in CATALOG.values() if e.architecture.library in ("monai", "radzoo")]
# Networks that give something else than one tensor with a channel for each label.
PECULIAR = {"RetinaNet", "vista3d132"}
MAPPED = [
    e
    for e in BUILT
    if e.labels and e.architecture.name not in {*PECULIAR, "point_regressor", "sybil"}
]

# Names as they stand in the published files, or in the code that writes them, with shapes.
PUBLISHED = {
    "medicalnet-resnet10-23ds": {
        "module.conv1.weight": (64, 1, 7, 7, 7),
        "module.layer1.0.conv1.weight": (64, 64, 3, 3, 3),
        "module.layer2.0.downsample.0.weight": (128, 64, 1, 1, 1),
        "module.layer2.0.downsample.1.running_mean": (128,),
    },
    "medicalnet-resnet18-23ds": {"module.layer4.1.bn2.weight": (512,)},
    "medicalnet-resnet34-23ds": {"module.layer3.5.conv2.weight": (256, 256, 3, 3, 3)},
    "medicalnet-resnet50-23ds": {
        "module.layer1.0.downsample.0.weight": (256, 64, 1, 1, 1),
        "module.layer4.2.conv3.weight": (2048, 512, 1, 1, 1),
    },
    "fmcib": {"conv1.weight": (128, 1, 7, 7, 7), "layer1.0.downsample.0.bias": (512,)},
    "ct-fm-features": {
        "conv_init.weight": (32, 1, 3, 3, 3),
        "layers.4.blocks.3.conv2.weight": (512, 512, 3, 3, 3),
    },
    "ct-fm-whole-body-seg": {
        "encoder.conv_init.weight": (32, 1, 3, 3, 3),
        "up_layers.3.head.weight": (118, 32, 1, 1, 1),
    },
    "merlin": {
        "encode_image.i3_resnet.conv1.weight": (64, 3, 3, 7, 7),
        "encode_image.i3_resnet.layer3.35.conv2.weight": (256, 256, 3, 3, 3),
        "encode_image.i3_resnet.classifier.weight": (1692, 2048, 1, 1, 1),
        "encode_image.i3_resnet.contrastive_head.bias": (512,),
    },
    "merlin-5yr-disease": {
        "layer4.0.downsample.0.weight": (2048, 1024, 1, 1, 1),
        "classifier.bias": (6,),
    },
    "sybil-1": {
        "model.image_encoder.0.0.weight": (64, 3, 3, 7, 7),
        "model.image_encoder.4.1.conv2.0.weight": (512, 512, 3, 3, 3),
        "model.pool.image_pool1.attention_fc.weight": (1, 512),
        "model.pool.volume_pool2.conv1d.weight": (512, 512, 11),
        "model.pool.volume_pool2.aggregate.attention_fc.bias": (1,),
        "model.pool.multi_img_hidden_fc.weight": (512, 1024),
        "model.pool.hidden_fc.weight": (512, 1536),
        "model.prob_of_failure_layer.hazard_fc.weight": (6, 512),
        "model.prob_of_failure_layer.upper_triagular_mask": (6, 6),
    },
    "monai-spleen-ct-segmentation": {
        "model.0.conv.unit0.conv.weight": (16, 1, 3, 3, 3),
        "model.2.1.conv.unit0.conv.weight": (2, 2, 3, 3, 3),
    },
    "monai-swin-unetr-btcv-segmentation": {
        "swinViT.patch_embed.proj.weight": (48, 1, 2, 2, 2),
        "out.conv.conv.weight": (14, 48, 1, 1, 1),
    },
    "monai-brats-mri-segmentation": {
        "convInit.conv.weight": (16, 4, 3, 3, 3),
        "conv_final.2.conv.weight": (3, 16, 1, 1, 1),
    },
    "monai-lung-nodule-ct-detection": {
        "feature_extractor.body.conv1.weight": (64, 1, 7, 7, 7),
        "regression_head.bbox_reg.weight": (18, 256, 3, 3, 3),
        "classification_head.cls_logits.weight": (3, 256, 3, 3, 3),
    },
    "monai-valve-landmarks": {
        "net.layer_0.1.conv.weight": (8, 8, 3, 3),
        "final.0.catmodule_9.0.conv.weight": (256, 128, 3, 3),
        "final.0.catmodule_9.2.weight": (2, 4096),
    },
    "voco-b-ssl": {
        "swinViT.layers1c.0.layer.conv1.conv.weight": (48, 48, 3, 3, 3),
        "encoder10.layer.conv2.conv.weight": (768, 768, 3, 3, 3),
    },
    "voco-omni-b": {"out.conv.conv.weight": (21, 48, 1, 1, 1)},
    "suprem-unet": {
        "module.backbone.down_tr64.ops.0.conv1.weight": (32, 1, 3, 3, 3),
        "module.backbone.down_tr512.ops.1.bn1.running_var": (512,),
        "module.backbone.up_tr256.up_conv.weight": (512, 512, 2, 2, 2),
        "module.backbone.up_tr64.ops.0.conv1.weight": (64, 192, 3, 3, 3),
    },
    "suprem-swinunetr": {
        "module.backbone.swinViT.patch_embed.proj.weight": (48, 1, 2, 2, 2),
        "module.backbone.decoder1.transp_conv.conv.weight": (48, 48, 2, 2, 2),
    },
    "suprem-segresnet": {"module.convInit.conv.weight": (16, 1, 3, 3, 3)},
    "monai-swinvit-ssl": {
        "encoder.patch_embed.proj.weight": (48, 1, 2, 2, 2),
        "encoder.layers1.0.0.blocks.0.attn.qkv.weight": (144, 48),
        "encoder.layers4.0.0.downsample.reduction.weight": (768, 3072),
        "encoder10.layer.conv1.conv.weight": (768, 768, 3, 3, 3),
    },
    "lungmask-r231": {
        "down_path.0.block.0.weight": (64, 1, 3, 3),
        "down_path.4.block.5.running_mean": (1024,),
        "up_path.0.up.1.weight": (512, 1024, 1, 1),
        "up_path.3.conv_block.block.0.weight": (64, 128, 3, 3),
        "last.weight": (3, 64, 1, 1),
    },
}
# Published, and of no use to the network.
LEFT_OUT = {
    "medicalnet-resnet10-23ds": ["module.conv_seg.0.weight"],
    "merlin": ["encode_text.linear_layer.weight", "logit_scale"],
    "suprem-unet": ["module.organ_embedding", "module.controller.weight"],
    "suprem-segresnet": ["module.conv_final.2.conv.weight"],
    "monai-swinvit-ssl": ["encoder.mask_token", "encoder.norm.bias", "out.conv.conv.weight"],
    "lungmask-r231": [
        "down_path.0.residual_input_conv.weight",
        "up_path.3.residual_batchnorm.bias",
        "up_path.0.conv_block.residual_batchnorm.num_batches_tracked",
    ],
}
# Files that hold nothing but the tensors of the network.
FILLED = [
    "ct-fm-features",
    "medicalnet-resnet10-23ds",
    "medicalnet-resnet34-23ds",
    "medicalnet-resnet50-23ds",
    "monai-spleen-ct-segmentation",
    "voco-b-ssl",
    "voco-l-ssl",
]


def each(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.name)


@pytest.fixture
def on_meta(monkeypatch):
    """Build without memory; SwinUNETR reads its drop rates as numbers, which meta has not."""
    linspace = torch.linspace
    monkeypatch.setattr(
        torch, "linspace", lambda *given, **more: linspace(*given, **more | {"device": "cpu"})
    )
    with torch.device("meta"):
        yield


def build(entry):
    outputs = len(entry.labels or [None])
    stated = entry.architecture.arguments.get("out_channels", outputs)
    return create(entry.architecture, outputs=stated, channels=entry.input.channels).eval()


@each(BUILT)
def test_it_takes_the_channels_of_the_contract(entry, on_meta):
    network = build(entry)
    kinds = (nn.Conv2d, nn.Conv3d)
    first = next(module for module in network.modules() if isinstance(module, kinds))
    assert first.in_channels in (entry.input.channels, 3 * entry.input.channels)
    assert isinstance(first, kinds[entry.input.dimensions - 2])


@each([entry for entry in BUILT if entry.labels and "out_channels" in entry.architecture.arguments])
def test_it_has_a_label_for_each_output(entry):
    assert len(entry.labels) == entry.architecture.arguments["out_channels"]


@each(MAPPED)
def test_it_gives_a_map_for_each_label(entry, on_meta):
    if entry.architecture.name == "SwinUNETR":
        pytest.importorskip("einops")
    edges = [64] * entry.input.dimensions
    given = torch.empty(1, entry.input.channels, *edges)
    maps = build(entry)(given)
    maps = maps[0] if isinstance(maps, (list, tuple)) else maps
    assert maps.shape == (1, len(entry.labels), *edges)


@each([CATALOG[name] for name in FILLED])
def test_its_tensors_fill_the_published_file(entry, on_meta):
    source = entry.source
    published = source.size_bytes or source.size_mb * 1e6
    tensors = build(entry).state_dict().values()
    held = sum(tensor.numel() * tensor.element_size() for tensor in tensors)
    assert held == pytest.approx(published, rel=5e-3)


def prefixed(entry):
    """Undo the key map of an entry for all names of its network."""
    network = build(entry)
    names = dict.fromkeys(network.state_dict())
    rules = [rule for rule in reversed(entry.architecture.key_map) if rule.drop is None]
    for rule in rules:
        names = {undone(name, rule): None for name in names}
    return network, list(names)


def undone(name, rule):
    if rule.named == "medicalnet":
        return f"module.{name}"
    if rule.rename is not None:
        return rule.rename + name.removeprefix(rule.to) if name.startswith(rule.to) else name
    return f"{rule.keep or rule.strip}{name}"


@each([entry for entry in BUILT if entry.name in PUBLISHED])
def test_published_names_go_through_the_key_map_and_fit(entry, on_meta):
    network, names = prefixed(entry)
    wanted = network.state_dict()
    state = dict(zip(names, wanted.values(), strict=True))
    assert {name: tuple(state[name].shape) for name in PUBLISHED[entry.name]} == (
        PUBLISHED[entry.name]
    )
    state |= {name: torch.empty(1) for name in LEFT_OUT.get(entry.name, [])}
    mapped = apply_key_map(state, entry.architecture.key_map, network)
    assert {name: tensor.shape for name, tensor in mapped.items()} == {
        name: tensor.shape for name, tensor in wanted.items()
    }


def test_every_kind_of_network_is_held_to_published_names():
    held = {CATALOG[name].architecture.name for name in PUBLISHED}
    published = {entry.architecture.name for entry in BUILT if entry.source.kind != "none"}
    assert held >= published - {"DynUNet", "vista3d132"}


def test_a_small_one_answers():
    network = create(CATALOG["medicalnet-resnet10-23ds"].architecture, outputs=1, channels=1).eval()
    with torch.inference_mode():
        features = network(torch.rand(2, 1, 32, 32, 32, generator=torch.Generator().manual_seed(0)))
    assert features.shape == (2, 512)
    assert not torch.equal(features[0], features[1])


def test_the_risk_of_sybil_never_falls_with_time():
    torch.manual_seed(0)
    network = NETWORKS["sybil"](channels=3, outputs=6).eval()
    with torch.inference_mode():
        logits = network(torch.rand(2, 3, 4, 16, 16))
    assert logits.shape == (2, 6)
    assert bool((logits.diff(dim=1) >= 0).all())
    assert bool((logits[:, -1] > logits[:, 0]).all())


def test_lungmask_gives_probabilities():
    torch.manual_seed(0)
    network = NETWORKS["lung_unet"](channels=1, outputs=3, depth=3, width=4).eval()
    with torch.inference_mode():
        logarithms = network(torch.rand(1, 1, 32, 48))
    assert logarithms.shape == (1, 3, 32, 48)
    torch.testing.assert_close(logarithms.exp().sum(dim=1), torch.ones(1, 32, 48))


def test_the_genesis_unet_uses_the_statistics_of_the_patch():
    torch.manual_seed(0)
    network = NETWORKS["genesis_unet"](channels=1, outputs=1)
    volume = torch.rand(1, 1, 16, 16, 16)
    with torch.inference_mode():
        training, predicting = network.train()(volume), network.eval()(volume)
    assert training.shape == (1, 64, 16, 16, 16)
    torch.testing.assert_close(training, predicting)
    assert bool((network.down_tr64.ops[0].bn1.running_mean == 0).all())


def test_swin_features_need_no_last_layer(on_meta):
    whole = NETWORKS["swin_features"](channels=1, outputs=1, feature_size=48)
    encoder = NETWORKS["swin_features"](channels=1, outputs=1, feature_size=48, decoder=False)
    assert not [name for name in whole.state_dict() if name.startswith("out.")]
    assert whole.state_dict().keys() > encoder.state_dict().keys()


def test_swin_features_come_at_five_levels(on_meta):
    pytest.importorskip("einops")
    encoder = NETWORKS["swin_features"](channels=1, outputs=1, feature_size=12, decoder=False)
    shapes = [tuple(level.shape) for level in encoder(torch.empty(2, 1, 64, 64, 64))]
    assert shapes == [
        (2, features, edge, edge, edge)
        for features, edge in [(12, 64), (12, 32), (24, 16), (48, 8), (192, 2)]
    ]


def test_without_monai_it_says_what_to_install(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(EnvironmentFailure) as caught:
        create(Architecture(library="monai", name="UNet"), outputs=2, channels=1)
    assert caught.value.id == "monai-missing"
    assert caught.value.exit_code == ExitCode.ENVIRONMENT == 5
    assert "radzoo[volume]" in caught.value.hint


@pytest.mark.parametrize("name", ["load_decathlon_datalist", "ViT", "monai.bundle", "__class__"])
def test_a_registry_reaches_nothing_else_in_monai(name):
    with pytest.raises(InputError) as caught:
        create(Architecture(library="monai", name=name), outputs=2, channels=1)
    assert caught.value.id == "unknown-architecture"


def test_the_known_networks_are_there():
    for name, known in KNOWN.items():
        assert callable(getattr(monai_module(known.module), name))


@pytest.mark.parametrize(
    "arguments", [{"no_such_argument": 1}, {"feature_size": 47}, {"pretrained": True}]
)
def test_wrong_arguments_are_refused(arguments):
    architecture = Architecture(library="monai", name="SwinUNETR", arguments=arguments)
    with pytest.raises(InputError) as caught:
        create(architecture, outputs=2, channels=1)
    assert caught.value.id in ("bad-arguments", "reserved-argument")


def test_an_unknown_network_of_our_own_is_refused():
    with pytest.raises(InputError) as caught:
        create(Architecture(library="radzoo", name="os"), outputs=2, channels=1)
    assert caught.value.id == "unknown-architecture"


def test_an_external_network_is_not_built():
    with pytest.raises(InputError) as caught:
        create(CATALOG["hd-bet"].architecture, outputs=2, channels=1)
    assert caught.value.id == "external-architecture"
