import hashlib
import json
from pathlib import Path

import pytest

from radzoo.core.strict_yaml import parse_yaml
from radzoo.zoo.catalog import find_entry
from radzoo.zoo.registries import shipped_registry, user_registry
from radzoo.zoo.trust import Trusted

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture
def weights(registry):
    """The file that the model `small` of the tests' registry names."""
    path = registry.with_name("small.safetensors")
    path.write_bytes(b"weights")
    return path


def test_all_layers_are_right(radzoo, registry):
    code, out, err = radzoo("registry", "validate", "--registry", registry)
    assert (code, err) == (0, "")
    first, last = out.splitlines()
    assert first.startswith(f"{shipped_registry()}: ")
    assert first.endswith(" entries are right")
    assert last == f"{registry}: 1 entry is right"


def test_every_mistake_is_named(radzoo, registry):
    text = registry.read_text()
    text = text.replace("task: backbone", "task: backbon").replace("size: 32", "szie: 32")
    registry.write_text(text.replace("intended_use: tests", "intended_use: 3"))
    code, out, err = radzoo("registry", "validate", registry)
    assert code == 3
    assert err.startswith("error: 3 mistakes in the registry\n")
    task, size, use = out.splitlines()
    assert task.startswith(f"{registry}:5: small.task: 'backbon': needs to be one of backbone, ")
    assert task.endswith("(did you mean backbone?)")
    assert size == f"{registry}:10: small.input.szie: is not a field (did you mean size?)"
    assert use == f"{registry}:13: small.intended_use: 3: needs to be text (put it in quotes)"


