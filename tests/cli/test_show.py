import json

from radzoo.zoo.registries import shipped_registry


def test_the_page_holds_what_a_user_must_know(radzoo):
    code, out, err = radzoo("show", "vit_small")
    assert (code, err) == (0, "")
    flat = " ".join(out.split())
    for fact in (
        "input.mean 0.5, 0.5, 0.5",
        "license.weights Apache-2.0",
        "citation.arxiv 2106.10270",
        "labels not meant to be read",
        "on this machine no",
    ):
        assert fact in flat


def test_what_nobody_verified_is_said_to_be_unknown(radzoo):
    flat = " ".join(radzoo("show", "densenet121")[1].split())
    assert "source.sha256 not known" in flat
    assert "sha256_prefix" not in flat


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
    assert json.loads(radzoo("show", "vgg16", "--json", "--registry", file)[1])["registry"] == str(
        file
    )


def test_a_page_has_no_other_format(radzoo):
    assert radzoo("show", "vgg16", "--format", "csv")[0] == 2
