"""The registry that ships: whole, well-formed, and true where the libraries themselves say so."""

import re
import tomllib
from collections import Counter
from urllib.parse import urlsplit

import pytest

from radzoo.core.errors import InputError, UsageError
from radzoo.core.source import Source
from radzoo.zoo.catalog import load_catalog
from radzoo.zoo.registries import PACKAGE, shipped_registry
from radzoo.zoo.sources import SOURCES
from radzoo.zoo.store import fetch_weights

CATALOG = load_catalog()
ENTRIES = list(CATALOG.entries.values())
TEXT = shipped_registry().read_text(encoding="utf-8")
FETCHED = [entry for entry in ENTRIES if entry.source.kind in ("hub", "https")]
PLANES = [entry for entry in ENTRIES if entry.input.dimensions == 2]
TIMM = [
    entry
    for entry in FETCHED
    if getattr(entry.source, "repository", "").startswith("timm/")
    and entry.architecture.library == "timm"
]
# Networks on an encoder whose weights are those of another entry.
BUILT_ON = {"radzoo-unet-phantom": "radzoo-phantom-tiny", "unet-resnet34-imagenet": "resnet34"}
TORCHVISION = [
    entry
    for entry in FETCHED
    if getattr(entry.source, "url", "").startswith("https://download.pytorch.org/")
]
FIRST_NAMES = {
    "radzoo-phantom-tiny", "resnet18", "resnet50", "densenet121", "convnext_tiny",
    "efficientnet_b0", "vit_small", "alexnet", "vgg16", "xrv-densenet121-all",
}  # fmt: skip
FAMILIES = {
    "alexnet", "vgg", "inception", "resnet", "densenet", "mobilenet", "efficientnet", "regnet",
    "convnext", "swin", "maxvit", "vit", "dinov2", "dinov3", "clip", "eva", "sam", "unet",
}  # fmt: skip
PROJECTS = [
    "xrv-", "rad-dino", "eva-x-", "biomedclip", "biovil-", "radimagenet-", "medicalnet-", "ct-fm",
    "fmcib", "merlin", "sybil", "monai-", "lungmask-", "totalseg", "suprem-", "voco-",
]  # fmt: skip


def each(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.name)


def test_there_are_enough():
    assert len(ENTRIES) >= 130
    assert len(PLANES) >= 100
    assert len(ENTRIES) - len(PLANES) >= 30


def test_the_first_names_stay():
    assert set(CATALOG.entries) >= FIRST_NAMES


def test_every_family_is_there():
    assert {entry.family for entry in ENTRIES} >= FAMILIES


@pytest.mark.parametrize("beginning", PROJECTS)
def test_every_project_is_there(beginning):
    assert any(name.startswith(beginning) for name in CATALOG.entries)


def test_tasks_of_all_kinds():
    tasks = Counter(entry.task for entry in ENTRIES)
    assert tasks.keys() >= {"backbone", "multilabel", "multiclass", "segmentation", "embedding"}


def test_no_two_entries_have_one_name():
    names = re.findall(r"^  ([a-z0-9][\w.-]*):$", TEXT, re.MULTILINE)
    assert sorted(names) == sorted(CATALOG.entries)


def test_modalities_are_those_listed_at_the_top():
    listed = re.search(r"^# modality is one of: (.*?)\.$", TEXT, re.MULTILINE | re.DOTALL)
    assert listed
    words = {word.strip() for word in listed[1].replace("\n#", "").split(";")}
    assert {entry.modality for entry in ENTRIES} <= words


@each(ENTRIES)
def test_family_is_one_word(entry):
    assert re.fullmatch(r"[a-z][a-z0-9-]*", entry.family)


@each(ENTRIES)
def test_it_says_where_its_facts_are_from(entry):
    assert entry.facts_from


@each([entry for entry in ENTRIES if entry.source.kind not in ("package", "none")])
def test_what_nobody_verified_is_said_in_words(entry):
    said = (entry.unverified or "").lower()
    if entry.source.sha256 is None:
        assert any(word in said for word in ("sha256", "hash", "file"))
    if entry.license.weights is None:
        assert "licence" in said


def has_open_contract(entry):
    try:
        entry.input.as_plane(entry.name)
    except InputError as error:
        return error.id == "unknown-preprocessing"
    return False


@each([entry for entry in PLANES if has_open_contract(entry)])
def test_an_open_preprocessing_contract_is_said_in_words(entry):
    assert entry.unverified


@each([entry for entry in ENTRIES if entry.architecture.library == "external"])
def test_it_says_why_it_cannot_be_built(entry):
    assert entry.limits


@each([entry for entry in ENTRIES if "NC" in (entry.license.weights or "").split("-")])
def test_non_commercial_weights_say_so_in_words(entry):
    assert "non-commercial" in entry.limits


