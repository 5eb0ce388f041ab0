"""The registry that ships: whole, and true where the libraries themselves say so."""

import tomllib

import pytest

from radzoo.core.source import Source
from radzoo.zoo.catalog import load_catalog
from radzoo.zoo.listing import is_permissive
from radzoo.zoo.registries import PACKAGE, shipped_registry
from radzoo.zoo.sources import SOURCES
from radzoo.zoo.store import fetch_weights

CATALOG = load_catalog()
ENTRIES = CATALOG.entries.values()
TIMM = [entry for entry in ENTRIES if entry.source.kind == "hub"]


def test_what_must_be_there():
    assert set(CATALOG.entries) >= {
        "radzoo-phantom-tiny", "resnet18", "resnet50", "densenet121", "convnext_tiny",
        "efficientnet_b0", "vit_small", "alexnet", "vgg16", "xrv-densenet121-all",
    }  # fmt: skip


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_can_be_pulled_without_a_question(entry):
    assert is_permissive(entry.license.weights)
    assert entry.source.sha256 or entry.source.kind != "https"


def test_the_packaged_weights_are_there_and_right(tmp_path):
    fetched = fetch_weights(CATALOG.entries["radzoo-phantom-tiny"], cache=tmp_path, offline=True)
    assert fetched.cached
    assert fetched.size_bytes <= 4_000_000


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_labels_are_as_many_as_outputs(entry):
    if entry.labels is not None:
        assert len(entry.labels) == entry.architecture.arguments["num_classes"]
        assert len(set(entry.labels)) == len(entry.labels)


@pytest.mark.parametrize("entry", TIMM, ids=lambda entry: entry.name)
def test_timm_agrees(entry):
    from timm.models import get_pretrained_cfg

    config = get_pretrained_cfg(entry.architecture.name)
    assert entry.source.repository == config.hf_hub_id
    assert tuple(entry.input.mean) == config.mean
    assert tuple(entry.input.std) == config.std
    assert entry.input.interpolation == config.interpolation
    assert (entry.input.channels, entry.input.size, entry.input.size) == config.input_size
    assert entry.license.weights.lower() == config.license


@pytest.mark.parametrize(("name", "weights"), [("alexnet", "AlexNet"), ("vgg16", "VGG16")])
def test_torchvision_agrees(name, weights):
    from torchvision.models import get_weight

    entry = CATALOG.entries[name]
    published = get_weight(f"{weights}_Weights.IMAGENET1K_V1")
    transforms = published.transforms()
    assert entry.source.url == published.url
    assert entry.source.sha256[:8] in published.url
    assert entry.source.size_bytes == pytest.approx(published.meta["_file_size"] * 2**20, rel=1e-5)
    assert (entry.input.mean, entry.input.std) == (transforms.mean, transforms.std)
    assert [entry.input.size] == transforms.crop_size
    assert entry.input.interpolation == transforms.interpolation.value


@pytest.mark.parametrize("kind", SOURCES)
def test_every_source_goes_by_its_name(kind):
    source = SOURCES[kind]
    assert isinstance(source, Source)
    assert source.kind == kind


def test_the_registry_is_packed_into_the_wheel():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert packed == {"zoo.yaml": "radzoo/zoo.yaml"}
    assert shipped_registry() == PACKAGE.parent / "zoo.yaml"


def test_a_packed_registry_comes_first(tmp_path, monkeypatch):
    from radzoo.zoo import registries

    (tmp_path / "radzoo").mkdir()
    (tmp_path / "zoo.yaml").touch()
    monkeypatch.setattr(registries, "PACKAGE", tmp_path / "radzoo")
    assert registries.shipped_registry() == tmp_path / "zoo.yaml"
    (tmp_path / "radzoo" / "zoo.yaml").touch()
    assert registries.shipped_registry() == tmp_path / "radzoo" / "zoo.yaml"
