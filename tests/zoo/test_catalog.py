import json
import os
import re
from pathlib import Path

import pytest

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import ExitCode, InputError
from radzoo.zoo.catalog import find_entry, find_with_origin, load_catalog
from radzoo.zoo.registries import registry_files, shipped_registry
from radzoo.zoo.schema_errors import PATTERNS

LOCAL = {"source": {"kind": "local", "path": "weights.safetensors"}}
TEXT = """\
schema_version: 1
models:
  tiny:
    summary: A test model.
    task: backbone
    modality: phantom
    family: resnet
    architecture: {library: timm, name: resnet18}
    source:
      kind: package
      package: radzoo
      file: a/b.safetensors
      sha256: null
    input:
      channels: 1
      size: 64
      mean: [0.5]
      std: [0.5]
      value_range: [0.0, 1.0]
    license: {code: MIT, weights: MIT, data: null}
    citation: {text: Nobody. Nothing. 2026.}
    intended_use: Tests.
"""


@pytest.fixture
def mistaken(tmp_path):
    """Write the text above with one replacement, and give its error."""

    def load(old, new):
        assert TEXT.count(old) >= 1
        file = tmp_path / "zoo.yaml"
        file.write_text(TEXT.replace(old, new, 1))
        with pytest.raises(InputError) as caught:
            load_catalog([file])
        assert caught.value.exit_code == ExitCode.INPUT
        assert str(caught.value).startswith(f"{file}:")
        message = str(caught.value).removeprefix(f"{file}:")
        return message, caught.value.hint

    return load


