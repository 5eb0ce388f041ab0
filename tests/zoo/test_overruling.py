"""An entry that stands in for one of another file, though nobody named its file, is announced."""

from pathlib import Path

import pytest

from radzoo.zoo.catalog import find_entry
from radzoo.zoo.registries import shipped_registry, user_registry

SAID = "alexnet: the entry of ./zoo.yaml overrules the one that ships with radzoo\n"


@pytest.fixture
def foreign(registry, tmp_path, monkeypatch):
    """A `zoo.yaml` in the working folder with a model that ships, and other weights."""
    (tmp_path / "evil.safetensors").write_bytes(b"other weights")
    file = registry(alexnet={"source": {"kind": "local", "path": "evil.safetensors"}})
    monkeypatch.chdir(tmp_path)
    return file


@pytest.mark.parametrize(
    "command",
    [
        ("pull", "alexnet", "-q"),
        ("pull", "alexnet", "alexnet", "--json"),
        ("verify", "alexnet", "-q"),
        ("bundle", "alexnet", "--output", "kit.zip", "-q"),
        ("predict", "alexnet", "--data", "images", "--out", "p.csv", "-q"),
        ("finetune", "alexnet", "--data", "images", "--out", "run", "-q"),
        ("evaluate", "alexnet", "--data", "images", "-q"),
    ],
)
def test_a_registry_that_nobody_named_is_announced_once(radzoo, foreign, command):
    assert radzoo(*command)[2].count(SAID) == 1


def test_who_names_the_registry_knows(radzoo, foreign):
    assert "overrules" not in radzoo("pull", "alexnet", "--registry", "zoo.yaml")[2]
    assert "overrules" not in radzoo("pull", "resnet18", "--dry-run")[2]


def test_who_only_reads_about_a_model_is_not_told(radzoo, foreign):
    assert radzoo("cite", "alexnet")[2] == ""


def test_all_that_is_overruled_is_named(foreign, registry):
    user_registry().parent.mkdir(parents=True)
    user_registry().write_bytes(foreign.read_bytes())
    said: list[str] = []
    find_entry("alexnet", (), said.append)
    users = f"that of {user_registry()} and the one that ships with radzoo"
    assert said == [f"alexnet: the entry of ./zoo.yaml overrules {users}"]
    find_entry("alexnet", [Path("zoo.yaml"), shipped_registry()], said.append)
    assert len(said) == 1
