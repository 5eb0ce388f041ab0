"""A network's state by its published names becomes that of the network again."""

import re
import sys

import pytest
import timm
import torch
import torchvision
from torch import nn

from radzoo.core.entry import KeyRule
from radzoo.core.errors import InputError, IntegrityError
from radzoo.models.key_maps import KEY_MAPS, apply_key_map


def fill(network, seed=0):
    """Give every tensor numbers of its own, so that no two can be taken for each other."""
    generator = torch.Generator().manual_seed(seed)
    return {
        name: torch.randn(value.shape, generator=generator)
        for name, value in network.state_dict().items()
    }


def mapped(state, network, *rules, log=lambda message: None):
    return apply_key_map(state, [KeyRule(**rule) for rule in rules], network, log)


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    assert [name for name in found if not torch.equal(found[name], expected[name])] == []


def rename(state, *pairs):
    renamed = {}
    for name, value in state.items():
        for old, new in pairs:
            name = re.sub(old, new, name)
        renamed[name] = value
    return renamed


ONE, TWO = torch.ones(1), torch.ones(2)
EMPTY = nn.Identity()


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param([{"strip": "module."}], {"a.w", "b.w", "fc.w"}, id="strip"),
        pytest.param([{"keep": "module."}], {"a.w", "b.w"}, id="keep"),
        pytest.param([{"drop": "module.a"}], {"module.b.w", "fc.w"}, id="drop"),
        pytest.param([{"rename": "fc.", "to": "head."}],
                     {"module.a.w", "module.b.w", "head.w"}, id="rename"),
        pytest.param([{"keep": "module."}, {"rename": "a.", "to": ""}], {"w", "b.w"}, id="order"),
    ],
)  # fmt: skip
def test_rules(rules, expected):
    state = {"module.a.w": ONE, "module.b.w": ONE, "fc.w": ONE}
    assert set(mapped(state, EMPTY, *rules)) == expected


def test_a_rule_that_meets_nothing_is_said():
    said = []
    assert set(mapped({"a": ONE}, EMPTY, {"strip": "module."}, log=said.append)) == {"a"}
    assert said == ["the rule 'strip: module.' met no published name"]


@pytest.mark.parametrize("rule", [{"keep": "visual."}, {"drop": "a"}])
def test_nothing_left_is_an_error(rule):
    with pytest.raises(IntegrityError, match="no published tensor"):
        mapped({"a": ONE}, EMPTY, rule)


def test_two_tensors_cannot_have_one_name():
    with pytest.raises(IntegrityError, match="the name a"):
        mapped({"module.a": ONE, "a": TWO}, EMPTY, {"strip": "module."})


def test_an_unknown_map_is_said_with_the_nearest():
    with pytest.raises(InputError, match="no key map called 'dinov3'") as caught:
        mapped({"a": ONE}, EMPTY, {"named": "dinov3"})
    assert "dinov2" in caught.value.hint


@pytest.mark.parametrize("name", KEY_MAPS)
def test_a_map_leaves_alone_what_it_does_not_know(name):
    network = timm.create_model("test_vit")
    assert_same(KEY_MAPS[name]({"surprise": ONE}, network), {"surprise": ONE})


def test_old_densenet():
    state = fill(torchvision.models.densenet121())
    old = rename(state, (r"(denselayer\d+\.(?:norm|conv))(\d)", r"\1.\2"))
    assert old.keys() != state.keys()
    assert_same(mapped(old, EMPTY, {"named": "old-densenet"}), state)


@pytest.mark.parametrize("prefix", ["", "backbone."])
def test_numeric_resnet(prefix):
    network = torchvision.models.resnet18()
    numbered = nn.Sequential(*list(network.children())[:9])
    state = {prefix + name: value for name, value in fill(numbered).items()}
    found = mapped(state, network, {"named": "numeric-resnet"}, {"strip": "backbone."})
    network.load_state_dict(found, strict=False)
    assert found.keys() == {n for n in network.state_dict() if not n.startswith("fc.")}
    assert torch.equal(network.layer1[0].conv1.weight, state[f"{prefix}4.0.conv1.weight"])


@pytest.mark.parametrize("inner", [False, True])
def test_numeric_densenet(inner):
    network = torchvision.models.densenet121()
    parts = network.features.children() if inner else list(network.children())[:-1]
    state = fill(nn.Sequential(*parts))
    found = mapped(state, network, {"named": "numeric-densenet"})
    assert found.keys() == {n for n in network.state_dict() if not n.startswith("classifier.")}
    first = "0.weight" if inner else "0.conv0.weight"
    assert torch.equal(found["features.conv0.weight"], state[first])


@pytest.mark.parametrize("auxiliary", [False, True])
def test_numeric_inception(auxiliary):
    network = torchvision.models.inception_v3(aux_logits=auxiliary, init_weights=False)
    state = fill(nn.Sequential(*network.children()))
    found = mapped(state, network, {"named": "numeric-inception"})
    assert found.keys() == network.state_dict().keys()
    assert torch.equal(found["Conv2d_1a_3x3.conv.weight"], state["0.conv.weight"])


