import hashlib
import json
import subprocess
import zipfile
from argparse import Namespace
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from radzoo.core.errors import EnvironmentFailure, IntegrityError
from radzoo.models.convert import converted

BIG = torch.arange(24.0).view(4, 6)
STATE = {
    "float32": torch.randn(3, 4, generator=torch.Generator().manual_seed(0)),
    "float64": torch.tensor([1.5, float("nan"), float("-inf")], dtype=torch.float64),
    "bfloat16": torch.arange(5).bfloat16(),
    "half": torch.arange(5).half(),
    "complex": torch.tensor([1 + 2j]),
    "bool": torch.tensor([True, False]),
    "int64": torch.arange(4),
    "uint8": torch.arange(250, 256).to(torch.uint8),
    "scalar": torch.tensor(3),
    "empty": torch.zeros(0, 3),
    "transposed": BIG.t(),
    "every second": BIG[1:3, ::2],
    "shared": BIG,
    "expanded": torch.ones(1, 3).expand(4, 3),
    "channels last": torch.arange(96.0).view(2, 3, 4, 4).contiguous(
        memory_format=torch.channels_last
    ),
    "parameter": nn.Parameter(torch.ones(2)),
}  # fmt: skip


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Remembered(dict):
    """What a user remembers of converted files."""

    recall = dict.get
    remember = dict.__setitem__


def twin_of(source, *folders, twins=None, digest=None, **request):
    twins = Remembered() if twins is None else twins
    made = converted(source, digest or sha256(source), folders, twins, **request)
    assert made.sha256 == sha256(made.path)
    return made.path


def convert(source, folder, **request):
    return load_file(twin_of(source, folder / "converted", **request))


def save(value, path, legacy=False):
    torch.save(value, path, _use_new_zipfile_serialization=not legacy)
    return path


def refuse(source, folder, **request):
    with pytest.raises(IntegrityError) as caught:
        twin_of(source, folder / "converted", **request)
    assert not list((folder / "converted").glob("*"))
    return caught.value


def bits(tensor):
    return tensor.detach().contiguous().view(-1).view(torch.uint8)


def same(one, other):
    return (
        one.dtype == other.dtype
        and one.shape == other.shape
        and torch.equal(bits(one), bits(other))
    )


@pytest.mark.parametrize("legacy", [False, True])
def test_every_kind_of_tensor_is_what_torch_reads(tmp_path, legacy):
    state = OrderedDict(STATE)
    state._metadata = OrderedDict({"": {"version": 1}})
    source = save(state, tmp_path / "old.pth", legacy)
    expected = torch.load(source, weights_only=True)
    found = convert(source, tmp_path)
    assert found.keys() == expected.keys()
    assert [name for name in found if not same(found[name], expected[name])] == []


@pytest.mark.parametrize("kind", ["uint16", "float8_e4m3fn", "float8_e5m2"])
def test_newer_kinds_of_numbers(tmp_path, kind):
    tensor = torch.arange(6).to(getattr(torch, kind)).view(2, 3).t()
    assert same(convert(save({"a": tensor}, tmp_path / "new.pt"), tmp_path)["a"], tensor)


@pytest.fixture
def never(monkeypatch):
    def fail(*arguments, **options):
        raise AssertionError("converted again")

    return lambda: monkeypatch.setattr("radzoo.models.convert.subprocess.run", fail)


def test_it_is_converted_once_and_again_if_the_twin_changed(tmp_path, never):
    source, folder, twins = save(STATE, tmp_path / "old.pt"), tmp_path / "converted", Remembered()
    twin = twin_of(source, folder, twins=twins)
    assert twin.name == f"{sha256(source)}.safetensors"
    assert twins == {sha256(source): sha256(twin)}
    never()
    assert twin_of(source, folder, twins=twins) == twin
    with pytest.raises(AssertionError, match="converted again"):
        twin_of(source, folder, twins=twins, state="model")
    data = bytearray(twin.read_bytes())
    data[-1] ^= 1
    twin.write_bytes(data)
    with pytest.raises(AssertionError, match="converted again"):
        twin_of(source, folder, twins=twins)