def test_mistakes_as_json(radzoo, registry):
    registry.write_text(registry.read_text().replace("task: backbone", "task: backbon"))
    code, out, err = radzoo("registry", "validate", registry, "--json")
    document = json.loads(out)
    assert (code, document["schema_version"]) == (3, 1)
    assert json.loads(err)["error"]["id"] == "invalid-registry"
    (mistake,) = document["files"][0]["mistakes"]
    assert (mistake["line"], mistake["field"]) == (5, "small.task")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("models: [", 1, "is not valid YAML"),
        ("schema_version: 3\nmodels: {}\n", 1, "has schema_version 3, this radzoo reads 1"),
        ("schema_version: 1\nmodels:\n  a: &x {}\n", 3, "uses an anchor or alias"),
        ("schema_version: 1\nmodels:\n  ../a: 3\n", 3, "../a: an entry maps fields"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole(radzoo, tmp_path, text, line, what):
    file = tmp_path / "wrong.yaml"
    file.write_text(text)
    code, out, _ = radzoo("registry", "validate", file)
    assert code == 3
    assert out.startswith(f"{file}:{line}: {what}")


def test_only_the_first_mistakes_of_many_are_written(radzoo, tmp_path):
    file = tmp_path / "wrong.yaml"
    entries = "".join(f"  m{n}: {{}}\n" for n in range(2_000))
    file.write_text(f"schema_version: 1\nmodels:\n{entries}")
    code, out, err = radzoo("registry", "validate", file)
    *mistakes, more = out.splitlines()
    assert (code, len(mistakes)) == (3, 100)
    n_more = int(more.removeprefix(f"{file}: and ").split()[0].replace(",", ""))
    assert err.startswith(f"error: {n_more + 100:,} mistakes in the registry\n")
    (record,) = json.loads(radzoo("registry", "validate", file, "--json")[1])["files"]
    assert (len(record["mistakes"]), record["more_mistakes"]) == (100, n_more)


def test_too_many_entries_are_refused_at_once(radzoo, tmp_path):
    file = tmp_path / "wrong.yaml"
    entries = "".join(f"  m{n}: {{}}\n" for n in range(2_001))
    file.write_text(f"schema_version: 1\nmodels:\n{entries}")
    code, out, _ = radzoo("registry", "validate", file)
    assert (code, len(out.splitlines())) == (3, 1)
    assert out.startswith(f"{file}:2: has 2,001 entries, a registry may have 2,000")


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1e400"])
def test_a_number_that_is_not_finite_is_a_mistake(radzoo, registry, number):
    text = registry.read_text().replace("[0.0, 1.0]", f"[0.0, {number}]")
    registry.write_text(text)
    code, out, _ = radzoo("registry", "validate", registry)
    assert code == 3
    assert out.startswith(f"{registry}:10: holds a number too large")
    assert radzoo("list", "--json", "--registry", registry)[0] == 3


def test_an_absent_file(radzoo):
    code, out, _ = radzoo("registry", "validate", "absent.yaml")
    assert code == 3
    assert "absent.yaml is not a file" in out


def test_the_committed_schema_is_what_the_command_prints(radzoo):
    code, out, _ = radzoo("registry", "schema")
    kept = REPOSITORY / "docs" / "reference" / "zoo.schema.json"
    assert code == 0
    assert kept.read_text() == out, "radzoo registry schema > docs/reference/zoo.schema.json"


def test_the_shipped_registry_names_the_schema_to_editors():
    first = shipped_registry().read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=docs/reference/zoo.schema.json"


def test_an_entry_is_copied_into_the_users_registry(radzoo, monkeypatch, tmp_path):
    code, out, err = radzoo("registry", "add", "alexnet", "--set", "limits=Mine, for now.")
    assert (code, out) == (0, f"alexnet: written to {user_registry()}\n")
    said = f"alexnet: the entry of {user_registry()} overrules the one that ships with radzoo\n"
    assert err == said
    shown = json.loads(radzoo("show", "alexnet", "--json")[1])
    assert shown["limits"] == "Mine, for now."
    assert shown["registry"] == str(user_registry())
    assert shown["overrules"] == [str(shipped_registry())]
    code, out, err = radzoo("registry", "add", "alexnet")
    assert (code, out) == (3, "")
    assert "already has an entry" in err
    arguments = ("--replace", "--set", "limits=Other.", "-q")
    assert radzoo("registry", "add", "alexnet", *arguments) == (0, f"{user_registry()}\n", said)
    assert "Mine" not in user_registry().read_text()


def test_a_new_entry_from_a_file_and_from_options(radzoo, registry, tmp_path):
    to = tmp_path / "new.yaml"
    assert radzoo("registry", "add", "small", "--from", registry, "--to", to)[0] == 0
    fields = tmp_path / "fields.yaml"
    fields.write_text(registry.read_text().split("  small:\n")[1].replace("    ", ""))
    arguments = ("--from", fields, "--set", "input.size=64", "--set", "license.data=null")
    code, out, _ = radzoo("registry", "add", "other", *arguments, "--to", to, "--json")
    document = json.loads(out)
    assert (code, document["schema_version"]) == (0, 1)
    assert document["added"] == [
        {"name": "other", "registry": str(to), "set": ["input.size", "license.data"]}
    ]
    models = parse_yaml(to.read_bytes(), to).at(("models",))
    assert list(models) == ["small", "other"]
    assert models["other"]["input"]["size"] == 64
    assert models["other"]["license"]["data"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("alexnett",), 3, "no model called 'alexnett'"),
        (("alexnet", "--set", "task"), 3, "sets no field"),
        (("alexnet", "--set", "task=nonsense"), 3, "alexnet.task: 'nonsense'"),
        (("alexnet", "--set", "task=&a x"), 3, "anchor"),
        (("alexnet", "--name", "../x"), 3, "must be lower-case letters"),
        (("alexnet", "--from", "absent.yaml"), 3, "not a file"),
        (("alexnet", "--format", "csv"), 2, "no format"),
    ],
)
def test_what_cannot_be_added(radzoo, arguments, code, said):
    found, out, err = radzoo("registry", "add", *arguments)
    assert (found, out) == (code, "")
    assert said in err
    assert not user_registry().exists()


def test_lock_writes_hash_and_size_into_the_entry(radzoo, registry, weights):
    before = registry.read_text()
    code, out, err = radzoo("registry", "lock", "small", "--registry", registry)
    sha256 = hashlib.sha256(b"weights").hexdigest()
    assert (code, out) == (0, f"{sha256}  small\n")
    assert err == f"small: the entry was changed in {registry}\n"
    source = f'source: {{kind: local, path: small.safetensors, sha256: "{sha256}", size_bytes: 7}}'
    after = before.replace("source: {kind: local, path: small.safetensors}", source)
    after += "    status: hash\n"
    assert registry.read_text() == after
    weights.write_bytes(b"changed")
    assert radzoo("registry", "lock", "small", "--registry", registry)[0] == 4
    assert registry.read_text() == after


