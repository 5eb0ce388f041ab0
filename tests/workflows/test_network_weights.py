"""From whatever file was published to a network that answers, through the commands."""

import hashlib
import json
import os
import zipfile

import pytest
import torch
from models.foreign.attacks import Call, touch
from ruamel.yaml import YAML

from radzoo.core.entry import ZooEntry
from radzoo.core.errors import ExitCode, IntegrityError
from radzoo.models.build import create
from radzoo.models.weights import load_state
from radzoo.workflows.network_weights import published_weights
from radzoo.workflows.predict import open_entry


def published(entry, path, format_, *, member=None, state=None, key_map=()):
    """The entry with its weights in another kind of file."""
    values = entry.model_dump()
    values["source"] |= {"path": str(path), "format": format_, "member": member}
    values["architecture"] |= {"state": state, "key_map": list(key_map)}
    return ZooEntry.model_validate(values | {"task": "binary", "labels": [None, "finding"]})


@pytest.fixture
def network(entry):
    torch.manual_seed(3)
    return create(entry.architecture, outputs=2, channels=1).eval()


def save(network, path, legacy):
    torch.save(
        {"net": torch.nn.DataParallel(network), "args": {"lr": 1}}, path,
        _use_new_zipfile_serialization=not legacy,
    )  # fmt: skip


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.filterwarnings("ignore:Couldn't retrieve source code")
def test_a_whole_pickled_network_answers(entry, network, tmp_path, legacy):
    save(network, tmp_path / "whole.pt", legacy)
    rules = [{"strip": "module."}]
    pickled = published(entry, tmp_path / "whole.pt", "pickle", state="net", key_map=rules)
    cache = tmp_path / "cache"
    ready = open_entry(pickled, cache=cache, offline=True)
    image = torch.rand(2, 1, 32, 32)
    with torch.inference_mode():
        assert torch.equal(ready.networks[0].eval()(image), network(image)[:, 1:])
    twin, fetched = published_weights(pickled, cache=cache, offline=True)
    assert fetched.path == tmp_path / "whole.pt"
    assert twin.path.parent == cache / "converted"
    assert len(list(twin.path.parent.iterdir())) == 2


def test_a_member_of_an_archive(entry, network, tmp_path):
    torch.save(network.state_dict(), tmp_path / "model.pt")
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.write(tmp_path / "model.pt", "bundle/models/model.pt")
    bundled = published(entry, tmp_path / "bundle.zip", "torch", member="models/model.pt")
    twin, _ = published_weights(bundled, cache=tmp_path / "cache", offline=True)
    assert load_state(twin.path, "safetensors").keys() == network.state_dict().keys()


def test_a_plain_safetensors_file_is_read_where_it_is(entry, network, tmp_path):
    from radzoo.models.weights import save_state

    save_state(tmp_path / "plain.safetensors", network, "{}")
    plain = published(entry, tmp_path / "plain.safetensors", "safetensors")
    weights, fetched = published_weights(plain, cache=tmp_path / "cache", offline=True)
    assert (weights.path, weights.sha256) == (fetched.path, fetched.sha256)
    assert not (tmp_path / "cache" / "converted").exists()


@pytest.mark.parametrize("format_", ["safetensors", "torch"])
def test_weights_that_change_after_they_were_hashed_are_refused(
    entry, network, tmp_path, format_, monkeypatch
):
    from radzoo.models.published import build_published
    from radzoo.models.weights import save_state

    file = tmp_path / "weights"
    if format_ == "torch":
        torch.save(network.state_dict(), file)
    else:
        save_state(file, network, "{}")
    stated = published(entry, file, format_)
    weights, _ = published_weights(stated, cache=tmp_path / "cache", offline=True)
    build_published(stated, weights)
    network.fc.bias.data += 1
    save_state(weights.path, network, "{}")
    with pytest.raises(IntegrityError) as caught:
        build_published(stated, weights)
    assert caught.value.id == "wrong-hash"


def test_a_shared_cache_cannot_bring_other_weights(entry, network, tmp_path, monkeypatch):
    """Whoever writes into the cache can exchange a converted file and the note beside it."""
    from radzoo.models.weights import save_state

    torch.save(network.state_dict(), tmp_path / "model.pt")
    stated, cache = published(entry, tmp_path / "model.pt", "torch"), tmp_path / "cache"
    weights, _ = published_weights(stated, cache=cache, offline=True)
    right = weights.path.read_bytes()
    network.fc.bias.data += 1
    save_state(weights.path, network, "{}")
    note = weights.path.with_suffix(".json")
    digest = hashlib.sha256(weights.path.read_bytes()).hexdigest()
    note.write_text(json.dumps(json.loads(note.read_text()) | {"sha256": digest}))
    again, _ = published_weights(stated, cache=cache, offline=True)
    assert again == weights
    assert again.path.read_bytes() == right


def test_without_a_memory_it_is_converted_each_time(entry, network, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder can be here")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    torch.save(network.state_dict(), tmp_path / "model.pt")
    stated, said = published(entry, tmp_path / "model.pt", "torch"), []
    for _ in range(2):
        weights, _ = published_weights(
            stated, cache=tmp_path / "cache", offline=True, log=said.append
        )
        assert hashlib.sha256(weights.path.read_bytes()).hexdigest() == weights.sha256
    assert [line.split(":")[1] for line in said] == [
        " the hash of converted weights could not be remembered"
    ] * 2


def test_the_hash_is_checked_before_anything_is_read(entry, network, tmp_path, monkeypatch):
    torch.save(network.state_dict(), tmp_path / "model.pt")
    stated = published(entry, tmp_path / "model.pt", "torch")
    source = stated.source.model_copy(update={"sha256": "0" * 64})

    def never(*arguments, **options):
        raise AssertionError("read")

    monkeypatch.setattr("radzoo.workflows.network_weights.converted", never)
    with pytest.raises(IntegrityError) as caught:
        published_weights(
            stated.model_copy(update={"source": source}), cache=tmp_path / "cache", offline=True
        )
    assert caught.value.id == "wrong-hash"


@pytest.mark.parametrize("format_", ["torch", "pickle", "safetensors"])
@pytest.mark.parametrize("command", ["predict", "finetune"])
def test_an_attack_ends_a_command_in_exit_code_4(
    radzoo, registry, tmp_path, write_npz, format_, command
):
    canary = tmp_path / "ran"
    torch.save({"a": torch.ones(2), "b": Call(os.system, touch(canary))}, tmp_path / "evil.pt")
    yaml = YAML()
    document = yaml.load(registry)
    model = document["models"]["small"]
    model["source"] = {"kind": "local", "path": "evil.pt", "format": format_}
    model |= {"task": "binary", "labels": ["finding"]}
    yaml.dump(document, registry)
    out = tmp_path / ("scores.csv" if command == "predict" else "run")
    code, stdout, stderr = radzoo(
        command, "small", "--registry", registry, "--data", write_npz(), "--out", out,
        "--device", "cpu",
    )  # fmt: skip
    assert code == ExitCode.INTEGRITY, stderr
    assert stdout == ""
    assert "Traceback" not in stderr
    assert not canary.exists()
    assert not out.exists()