def test_nothing_beside_a_twin_makes_it_the_right_one(tmp_path):
    source, folder, twins = save({"a": BIG}, tmp_path / "a.pt"), tmp_path / "shared", Remembered()
    twin = twin_of(source, folder, twins=twins)
    right = twin.read_bytes()
    save_file({"a": -BIG}, twin)
    note = json.loads(twin.with_suffix(".json").read_text())
    twin.with_suffix(".json").write_text(json.dumps(note | {"sha256": sha256(twin)}))
    assert twin_of(source, folder, twins=twins).read_bytes() == right
    save_file({"a": -BIG}, twin)  # of a user who never converted it
    assert twin_of(source, folder).read_bytes() == right


def test_a_twin_that_is_exchanged_while_it_is_made_is_not_the_right_one(tmp_path, monkeypatch):
    source = save({"a": BIG}, tmp_path / "a.pt")
    true_run = subprocess.run

    def run(command, **options):
        done = true_run(command, **options)
        partial = Path(command[-2])
        partial.unlink()
        save_file({"a": -BIG}, partial)
        return done

    monkeypatch.setattr("radzoo.models.convert.subprocess.run", run)
    twins = Remembered()
    made = converted(source, sha256(source), [tmp_path / "shared"], twins)
    assert made.sha256 != sha256(made.path)
    assert list(twins.values()) == [made.sha256]


def test_a_closed_folder_is_passed_over(tmp_path, never):
    closed, own, twins = tmp_path / "closed", tmp_path / "own", Remembered()
    closed.write_text("no folder can be here")
    source = save({"a": BIG}, tmp_path / "a.pt")
    twin = twin_of(source, closed, own, twins=twins)
    assert twin.parent == own
    with pytest.raises(EnvironmentFailure) as caught:
        twin_of(source, closed)
    assert caught.value.id == "cannot-write"
    never()
    assert twin_of(source, closed, own, twins=twins) == twin


def test_the_same_source_gives_the_same_bytes(tmp_path):
    source = save(STATE, tmp_path / "old.pt")
    twins = [twin_of(source, tmp_path / name) for name in "ab"]
    assert twins[0].read_bytes() == twins[1].read_bytes()
    note = json.loads(twins[0].with_suffix(".json").read_text())
    assert note["source_sha256"] == sha256(source)
    assert note["sha256"] == sha256(twins[0])


@pytest.mark.parametrize(
    ("value", "state"),
    [
        pytest.param({"state_dict": {"a": BIG}, "epoch": 3}, None, id="the one there is"),
        pytest.param({"best": torch.tensor(0.3), "net": {"a": BIG}}, None, id="a lone number"),
        pytest.param({"model": {"a": BIG}, "ema": {"a": -BIG}}, "model", id="named"),
        pytest.param({"x": {"y": {"a": BIG}}, "z": {"a": -BIG}}, "x.y", id="dotted"),
        pytest.param(
            {"net": {"a": BIG}, "optimizer": {"state": {0: {"exp_avg": -BIG}}}}, None,
            id="beside an optimizer",
        ),
    ],
)  # fmt: skip
def test_where_the_weights_are(tmp_path, value, state):
    found = convert(save(value, tmp_path / "nested.pt"), tmp_path, state=state)
    assert list(found) == ["a"]
    assert torch.equal(found["a"], BIG)


def test_dictionaries_in_the_named_one_become_dotted_names(tmp_path):
    value = {"net": {"encoder": {"a": BIG}, "decoder": {"b": BIG}}}
    found = convert(save(value, tmp_path / "nested.pt"), tmp_path, state="net")
    assert set(found) == {"encoder.a", "decoder.b"}


def test_several_dictionaries_are_named_instead_of_guessed(tmp_path):
    source = save({"model": {"a": BIG}, "ema": {"a": BIG}}, tmp_path / "two.pt")
    error = refuse(source, tmp_path)
    assert error.id == "ambiguous-weights"
    assert "model, ema" in str(error)
    error = refuse(source, tmp_path, state="net")
    assert error.id == "no-weights"
    assert "model, ema" in str(error)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(3)
        self.register_buffer("kept", torch.arange(3))
        self.register_buffer("fleeting", torch.arange(4), persistent=False)
        self.absent = None
        self.options = Namespace(numbers=np.arange(3), score=np.float64(0.5))


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.filterwarnings("ignore:Couldn't retrieve source code")
def test_of_a_whole_network_only_the_tensors_are_rebuilt(tmp_path, legacy):
    network = nn.Sequential(nn.Conv2d(1, 3, 3, bias=False), Block(), nn.ReLU())
    source = save(network, tmp_path / "module.pt", legacy)
    found = convert(source, tmp_path, format="pickle")
    expected = network.state_dict()
    assert found.keys() == expected.keys()
    assert all(same(found[name], expected[name]) for name in expected)
    found = convert(
        save({"net": network, "other": network}, source, legacy), tmp_path,
        format="pickle", state="net.1",
    )  # fmt: skip
    assert found.keys() == network[1].state_dict().keys()