def dinov2(**arguments):
    size = {"img_size": 28, "depth": 2, "embed_dim": 24, "num_heads": 2, "num_classes": 0}
    return timm.create_model("vit_small_patch14_dinov2", **size | arguments)


def test_dinov2_by_metas_names():
    state = fill(dinov2())
    published = rename(state, (r"^blocks\.", "blocks.0.")) | {"mask_token": ONE}
    assert_same(mapped(published, EMPTY, {"named": "dinov2"}), state)
    assert_same(mapped(state, EMPTY, {"named": "dinov2"}), state)


def test_dinov2_with_registers_is_what_timm_makes_of_it():
    network = timm.create_model(
        "vit_small_patch14_reg4_dinov2", img_size=28, depth=1, embed_dim=24, num_heads=2,
        num_classes=0,
    )  # fmt: skip
    state = fill(network)
    published = dict(state)
    published["register_tokens"] = published.pop("reg_token")
    published["pos_embed"] = torch.randn(1, 5, 24, generator=torch.Generator().manual_seed(1))
    published["mask_token"] = ONE
    found = mapped(published, network, {"named": "dinov2"})
    assert found.keys() == state.keys()
    expected = mapped(published, network, {"named": "timm"})
    assert_same(found, {name: expected[name] for name in found})


@pytest.mark.parametrize("prefix", ["", "dinov2."])
def test_dinov2_by_the_names_of_transformers(prefix):
    state = fill(dinov2())
    published = {}
    for name, value in state.items():
        if ".attn.qkv." in name:
            for part, piece in zip(("query", "key", "value"), value.chunk(3), strict=True):
                published[name.replace("attn.qkv", f"attention.attention.{part}")] = piece
        else:
            published[name] = value
    published = rename(
        published,
        (r"^norm\.", "layernorm."),
        (r"^blocks\.", "encoder.layer."),
        (r"\.attn\.proj\.", ".attention.output.dense."),
        (r"\.ls(\d)\.gamma", r".layer_scale\1.lambda1"),
        (r"^patch_embed\.proj\.", "embeddings.patch_embeddings.projection."),
        (r"^pos_embed", "embeddings.position_embeddings"),
        (r"^cls_token", "embeddings.cls_token"),
        ("^", prefix),
    ) | {f"{prefix}embeddings.mask_token": ONE}
    found = mapped(published, EMPTY, {"named": "dinov2-hf"})
    assert found.keys() == state.keys()
    assert_same(found, {name: state[name] for name in found})


def test_clip_is_what_timm_makes_of_it():
    network = timm.create_model(
        "vit_base_patch32_clip_224", img_size=64, depth=1, embed_dim=24, num_heads=2, num_classes=5
    )
    state = fill(network)
    published = rename(
        {name: value for name, value in state.items() if not name.startswith("head.")},
        (r"^patch_embed\.proj", "conv1"),
        (r"^norm_pre", "ln_pre"),
        (r"^norm\.", "ln_post."),
        (r"^blocks\.", "transformer.resblocks."),
        (r"\.norm(\d)", r".ln_\1"),
        (r"\.attn\.qkv\.", ".attn.in_proj_"),
        (r"\.attn\.proj", ".attn.out_proj"),
        (r"\.fc1", ".c_fc"),
        (r"\.fc2", ".c_proj"),
    )
    published["class_embedding"] = published.pop("cls_token").flatten()
    published["positional_embedding"] = published.pop("pos_embed")[0]
    published["proj"] = state["head.weight"].t()
    whole = {f"visual.{name}": value for name, value in published.items()} | {"logit_scale": ONE}
    found = mapped(whole, network, {"named": "clip-vit"})
    assert_same(found, state | {"head.bias": torch.zeros(5)})
    assert_same(mapped(published, network, {"named": "clip-vit"}), found)
    assert_same(mapped(whole, network, {"named": "timm"}), found)


def test_medicalnet():
    published = {"module.conv1.weight": ONE, "module.conv_seg.0.weight": TWO}
    assert_same(mapped(published, EMPTY, {"named": "medicalnet"}), {"conv1.weight": ONE})


def test_timm_has_its_own_filter_for_eva():
    network = timm.create_model("eva02_tiny_patch14_224", depth=1, num_classes=0)
    state = fill(network)
    published = {f"visual.{name}": value for name, value in state.items()}
    published["visual.rope.freqs_cos"] = ONE
    published["visual.mask_token"] = ONE
    found = mapped({f"{n}": v for n, v in published.items()}, network, {"keep": "visual."},
                   {"named": "timm"})  # fmt: skip
    assert_same(found, state)


def test_what_timm_prints_is_not_heard(monkeypatch, capfd):
    network = timm.create_model("resnet10t")

    def convert(state):
        sys.stdout.write("left out")
        return state

    monkeypatch.setattr(timm.models.resnet, "checkpoint_filter_fn", convert, raising=False)
    assert mapped({"a": ONE}, network, {"named": "timm"}).keys() == {"a"}
    assert capfd.readouterr() == ("", "")


def test_timm_leaves_networks_without_a_filter_alone():
    network = timm.create_model("resnet10t")
    state = fill(network)
    assert_same(mapped(state, network, {"named": "timm"}), state)
