"""Every network of timm and torchvision that ships: built, and filled under published names.

Those of MONAI and of radzoo itself are in `test_volume_builds`.
"""

from functools import partial

import published_names as published
import pytest
import torch
from torch import nn
from torchvision.models import get_model_weights

from radzoo.models.build import create
from radzoo.models.heads import head_modules, head_names
from radzoo.models.key_maps import apply_key_map
from radzoo.zoo.catalog import load_catalog

CATALOG = load_catalog().entries
PLANES = [e for e in CATALOG.values() if e.architecture.library in ("timm", "torchvision")]
# As their authors state them, in millions unless whole.
SIZES = {
    "eva-x-tiny": 6,
    "eva-x-small": 22,
    "eva-x-base": 86,
    "xrv-densenet121-all": 6_966_034,
    "xrv-resnet50-512": 23_538_642,
}
RESNET = ["conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool"]
INCEPTION = [
    "Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "maxpool1", "Conv2d_3b_1x1",
    "Conv2d_4a_3x3", "maxpool2", "Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6a", "Mixed_6b",
    "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7a", "Mixed_7b", "Mixed_7c", "avgpool",
]  # fmt: skip
AUXILIARY = published.with_extra("AuxLogits.conv0.conv.weight", "AuxLogits.fc.bias")
EVA_PRETRAINED = partial(published.eva_small, pretraining=True)
IMAGE_MODEL = published.under("encoder.encoder.", beside=["projector.model.0.weight"])
MOCO = published.under(
    "model.encoder_q.", beside=["model.queue", "model.encoder_k.classifier.bias"]
)
PUBLISHED = {
    "googlenet": published.with_extra("aux1.conv.conv.weight", "aux2.fc2.bias"),
    "inception_v3-tv": AUXILIARY,
    "inception_v3": AUXILIARY,
    "densenet121-tv": published.old_densenet,
    "densenet169-tv": published.old_densenet,
    "densenet201": published.old_densenet,
    "xrv-emory-race": published.emory_race,
    "xrv-mira-sex": published.under("model."),
    "eva-x-tiny": EVA_PRETRAINED,
    "eva-x-small": EVA_PRETRAINED,
    "eva-x-base": partial(published.eva_base, pretraining=True),
    "eva-x-tiny-cxr14": published.eva_small,
    "eva-x-small-cxr14": published.eva_small,
    "eva-x-base-cxr14": published.eva_base,
    "eva-x-tiny-chexpert": published.eva_small,
    "eva-x-small-chexpert": published.eva_small,
    "eva-x-small-covidx3": published.eva_small,
    "eva-x-small-covidx4": published.eva_small,
    "rad-dino": published.with_extra("mask_token"),
    "rad-dino-maira-2": published.transformers_dinov2,
    "dinov2-base-xray-224": published.transformers_dinov2,
    "biomedclip": published.under(
        "visual.trunk.", beside=["visual.head.proj.weight", "logit_scale", "text.proj.0.weight"]
    ),
    "biovil-resnet50": IMAGE_MODEL,
    "biovil-t-resnet50": published.under(
        "encoder.encoder.",
        beside=["encoder.backbone_to_vit.weight", "encoder.vit_pooler.pos_embed"],
    ),
    "medclip-resnet50": published.under(
        "vision_model.model.", beside=["logit_scale", "text_model.projection_head.weight"]
    ),
    "chexzero": published.openai_clip,
    "covidprognosis-mimic-chexpert": MOCO,
    "covidprognosis-mimic": MOCO,
    "radimagenet-resnet50": published.numbered("backbone.", RESNET),
    "radimagenet-densenet121": published.numbered("backbone.", ["features"]),
    "radimagenet-inception_v3": published.numbered("backbone.", INCEPTION),
    "monai-breast-density": published.numbered("features.", INCEPTION, head="fc"),
    "meddinov3-vit-base": published.meta_dinov3,
}


def each(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.name)


def build(entry, outputs):
    with torch.device("meta"):
        return create(entry.architecture, outputs=outputs, channels=entry.input.channels)


def size(network):
    return sum(weights.numel() for weights in network.parameters())


@each(PLANES)
def test_it_is_built(entry):
    network = build(entry, 2)
    assert {module.weight.shape[0] for module in head_modules(network)} == {2}
    first = next(module for module in network.modules() if isinstance(module, nn.Conv2d))
    assert first.in_channels == entry.input.channels


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


def test_every_key_map_is_tried():
    assert PUBLISHED.keys() == {entry.name for entry in PLANES if entry.architecture.key_map}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_names_become_those_of_the_network(name):
    entry = CATALOG[name]
    network = build(entry, entry.architecture.arguments.get("num_classes", 2))
    wanted = {key: tensor.shape for key, tensor in network.state_dict().items()}
    state = PUBLISHED[name](without_new_head(entry, network))
    given = apply_key_map(state, entry.architecture.key_map, network, log=pytest.fail)
    heads = tuple(f"{head}." for head in head_names(network))
    assert {key for key in given if not key.startswith(heads)} == {
        key for key in wanted if not key.startswith(heads)
    }
    assert all(tensor.shape == wanted[key] for key, tensor in given.items())


def without_new_head(entry, network):
    """Drop the last layer that radzoo adds to a network published without one."""
    has_one = "num_classes" in entry.architecture.arguments or entry.task == "backbone"
    heads = tuple(f"{head}." for head in head_names(network))
    return {
        key: tensor
        for key, tensor in network.state_dict().items()
        if has_one or not key.startswith(heads)
    }