def test_objects_beside_the_tensors(tmp_path):
    value = {"args": Namespace(lr=0.1), "model": {"a": BIG}, "best": np.float64(0.5)}
    source = save(value, tmp_path / "namespace.pt")
    error = refuse(source, tmp_path)
    assert error.id == "unsafe-weights"
    assert "argparse.Namespace" in str(error)
    assert "format: pickle" in error.hint
    assert torch.equal(convert(source, tmp_path, format="pickle")["a"], BIG)


def test_arrays_of_numbers_are_weights_too(tmp_path):
    value = {
        "rows": np.arange(6.0).reshape(2, 3),
        "columns": np.asfortranarray(np.arange(6, dtype=np.int32).reshape(2, 3)),
        "objects": np.array([None, {}], dtype=object),
        "swapped": np.arange(3, dtype=">f4"),
    }
    found = convert(save(value, tmp_path / "arrays.pt"), tmp_path)
    assert set(found) == {"rows", "columns"}
    assert all(np.array_equal(found[name].numpy(), value[name]) for name in found)


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_one_member_of_an_archive(tmp_path, packing):
    inner = save({"a": BIG}, tmp_path / "model.pt")
    outer = tmp_path / "bundle.zip"
    with zipfile.ZipFile(outer, "w", packing) as archive:
        archive.write(inner, "bundle/models/model.pt")
        archive.writestr("bundle/models/other_model.pt", b"code")
        archive.writestr("../../escaped", b"x")
    for member in ("model.pt", "models/model.pt", "bundle/models/model.pt"):
        assert torch.equal(convert(outer, tmp_path, member=member)["a"], BIG)
    assert {path.suffix for path in (tmp_path / "converted").iterdir()} == {".safetensors", ".json"}
    assert not (tmp_path.parent / "escaped").exists()


def test_a_safetensors_member_is_copied(tmp_path):
    twin = twin_of(save({"a": BIG}, tmp_path / "a.pt"), tmp_path / "x")
    outer = tmp_path / "kit.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(twin, "kit/model.safetensors")
    found = convert(outer, tmp_path, format="safetensors", member="model.safetensors")
    assert torch.equal(found["a"], BIG)


@pytest.mark.parametrize(
    ("names", "member", "id_"),
    [
        (["a/model.pt", "b/model.pt"], "model.pt", "ambiguous-member"),
        (["a/mymodel.pt"], "model.pt", "no-member"),
    ],
)
def test_a_member_that_is_not_there_or_not_alone(tmp_path, names, member, id_):
    outer = tmp_path / "bundle.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        for name in names:
            archive.writestr(name, b"weights")
    error = refuse(outer, tmp_path, member=member)
    assert error.id == id_
    assert all(name in str(error) for name in names)


def test_a_file_that_is_no_archive_has_no_member(tmp_path):
    source = save({"a": BIG}, tmp_path / "old.pt", legacy=True)
    assert refuse(source, tmp_path, member="model.pt").id == "no-member"


def test_a_full_disk_is_not_the_files_fault(tmp_path, monkeypatch):
    answer = type("Done", (), {"returncode": 1, "stdout": b'{"refused":"disk-full","names":[]}'})
    monkeypatch.setattr("radzoo.models.convert.subprocess.run", lambda *a, **k: answer)
    source = save({"a": BIG}, tmp_path / "old.pt")
    with pytest.raises(EnvironmentFailure, match="no room"):
        twin_of(source, tmp_path / "converted")


def test_a_file_that_changed_after_it_was_verified(tmp_path):
    source = save({"a": BIG}, tmp_path / "old.pt")
    with pytest.raises(IntegrityError) as caught:
        twin_of(source, tmp_path / "converted", digest="0" * 64)
    assert caught.value.id == "changed-weights"
