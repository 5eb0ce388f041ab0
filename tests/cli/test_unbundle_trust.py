"""Whose word counts: a kit from anybody becomes the trusted file only if the user says so."""

import hashlib
import json

import pytest
from kits import COMMIT, FIELDS, safetensors, sha256, ship_few_models, write_registry

from radzoo.core.entry import ZooEntry
from radzoo.core.source import Fetched
from radzoo.workflows.bundle import describe_model
from radzoo.zoo.kit import write_kit
from radzoo.zoo.memory import memory_root
from radzoo.zoo.sources.hub import hub_cache

WEIGHTS = safetensors(1)
SHA256 = sha256(WEIGHTS)
HUB = {"kind": "hub", "repository": "some/one", "file": "sub/m.safetensors"}
WEB = {"kind": "https", "url": "https://example.org/w.safetensors"}
LOCAL_COMMIT = "a" * 40


@pytest.fixture(autouse=True)
def few_models(own_home, monkeypatch):
    ship_few_models(own_home, monkeypatch)


@pytest.fixture
def make_kit(tmp_path):
    """Write a kit of one model, made elsewhere; gives its file and its sha256."""

    def make(source):
        entry = ZooEntry.model_validate({**FIELDS, "name": "victim", "source": source})
        weights = tmp_path / "snapshots" / COMMIT / "m.safetensors"
        weights.parent.mkdir(parents=True, exist_ok=True)
        weights.write_bytes(WEIGHTS)
        model = describe_model(entry, Fetched(weights, SHA256, len(WEIGHTS), cached=True))
        write_kit(tmp_path / "kit.zip", [model], {model.file: weights})
        return tmp_path / "kit.zip", sha256((tmp_path / "kit.zip").read_bytes())

    return make


@pytest.fixture
def reference():
    """What `main` stands for here, set by another program."""
    file = hub_cache() / "models--some--one" / "refs" / "main"
    file.parent.mkdir(parents=True)
    file.write_text(LOCAL_COMMIT)
    return file