def test_the_text_is_right(tmp_path):
    file = tmp_path / "zoo.yaml"
    file.write_text(TEXT)
    assert load_catalog([file]).entries["tiny"].input.value_range == (0.0, 1.0)


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("backbone", "backbon", "5: tiny.task: 'backbon': needs to be one of ", "backbone"),
        ("package\n", "packag\n", "10: tiny.source.kind: 'packag': needs to be one of", "package"),
        ("      kind: package\n", "", "9: tiny.source: needs 'kind'", ""),
        ("    license:", "    licence:", "20: tiny.licence: is not a field (and", "license"),
        ("      size: 64", "      szie: 64", "16: tiny.input.szie: is not a field", "size"),
        ("size: 64", "size: '64'", "16: tiny.input.size: '64': must be a whole number", ""),
        ("size: 64", "size: 64.0", "16: tiny.input.size: 64.0: must be a whole number", ""),
        ("channels: 1", "channels: 0", "15: tiny.input.channels: 0: must be at least 1", ""),
        ("mean: [0.5]", "mean: [a]", "17: tiny.input.mean.0: 'a': must be a number", ""),
        ("mean: [0.5]", "mean: [0.5, 0.5]", "14: tiny.input: mean needs one value per channel", ""),
        ("std: [0.5]", "std: [0]", "18: tiny.input.std.0: 0: must be more than 0", ""),
        ("[0.0, 1.0]", "[1.0, 0.0]", "14: tiny.input: value_range needs the lower", ""),
        ("sha256: null", "sha256: 12", "13: tiny.source.sha256: 12: needs to be text", "quotes"),
        ("sha256: null", "sha256: '12'", "13: tiny.source.sha256: '12': must be 64", ""),
        ("a/b.safe", "../b.safe", "12: tiny.source.file: '../b.safetensors': must be a rel", ""),
        ("a/b.safe", "/b.safe", "12: tiny.source.file: '/b.safetensors': must be a rel", ""),
        ("package: radzoo", "package: a-b", "11: tiny.source.package: 'a-b': must be", ""),
        ("  tiny:", "  ../tiny:", "3: ../tiny: '../tiny': must be lower-case letters", ""),
        ("  tiny:", "  con:", "3: con: 'con': con is a reserved", ""),
        ("  tiny:", "  nul.txt:", "3: nul.txt: 'nul.txt': nul.txt is a reserved", ""),
        ("  tiny:", "  a/b:", "3: a/b: 'a/b': must be lower-case letters", ""),
        ("sha256: null", "md5: 12345678", "13: tiny.source.md5: 12345678: needs to be", "quotes"),
        ("  tiny:", f"  {'a' * 65}:", "3: ", ""),
        ("    summary", "    name: tiny\n    summary", "3: tiny: an entry maps fields", ""),
        ("schema_version: 1", "schema_version: 2", "1: has schema_version 2", ""),
        ("schema_version: 1", "schema_version: true", "1: has schema_version True", ""),
        ("schema_version: 1\n", "", "1: needs exactly the keys", ""),
        ("summary: A test model.", "summary: null", "4: tiny.summary: null: needs to be text", ""),
        ("citation: {text: Nobody. Nothing. 2026.}", "citation: 3", "21: tiny.citation: 3: ", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_line_and_field(mistaken, old, new, message, hint):
    found, found_hint = mistaken(old, new)
    assert found.startswith(message)
    assert found_hint
    assert hint in found_hint
    assert len(found) < 250


def test_an_unknown_model_is_exit_3_with_what_was_meant():
    with pytest.raises(InputError) as caught:
        find_entry("resnet-18")
    assert caught.value.id == "unknown-model"
    assert "did you mean resnet18" in caught.value.hint


def test_later_registries_win_and_say_so(registry):
    mine = registry(file="mine.yaml", resnet18={**LOCAL, "summary": "Mine."})
    entry, origin = find_with_origin("resnet18", [mine])
    assert (entry.summary, origin) == ("Mine.", mine)
    assert find_with_origin("resnet18")[1] == shipped_registry()
    catalog = load_catalog([mine])
    assert catalog.entries["resnet18"].summary == "Mine."
    assert catalog.origins["resnet18"] == mine
    assert list(catalog.entries) == sorted(catalog.entries)


def test_finding_one_entry_does_not_mind_a_mistake_in_another(registry):
    file = registry(good=LOCAL, bad={**LOCAL, "task": "wrong"})
    assert find_entry("good", [file]).name == "good"
    with pytest.raises(InputError, match=r"bad\.task"):
        load_catalog([file])


def test_local_paths_are_relative_to_their_registry(registry, tmp_path):
    file = registry(mine=LOCAL)
    assert find_entry("mine", [file]).source.path == str(tmp_path / "weights.safetensors")
    assert Path(find_entry("mine", [Path(os.path.relpath(file))]).source.path).is_absolute()


def test_the_users_and_the_projects_registry_count(registry, tmp_path, monkeypatch):
    mine = registry(file="mine.yaml", both=LOCAL, users=LOCAL)
    users = tmp_path / "config" / "radzoo" / "zoo.yaml"
    users.parent.mkdir(parents=True)
    mine.rename(users)
    project = tmp_path / "project"
    project.mkdir()
    registry(file="project/zoo.yaml", both={**LOCAL, "summary": "Project."})
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(project)
    assert registry_files() == (shipped_registry(), users, Path("zoo.yaml"))
    assert find_entry("users").name == "users"
    assert find_entry("both").summary == "Project."


def test_the_shipped_registry_counts_once(monkeypatch):
    monkeypatch.chdir(shipped_registry().parent)
    assert registry_files() == (shipped_registry(),)


def test_a_named_registry_must_exist(tmp_path):
    with pytest.raises(InputError, match="not a file"):
        load_catalog([tmp_path / "absent.yaml"])


def test_every_pattern_of_a_field_has_words():
    schema = json.dumps(ZooEntry.model_json_schema())
    patterns = {
        json.loads(found) for found in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', schema)
    }
    assert len(patterns) > 8
    assert patterns <= PATTERNS.keys()


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("sha256: null", "sha256: abc", "sha256: 'abc': must be 64 hexadecimal digits", ""),
        ("mean: [0.5]", "mean: 0.5", "mean: 0.5: must be a list", ""),
        ("value_range: [0.0, 1.0]", "value_range: 3", "must be a list of two numbers", ""),
        ("size: 64", "size: [64, 64, 64]", "for each of 2 axes", "dimensions: 3"),
        ("channels: 1", "channels: 65", "channels: 65: must be at most 64", ""),
        ("file: a/b.safetensors", "file: ''", "file: '': must be some text", ""),
        ("size: 64", "spacing_mm: [1.0]", "must be a list of at least 2", ""),
    ],
)
def test_what_must_be_is_said_in_our_words(mistaken, old, new, message, hint):
    said, advice = mistaken(old, new)
    assert message in said
    assert hint in advice