@each(ENTRIES)
def test_addresses_are_well_formed(entry):
    source = entry.source
    addresses = [source, *getattr(source, "mirrors", [])]
    for url in (address.url for address in addresses if getattr(address, "url", None)):
        parts = urlsplit(url)
        assert parts.scheme == "https"
        assert re.fullmatch(r"[a-z0-9.-]+\.[a-z]{2,}", parts.netloc)
        assert re.fullmatch(r"[\w./=?&%~+-]+", parts.path + parts.query)
    for file in (address.file for address in addresses if hasattr(address, "repository")):
        assert re.fullmatch(r"[\w./+-]+\.(safetensors|bin|pth|pt|ckpt|torch|zip)", file)


def test_no_two_entries_have_one_hash():
    own = [entry for entry in ENTRIES if entry.name not in BUILT_ON]
    hashes = Counter(entry.source.sha256 for entry in own if entry.source.sha256)
    assert set(hashes.values()) == {1}
    assert all(re.fullmatch(r"[0-9a-f]{64}", digits) for digits in hashes)


def test_no_two_entries_have_one_file():
    files = Counter(
        (getattr(entry.source, "repository", ""), getattr(entry.source, "file", ""))
        if entry.source.kind == "hub"
        else (entry.source.url, entry.source.member or "")
        for entry in FETCHED
        if entry.name not in BUILT_ON
    )
    assert set(files.values()) == {1}


@pytest.mark.parametrize("name", BUILT_ON)
def test_an_encoder_is_the_network_that_it_says(name):
    network, encoder = CATALOG.entries[name], CATALOG.entries[BUILT_ON[name]]
    assert network.source == encoder.source
    arguments = dict(network.architecture.arguments)
    assert arguments.pop("encoder") == encoder.architecture.name.partition(".")[0]
    assert arguments.items() >= encoder.architecture.arguments.items()
    assert (network.input.mean, network.input.std) == (encoder.input.mean, encoder.input.std)


@each([entry for entry in ENTRIES if entry.source.kind == "none"])
def test_what_has_no_weights_says_so(entry, tmp_path):
    assert "without weights" in entry.summary
    assert entry.license.weights is None
    assert SOURCES["none"].locate(entry.source, tmp_path) is None
    with pytest.raises(UsageError, match="no published weights"):
        fetch_weights(entry, cache=tmp_path, offline=False)


def test_the_packaged_weights_are_there_and_right(tmp_path):
    fetched = fetch_weights(CATALOG.entries["radzoo-phantom-tiny"], cache=tmp_path, offline=True)
    assert fetched.cached
    assert fetched.size_bytes <= 4_000_000


@each([entry for entry in ENTRIES if entry.labels])
def test_labels_are_as_many_as_outputs(entry):
    named = [label for label in entry.labels if label is not None]
    assert len(set(named)) == len(named)
    if entry.architecture.library in ("timm", "torchvision"):
        assert len(entry.labels) == entry.architecture.arguments["num_classes"]


@each([entry for entry in ENTRIES if entry.operating_points])
def test_every_trained_output_has_one_threshold(entry):
    assert [point.label for point in entry.operating_points] == [
        label for label in entry.labels if label is not None
    ]
    assert all(0 < point.threshold < 1 for point in entry.operating_points)


def test_untrained_outputs_of_torchxrayvision_have_no_name():
    trained = {
        name: [index for index, label in enumerate(entry.labels) if label]
        for name, entry in CATALOG.entries.items()
        if name.startswith("xrv-densenet121-") or name == "xrv-resnet50-512"
    }
    assert trained["xrv-densenet121-all"] == list(range(18))
    assert trained["xrv-densenet121-nih"] == list(range(14))
    assert trained["xrv-densenet121-rsna"] == [8, 16]
    assert trained["xrv-resnet50-512"] == [*range(14), 15, 16]


@each(TIMM)
def test_timm_agrees(entry):
    from timm.models import get_pretrained_cfg

    config = get_pretrained_cfg(entry.architecture.name)
    assert entry.source.repository == config.hf_hub_id
    assert tuple(entry.input.mean) == config.mean
    assert tuple(entry.input.std) == config.std
    assert entry.input.interpolation == config.interpolation
    assert (entry.input.fit, config.crop_mode) == ("crop", "center")
    assert entry.input.resize == int(entry.input.size / config.crop_pct)
    assert (entry.input.channels, entry.input.size, entry.input.size) == config.input_size
    assert entry.license.weights.lower().replace(" ", "-") == config.license


@each(TORCHVISION)
def test_torchvision_agrees(entry):
    from torchvision.models import get_model_weights

    every = get_model_weights(entry.architecture.name)
    (published,) = [weights for weights in every if weights.url == entry.source.url]
    transforms = published.transforms()
    source = entry.source
    digits = (source.sha256 or source.sha256_prefix)[:8]
    assert f"-{digits}.pth" in source.url
    size = source.size_bytes or source.size_mb * 1e6
    assert size == pytest.approx(published.meta["_file_size"] * 2**20, rel=2e-3)
    assert (entry.input.mean, entry.input.std) == (transforms.mean, transforms.std)
    assert [entry.input.size] == transforms.crop_size
    assert (entry.input.fit, [entry.input.resize]) == ("crop", transforms.resize_size)
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