def files_below(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def trusted():
    file = memory_root() / "trusted.json"
    return json.loads(file.read_text())["notes"] if file.is_file() else {}


@pytest.mark.parametrize(
    "known",
    [
        HUB,
        {**HUB, "revision": COMMIT},
        {**HUB, "sha256_prefix": SHA256[:40]},
        WEB,
        {**WEB, "md5": "0" * 32},
        None,
    ],
    ids=["hub", "hub at a commit", "prefix", "web", "md5", "not known here"],
)
def test_without_a_hash_that_this_machine_knows_a_kit_is_refused(
    radzoo, make_kit, reference, tmp_path, own_home, known
):
    if known and "md5" in known:
        known = {**known, "md5": hashlib.md5(WEIGHTS, usedforsecurity=False).hexdigest()}
    kit, digest = make_kit(known or HUB)
    registry = write_registry(tmp_path / "zoo.yaml", {"victim" if known else "other": known or WEB})
    before = files_below(hub_cache())
    code, out, err = radzoo("unbundle", kit, "--registry", registry)
    assert (code, out) == (4, "")
    assert "victim" in err
    assert "--trust-kit" in err
    assert digest not in err  # it has to come another way than the kit
    assert files_below(hub_cache()) == before
    assert reference.read_text() == LOCAL_COMMIT
    assert not (own_home / "radzoo" / "weights").exists()
    assert trusted() == {}


@pytest.mark.parametrize("known", [HUB, {**HUB, "revision": COMMIT}], ids=["branch", "commit"])
def test_with_its_sha256_a_kit_is_trusted_said_and_remembered(
    radzoo, make_kit, reference, tmp_path, known
):
    kit, digest = make_kit(known)
    options = ("--registry", write_registry(tmp_path / "zoo.yaml", {"victim": known}))
    before = files_below(hub_cache())
    code, _, err = radzoo("unbundle", kit, "--trust-kit", digest.upper(), *options)
    assert code == 0, err
    (line,) = [line for line in err.splitlines() if "trusted" in line]
    assert line == f"victim: no hash is known; trusted with its kit, sha256 {SHA256}"
    assert files_below(hub_cache()) == before
    assert reference.read_text() == LOCAL_COMMIT
    (note,) = trusted().values()
    assert note["sha256"] == SHA256
    code, out, _ = radzoo("verify", "victim", "--json", *options)
    assert (code, json.loads(out)["verified"][0]["known_by"]) == (0, "first_use")
    assert radzoo("pull", "victim", "--offline", *options)[0] == 0
    assert radzoo("unbundle", kit, *options)[0] == 0


def test_a_model_that_is_not_known_here_is_added_with_its_hash(radzoo, make_kit, own_home):
    kit, digest = make_kit({**HUB, "revision": COMMIT})
    code, _, err = radzoo("unbundle", kit, "--trust-kit", digest)
    assert code == 0, err
    assert f"victim: not known here; trusted with its kit, sha256 {SHA256}" in err
    assert not hub_cache().exists()
    registry = own_home / ".config" / "radzoo" / "zoo.yaml"
    assert SHA256 in registry.read_text()
    assert radzoo("pull", "victim", "--offline")[0] == 0
    assert radzoo("unbundle", kit)[0] == 0


@pytest.mark.parametrize(
    ("given", "expected"),
    [("0" * 64, 4), ("123", 2), ("", 2)],
    ids=["of another file", "cut", "empty"],
)
@pytest.mark.parametrize("known", [HUB, {**HUB, "sha256": SHA256}], ids=["no hash", "hash"])
def test_a_wrong_sha256_is_refused_even_where_none_is_needed(
    radzoo, make_kit, tmp_path, own_home, given, expected, known
):
    kit, digest = make_kit(HUB)
    registry = write_registry(tmp_path / "zoo.yaml", {"victim": known})
    code, out, err = radzoo("unbundle", kit, "--trust-kit", given, "--registry", registry)
    assert (code, out) == (expected, "")
    assert digest not in err
    assert not hub_cache().exists()
    assert not (own_home / "radzoo" / "weights").exists()


@pytest.mark.parametrize("there", [True, False], ids=["ref there", "no ref"])
def test_a_kit_never_says_what_a_branch_stands_for(radzoo, make_kit, tmp_path, request, there):
    reference = request.getfixturevalue("reference") if there else None
    kit, _ = make_kit(HUB)
    options = (
        "--registry",
        write_registry(tmp_path / "zoo.yaml", {"victim": {**HUB, "sha256": SHA256}}),
    )
    before = files_below(hub_cache())
    assert radzoo("unbundle", kit, *options)[0] == 0
    assert files_below(hub_cache()) == before
    assert reference is None or reference.read_text() == LOCAL_COMMIT
    assert radzoo("pull", "victim", "--offline", *options)[0] == 0
    assert radzoo("verify", "victim", *options)[0] == 0


def test_a_pinned_file_of_known_hash_goes_to_the_shared_cache(radzoo, make_kit, tmp_path):
    known = {**HUB, "revision": COMMIT, "sha256": SHA256}
    kit, _ = make_kit(HUB)
    options = ("--registry", write_registry(tmp_path / "zoo.yaml", {"victim": known}))
    code, _, err = radzoo("unbundle", kit, *options)
    assert code == 0, err
    repository = hub_cache() / "models--some--one"
    file = repository / "snapshots" / COMMIT / "sub" / "m.safetensors"
    assert file.read_bytes() == WEIGHTS
    assert not (repository / "refs").exists()
    assert trusted() == {}
    assert radzoo("pull", "victim", "--offline", *options)[0] == 0


def test_bundle_says_the_sha256_of_the_kit(radzoo, tmp_path):
    (tmp_path / "w.safetensors").write_bytes(WEIGHTS)
    source = {"kind": "local", "path": "w.safetensors"}
    registry = write_registry(tmp_path / "zoo.yaml", {"mine": source})
    kit = tmp_path / "a.zip"
    code, out, err = radzoo("bundle", "mine", "-o", kit, "--registry", registry)
    digest = sha256(kit.read_bytes())
    assert (code, out) == (0, f"{kit}\n")
    assert f"sha256 {digest}" in err
    assert "--trust-kit" in err
    code, out, err = radzoo(
        "bundle", "mine", "-o", kit, "--registry", registry, "--overwrite", "--json"
    )
    assert json.loads(out)["sha256"] == digest
    assert radzoo("unbundle", kit, "--trust-kit", digest)[0] == 0


def test_if_the_registry_cannot_be_written_no_weights_are_left(radzoo, make_kit, own_home):
    kit, digest = make_kit(HUB)
    blocked = own_home / ".config"
    blocked.write_text("not a folder")
    code, out, err = radzoo("unbundle", kit, "--trust-kit", digest)
    assert (code, out) == (5, ""), err
    assert not (own_home / "radzoo" / "weights").exists()
    assert not hub_cache().exists()


@pytest.mark.parametrize("source", [HUB, WEB])
def test_a_new_model_brings_no_weights_for_another_of_its_address(
    radzoo, make_kit, tmp_path, own_home, source
):
    kit, digest = make_kit(source)
    registry = write_registry(tmp_path / "zoo.yaml", {"neighbour": source})
    code, out, err = radzoo("unbundle", kit, "--registry", registry, "--trust-kit", digest)
    assert (code, out) == (4, "")
    assert "its address is that of neighbour" in err
    assert not (own_home / "radzoo" / "weights").exists()
    assert trusted() == {}
