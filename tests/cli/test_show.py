import json

import pytest

from radzoo.render.zoo_entry import _fact_lines
from radzoo.zoo.registries import shipped_registry


def test_the_page_holds_what_a_user_must_know(radzoo):
    code, out, err = radzoo("show", "vit_small")
    assert (code, err) == (0, "")
    flat = " ".join(out.split())
    for fact in (
        "what it is name vit_small",
        "mean 0.5, 0.5, 0.5",
        "licences code Apache-2.0 weights Apache-2.0",
        "arxiv 2106.10270",
        "outputs not meant to be read",
        "on this machine no",
        f"registry {shipped_registry()}",
    ):
        assert fact in flat


PAGE = """\
schema_version: 1
models:
  odd:
    summary: "[red]Odd\u2028"
    task: multilabel
    modality: phantom
    family: test
    architecture: {library: timm, name: x, key_map: [{strip: module.}]}
    source:
      kind: hub
      repository: a/b
      file: c.pt
      size_mb: 79.4
      format: pickle
      mirrors: [{kind: https, url: "https://example.org/c.pt"}]
    input: {dimensions: 3, size: [96, 96, 64], spacing_mm: [1.5, 1.5, 3]}
    labels: [Edema, null, Effusion]
    operating_points: [{label: Edema, threshold: 0.25, chosen: Youden on validation}]
    license: {code: MIT, weights: CC-BY-NC-4.0, data: null, conflict: The card says MIT.}
    citation: {text: Nobody., doi: 10.1000/1}
    intended_use: Tests.
    status: hash
"""


def test_every_part_of_an_entry_is_said_in_words(radzoo, tmp_path):
    file = tmp_path / "odd.yaml"
    file.write_text(PAGE.replace("\u2028", ""))
    code, out, _ = radzoo("show", "odd", "--registry", file)
    flat = " ".join(out.split())
    assert code == 0
    for fact in (
        "summary [red]Odd",
        "names of tensors strip 'module.'",
        "status hash: its weights were fetched",
        "size 96, 96, 64",
        "spacing in mm 1.5, 1.5, 3",
        "orientation not verified",
        "2 of 3 outputs trained",
        "trained for Edema, Effusion",
        "thresholds Edema 0.25 chosen Youden on validation",
        "mirror https://example.org/c.pt",
        "size ~79 MB",
        "sha256 not verified",
        "data not verified",
        "conflict the authors contradict each other: The card says MIT.",
        "limits not verified",
        f"registry {file}",
    ):
        assert fact in flat
    assert "None" not in out
    assert "Hounsfield" not in out


def test_what_nobody_verified_is_said_to_be_unknown(radzoo):
    flat = " ".join(radzoo("show", "densenet121")[1].split())
    assert "sha256 not verified" in flat
    assert "sha256 begins" not in flat


def test_in_a_pipe_each_fact_is_one_line_without_blanks_at_its_end(radzoo, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = radzoo("show", "alexnet")[1].splitlines()
    shown = json.loads(radzoo("show", "alexnet", "--json")[1])
    assert all(line == line.rstrip() for line in lines)
    assert [line.split()[1] for line in lines if line.startswith("  sha256 ")] == [
        shown["source"]["sha256"] or "not"
    ]
    (text,) = (line for line in lines if line.startswith("  text "))
    assert text.endswith(shown["citation"]["text"])


URL = "https://example.org/" + "a" * 50
FACTS = [
    ("sha256", "0" * 64),
    ("instructions", f"Ask at {URL} for it, as long as anybody answers your letters."),
    ("limits", "Children under five, adults over ninety, and everything in between."),
]


@pytest.mark.parametrize("name_and_value", FACTS, ids=[name for name, _ in FACTS])
@pytest.mark.parametrize("width", [80, 60, 30])
def test_on_a_terminal_lines_break_between_words(name_and_value, width):
    name, value = name_and_value
    lines = _fact_lines(name, value, 22, width)
    assert " ".join(" ".join(lines).split()) == f"{name} {value}"
    longest = max(map(len, value.split()))
    assert max(map(len, lines)) <= max(width, longest + 4)
    assert all(line == line.rstrip() for line in lines)


def test_json_is_the_whole_entry_and_where_it_came_from(radzoo):
    code, out, err = radzoo("show", "xrv-densenet121-all", "--json")
    entry = json.loads(out)
    assert (code, err) == (0, "")
    assert entry["schema_version"] == 1
    assert entry["input"]["value_range"] == [-1024.0, 1024.0]
    assert entry["source"]["format"] == "pickle"
    assert len(entry["labels"]) == 18
    assert entry["registry"] == str(shipped_registry())
    assert entry["path"] is None


def test_an_unknown_model_as_json(radzoo):
    code, out, err = radzoo("show", "alexnett", "--json")
    assert (code, out) == (3, "")
    error = json.loads(err)["error"]
    assert (error["code"], error["id"]) == (3, "unknown-model")
    assert "alexnet" in error["hint"]


def test_the_overruling_registry_is_named(radzoo, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(shipped_registry().read_text())
    shown = json.loads(radzoo("show", "vgg16", "--json", "--registry", file)[1])
    assert shown["registry"] == str(file)
    assert shown["overrules"] == [str(shipped_registry())]
    flat = " ".join(radzoo("show", "vgg16", "--registry", file)[1].split())
    assert f"overrules {shipped_registry()}" in flat


def test_a_page_has_no_other_format(radzoo):
    assert radzoo("show", "vgg16", "--format", "csv")[0] == 2


def test_a_local_file_was_never_to_be_fetched(radzoo, registry):
    weights = registry.with_name("small.safetensors")
    weights.write_bytes(b"weights")
    flat = " ".join(radzoo("show", "small", "--registry", registry)[1].split())
    assert "status listed: its facts were stated, its weights are not measured yet" in flat
    assert "sha256 not measured; radzoo registry lock small measures it" in flat
    assert f"on this machine {weights}" in flat
    assert radzoo("registry", "lock", "small", "--registry", registry)[0] == 0
    flat = " ".join(radzoo("show", "small", "--registry", registry)[1].split())
    assert "status hash: its weights were measured" in flat
    assert "registry lock" not in flat
    assert "registry lock" not in radzoo("show", "medical-mae-vit-base")[1]
