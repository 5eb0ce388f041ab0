"""What the pages on the registry say is what radzoo does."""

import re
from pathlib import Path

import pytest

from radzoo.core.entry import ZooEntry
from radzoo.core.strict_yaml import MAX_BYTES, MAX_DEPTH, MAX_EVENTS, MAX_WORDS
from radzoo.models.key_maps import KEY_MAPS
from radzoo.zoo.catalog import MAX_ENTRIES, find_entry

DOCS = Path(__file__).parent.parent.parent / "docs"
HOW_TO = (DOCS / "how-to" / "add-a-model.md").read_text()
REFERENCE = (DOCS / "reference" / "zoo-yaml.md").read_text()
EXAMPLE = re.search(r"```yaml\n(.*?)```", HOW_TO, re.DOTALL)[1]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "our-zoo.yaml").write_text(EXAMPLE)
    (tmp_path / "our-chest-resnet.safetensors").write_bytes(b"weights")
    return Path("our-zoo.yaml")


def test_the_example_is_a_registry(here):
    assert find_entry("our-chest-resnet", [here]).architecture.name == "resnet18"


def test_the_hash_of_the_example_is_locked(here, radzoo):
    code, out, _ = radzoo("registry", "lock", "our-chest-resnet", "--registry", here)
    assert code == 0
    assert f'sha256: "{out.split()[0]}"\n' in here.read_text()
    changed = set(here.read_text().splitlines()) - set(EXAMPLE.splitlines())
    assert len(changed) == 3  # hash, size and status


def test_the_example_of_a_mistake(here, radzoo):
    here.write_text(EXAMPLE.replace("task: backbone", "task: backbon"))
    code, _, err = radzoo("list", "--registry", here)
    assert code == 3
    assert err in HOW_TO


def test_the_limits_are_those_of_the_code():
    for limit in (
        f"{MAX_BYTES:,} bytes",
        f"{MAX_EVENTS:,} values",
        f"{MAX_WORDS:,} words",
        f"{MAX_ENTRIES:,} entries",
        f"deeper than {MAX_DEPTH}",
    ):
        assert limit in " ".join(REFERENCE.split())


def test_every_field_is_explained():
    schema = ZooEntry.model_json_schema()
    parts = [schema, *schema["$defs"].values()]
    fields = {field for part in parts for field in part.get("properties", {})} - {"name"}
    assert {field for field in fields if not re.search(rf"[`.]{field}[`.]", REFERENCE)} == set()


def words_of(schema):
    """Give every word that a field may have out of a list of words."""
    if isinstance(schema, dict):
        yield from schema.get("enum", [])
        yield from [schema["const"]] if "const" in schema else []
        for part in schema.values():
            yield from words_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from words_of(part)


def test_every_word_of_a_vocabulary_is_explained():
    words = {*map(str, words_of(ZooEntry.model_json_schema())), *KEY_MAPS}
    assert {"survival", "patch", "unverified", "3", "clip-vit"} <= words
    assert {word for word in words if f"`{word}`" not in REFERENCE} == set()