def test_lock_refuses_a_file_that_is_not_the_one_that_was_trusted(
    radzoo, registry, weights, monkeypatch
):
    trusted = Trusted("0" * 64, 7, "2026-01-01")
    monkeypatch.setattr("radzoo.workflows.registry.recall", lambda source: trusted)
    before = registry.read_text()
    code, out, _ = radzoo("registry", "lock", "small", "--registry", registry)
    assert (code, out, registry.read_text()) == (4, "", before)


def test_lock_copies_an_entry_of_the_shipped_registry(radzoo):
    code, out, err = radzoo("registry", "lock", "radzoo-phantom-tiny", "--json")
    (locked,) = json.loads(out)["locked"]
    assert code == 0
    assert locked["copied"] is True
    assert locked["registry"] == str(user_registry())
    assert "the whole entry was copied" in err
    assert json.loads(radzoo("show", "radzoo-phantom-tiny", "--json")[1])["registry"] == str(
        user_registry()
    )


def test_lock_to_another_file_keeps_local_weights_where_they_are(
    radzoo, registry, weights, tmp_path
):
    to = tmp_path / "elsewhere" / "locked.yaml"
    assert radzoo("registry", "lock", "small", "--registry", registry, "--to", to)[0] == 0
    shown = json.loads(radzoo("show", "small", "--registry", to, "--json")[1])
    assert shown["source"]["path"] == str(weights)
    assert shown["source"]["size_bytes"] == 7


def test_weights_that_are_not_here_cannot_be_locked(radzoo):
    code, out, err = radzoo("registry", "lock", "alexnet")
    assert (code, out) == (3, "")
    assert "radzoo pull alexnet" in err


def test_lock_can_store_a_selftest_too(radzoo, tmp_path):
    to = tmp_path / "locked.yaml"
    arguments = ("radzoo-phantom-tiny", "--selftest", "--to", to)
    code, _, err = radzoo("registry", "lock", *arguments)
    assert code == 0, err
    shown = json.loads(radzoo("show", "radzoo-phantom-tiny", "--registry", to, "--json")[1])
    assert shown["status"] == "selftest"
    assert shown["selftest"]["values"]


def test_lock_never_writes_a_hash_into_an_entry_of_other_weights(
    radzoo, registry, weights, tmp_path
):
    to = tmp_path / "elsewhere" / "theirs.yaml"
    to.parent.mkdir()
    theirs = registry.read_text()
    to.write_text(theirs)  # small.safetensors, beside this file
    code, out, err = radzoo("registry", "lock", "small", "--registry", registry, "--to", to)
    assert (code, out, to.read_text()) == (3, "", theirs)
    assert "means other weights" in err
    to.write_text(theirs.replace("path: small.safetensors", f"path: ../{weights.name}"))
    assert radzoo("registry", "lock", "small", "--registry", registry, "--to", to)[0] == 0


@pytest.mark.parametrize(
    "other",
    [
        "{kind: hub, repository: a/b, file: small.safetensors}",
        "{kind: external, reason: manual, instructions: Ask.}",
    ],
)
def test_lock_minds_the_kind_of_source(radzoo, registry, weights, tmp_path, other):
    to = tmp_path / "theirs.yaml"
    to.write_text(registry.read_text().replace("{kind: local, path: small.safetensors}", other))
    arguments = ("small", "--registry", registry, "--to", to)
    assert radzoo("registry", "lock", *arguments)[0] == 3


@pytest.mark.parametrize(
    ("before", "after"), [("listed", "hash"), ("hash", "hash"), ("loads", "loads")]
)
def test_lock_raises_the_status_and_never_lowers_it(radzoo, registry, weights, before, after):
    registry.write_text(registry.read_text() + f"    status: {before}\n")
    assert radzoo("registry", "lock", "small", "--registry", registry)[0] == 0
    shown = json.loads(radzoo("show", "small", "--registry", registry, "--json")[1])
    assert shown["status"] == after
    assert radzoo("list", "--status", after, "--registry", registry, "-q")[1] == "small\n"


def test_lock_copies_the_status_that_was_reached(radzoo):
    assert radzoo("registry", "lock", "radzoo-phantom-tiny", "-q")[0] == 0
    shipped = find_entry("radzoo-phantom-tiny", [shipped_registry()])
    locked = find_entry("radzoo-phantom-tiny", [user_registry()])
    assert locked.status == shipped.status == "selftest"


