import hashlib
import pickle
import zipfile

import pytest
import torch
from safetensors.torch import load_file

from radzoo.core.errors import IntegrityError
from radzoo.models.convert import converted
from radzoo.models.convert_child import convert


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Payload:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return (open, (self.target, "w"))


def refuse(source, folder):
    with pytest.raises(IntegrityError) as caught:
        converted(source, sha256(source), folder)
    assert caught.value.id == "unsafe-weights"
    assert not list(folder.glob("*"))


@pytest.mark.parametrize("legacy", [False, True])
def test_a_state_dict_is_converted_once(tmp_path, legacy, monkeypatch):
    state = {"a.weight": torch.arange(6.0).view(2, 3), "b": torch.tensor(3)}
    source, folder = tmp_path / "old.pth", tmp_path / "converted"
    torch.save(state, source, _use_new_zipfile_serialization=not legacy)
    twin = converted(source, sha256(source), folder)
    assert all(torch.equal(load_file(twin)[name], state[name]) for name in state)

    def never(*arguments, **options):
        raise AssertionError("converted again")

    monkeypatch.setattr("radzoo.models.convert.subprocess.run", never)
    assert converted(source, sha256(source), folder) == twin
    data = bytearray(twin.read_bytes())
    data[-1] ^= 1
    twin.write_bytes(data)
    with pytest.raises(AssertionError, match="converted again"):
        converted(source, sha256(source), folder)


@pytest.mark.parametrize("key", ["state_dict", "model"])
def test_a_nested_state_dict(tmp_path, key):
    source, target = tmp_path / "nested.pt", tmp_path / "out.safetensors"
    torch.save({key: {"a": torch.ones(2)}, "epoch": 3}, source)
    convert(source, target)
    assert torch.equal(load_file(target)["a"], torch.ones(2))


@pytest.mark.parametrize("what", ["zip", "raw", "module", "list"])
def test_code_and_objects_are_refused_and_never_run(tmp_path, what):
    source, canary = tmp_path / "evil.pt", tmp_path / "ran"
    if what == "zip":
        torch.save({"a": Payload(str(canary))}, source)
    elif what == "raw":
        source.write_bytes(pickle.dumps(Payload(str(canary))))
    elif what == "module":
        torch.save(torch.nn.Linear(2, 2), source)
    else:
        torch.save([torch.ones(2)], source)
    refuse(source, tmp_path / "converted")
    assert not canary.exists()


@pytest.mark.parametrize("what", ["deflated", "slip", "code"])
def test_archives_that_are_not_plain_are_refused(tmp_path, what):
    good, source = tmp_path / "good.pt", tmp_path / "bad.pt"
    torch.save({"a": torch.zeros(10_000)}, good)
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(source, "w") as new:
        for member in old.infolist():
            kind = zipfile.ZIP_DEFLATED if what == "deflated" else zipfile.ZIP_STORED
            new.writestr(member.filename, old.read(member), compress_type=kind)
        if what == "slip":
            new.writestr("archive/../../../escaped", b"x")
        if what == "code":
            new.writestr("archive/code/__torch__.py", b"x")
    refuse(source, tmp_path / "converted")