@pytest.mark.parametrize(("before", "after"), [("listed", "loads"), ("loads", "loads")])
def test_weights_that_load_but_cannot_be_asked_are_said_to_load(
    radzoo, registry, monkeypatch, before, after
):
    import timm
    from safetensors.torch import save_file

    network = timm.create_model("test_resnet", in_chans=1)
    save_file(network.state_dict(), registry.with_name("small.safetensors"))
    text = registry.read_text().replace("mean: [0.5], ", "")  # so nobody knows how to feed it
    registry.write_text(text + f"    status: {before}\n")
    arguments = ("registry", "lock", "small", "--selftest", "--registry", registry)
    code, out, err = radzoo(*arguments, "--json")
    (locked,) = json.loads(out)["locked"]
    assert (code, locked["status"], locked["selftest"]) == (0, after, False)
    assert "warning: small: its weights load, but no self-test was stored: " in err
    assert find_entry("small", [registry]).status == after
    registry.with_name("small.safetensors").write_bytes(b"other")
    registry.write_text(text)
    assert radzoo(*arguments)[0] == 4


def test_ones_own_changed_weights_are_measured_again(radzoo, registry, weights):
    named = ("small", "--registry", registry)
    assert radzoo("registry", "lock", *named)[0] == 0
    weights.write_bytes(b"retrained")
    for command in (("registry", "lock"), ("pull",)):
        code, _, err = radzoo(*command, *named)
        assert (code, "radzoo registry lock small --again" in err) == (4, True)
    sha256 = hashlib.sha256(b"retrained").hexdigest()
    assert radzoo("registry", "lock", *named, "--again")[:2] == (0, f"{sha256}  small\n")
    source = find_entry("small", [registry]).source
    assert (source.sha256, source.size_bytes) == (sha256, len(b"retrained"))
    assert radzoo("verify", *named)[0] == 0


def test_what_was_known_of_replaced_weights_is_forgotten(radzoo, registry, weights):
    md5 = hashlib.md5(b"weights", usedforsecurity=False).hexdigest()
    text = registry.read_text().replace("small.safetensors}", f'small.safetensors, md5: "{md5}"}}')
    registry.write_text(text + "    status: loads\n")
    weights.write_bytes(b"retrained")
    assert radzoo("registry", "lock", "small", "--registry", registry, "--again")[0] == 0
    entry = find_entry("small", [registry])
    assert (entry.source.md5, entry.status) == (None, "hash")


def test_weights_from_a_network_are_not_measured_again(radzoo):
    code, _, err = radzoo("registry", "lock", "alexnet", "--again")
    assert (code, "no local file" in err) == (3, True)


def test_an_external_model_becomes_a_local_one(radzoo, tmp_path):
    file = tmp_path / "ark.pth.tar"
    file.write_bytes(b"weights")
    arguments = ("ark-swin-base", "--name", "mine", "--local", file)
    assert radzoo("registry", "add", *arguments)[0] == 0
    entry = find_entry("mine")
    assert entry.source.model_dump(exclude_none=True) == {
        "kind": "local",
        "path": str(file),
        "sha256": hashlib.sha256(b"weights").hexdigest(),
        "size_bytes": 7,
        "format": find_entry("ark-swin-base").source.format,
    }
    assert entry.status == "hash"
    assert radzoo("pull", "mine", "--accept-license")[0] == 0


def test_the_file_of_an_external_model_must_be_the_one_it_states(radzoo, registry, tmp_path):
    other = f'{{kind: external, reason: manual, instructions: Ask., sha256: "{"0" * 64}"}}'
    text = registry.read_text().replace("{kind: local, path: small.safetensors}", other)
    registry.write_text(text)
    file = tmp_path / "small.safetensors"
    file.write_bytes(b"weights")
    arguments = ("small", "--name", "mine", "--local", file, "--registry", registry)
    assert radzoo("registry", "add", *arguments)[0] == 4
    assert not user_registry().exists()


def test_all_that_is_wrong_with_a_new_entry_is_named_without_lines(radzoo):
    code, _, err = radzoo(
        "registry", "add", "new", "--set", "task=backbone", "--set", "input.mean=3"
    )
    assert code == 3
    assert err.startswith("error: the entry is not written: new.input.mean: 3: must be a list")
    assert "new.license: is needed; new.citation: is needed" in err
    assert ":1" not in err
    assert "more)" not in err
