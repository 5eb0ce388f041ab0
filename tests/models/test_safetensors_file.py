import hashlib
import json
import random
import time
import tracemalloc

import pytest
import torch
from models.test_convert import STATE, same
from safetensors.torch import save, save_file

from radzoo.core.errors import InputError, IntegrityError
from radzoo.models.safetensors_file import read_safetensors

A = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def write(path, header, data=bytes(8), length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes((len(text) if length is None else length).to_bytes(8, "little") + text + data)
    return path


def refuse(path):
    with pytest.raises(IntegrityError) as caught:
        read_safetensors(path)
    assert caught.value.id == "damaged-weights"


@pytest.mark.parametrize("folder", ["run", "\udcff"], ids=ascii)
def test_it_reads_what_safetensors_writes(tmp_path, folder):
    state = {name: value.detach().contiguous().clone() for name, value in STATE.items()}
    path = tmp_path / folder / "weights.safetensors"
    path.parent.mkdir()
    path.write_bytes(save(state, metadata={"about": "tests"}))
    found = read_safetensors(path)
    assert found.keys() == state.keys()
    assert [name for name in found if not same(found[name], state[name])] == []


def test_the_bytes_that_are_read_are_those_that_are_hashed(tmp_path, monkeypatch):
    path = write(tmp_path / "one", {"a": A})
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    open_, opened = type(path).open, []
    monkeypatch.setattr(type(path), "open", lambda *given: opened.append(1) or open_(*given))
    assert read_safetensors(path, sha256=digest)["a"].tolist() == [0, 0]
    assert opened == [1]


@pytest.mark.parametrize("part", ["header", "numbers"])
def test_other_bytes_than_the_hash_says_are_refused(tmp_path, part):
    digest = hashlib.sha256(write(tmp_path / "one", {"a": A}).read_bytes()).hexdigest()
    name, data = ("b", bytes(8)) if part == "header" else ("a", bytes(7) + b"1")
    path = write(tmp_path / "one", {name: A}, data)
    assert read_safetensors(path).keys() == {name}
    with pytest.raises(IntegrityError) as caught:
        read_safetensors(path, sha256=digest)
    assert (caught.value.id, caught.value.exit_code) == ("wrong-hash", 4)


def test_a_file_that_is_not_there_is_no_bug(tmp_path):
    with pytest.raises(InputError) as caught:
        read_safetensors(tmp_path / "absent")
    assert caught.value.id == "unreadable-weights"


def test_numbers_at_any_byte(tmp_path):
    header = {
        "flag": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
        "odd": {"dtype": "F32", "shape": [1], "data_offsets": [1, 5]},
    }
    path = write(tmp_path / "odd.safetensors", header, b"\x01\x00\x00\x80\x3f")
    assert read_safetensors(path)["odd"].item() == 1.0


LIES = {
    "a name twice": b'{"a":%s,"a":%s}' % ((json.dumps(A).encode(),) * 2),
    "a field twice": b'{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
    "a field too many": {"a": A | {"more": 1}},
    "a field too few": {"a": {"dtype": "F32", "shape": [2]}},
    "a type unknown": {"a": A | {"dtype": "F4"}},
    "a shape too large": {"a": A | {"shape": [3]}},
    "a shape of terabytes": {"a": A | {"shape": [1 << 50], "data_offsets": [0, 1 << 52]}},
    "a negative length": {"a": A | {"shape": [-1, -2]}},
    "a length of true": {"a": {"dtype": "U8", "shape": [True, 8], "data_offsets": [0, 8]}},
    "a number of many digits": b'{"a":{"dtype":"F32","shape":[' + b"9" * 9000 + b"]}}",
    "a hole": {"a": A | {"shape": [1], "data_offsets": [4, 8]}},
    "an overlap": {"a": A, "b": A},
    "bytes left over": {"a": A | {"shape": [1], "data_offsets": [0, 4]}},
    "bytes missing": {"a": A | {"shape": [4], "data_offsets": [0, 16]}},
    "a list": [A],
    "a text": b'"a"',
    "no JSON": b"{",
    "no UTF-8": b'{"\xff": 1}',
    "many axes": {"a": A | {"shape": [1] * 99 + [2]}},
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lie_in_the_header(tmp_path, name):
    assert read_safetensors(write(tmp_path / "true", {"a": A}))["a"].tolist() == [0, 0]
    refuse(write(tmp_path / "lie", LIES[name]))


@pytest.mark.parametrize("length", [0, 1, 10_000_001, 1 << 63, (1 << 64) - 1])
def test_a_header_of_another_length(tmp_path, length):
    refuse(write(tmp_path / "lie", {"a": A}, length=length))


BOMBS = {
    "brackets": b'{"a":' + b"[" * 9_000_000,
    "empty lists": b'{"a":[' + b"[]," * 3_000_000 + b"[]]}",
    "numbers": b'{"a":[' + b"1," * 4_500_000 + b"1]}",
    "names": b'{"a":{' + b",".join(b'"%d":0' % n for n in range(800_000)) + b"}}",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_header_made_to_cost(tmp_path, name):
    path = write(tmp_path / "bomb", BOMBS[name])
    tracemalloc.start()
    began = time.perf_counter()
    refuse(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.perf_counter() - began < 2
    assert peak < 200e6


@pytest.mark.parametrize("seed", range(3))
def test_two_hundred_mutants(tmp_path, seed):
    """Refused, or read: never anything else."""
    numbers = random.Random(seed)
    state = {"weight": torch.arange(6.0).view(2, 3), "bias": torch.ones(3).bfloat16()}
    save_file(state, tmp_path / "good")
    good = (tmp_path / "good").read_bytes()
    refused = 0
    for _ in range(200):
        data = bytearray(good)
        for _ in range(numbers.choice([1, 2, 8])):
            at = numbers.randrange(len(data) if numbers.random() < 0.3 else 150)
            data[at] = numbers.choice([data[at] ^ 1 << numbers.randrange(8), *b'09[]{}",: '])
        (tmp_path / "mutant").write_bytes(data[: numbers.choice([len(data), len(data) - 1])])
        try:
            found = read_safetensors(tmp_path / "mutant")
            assert sum(value.nbytes for value in found.values()) <= len(good)
        except IntegrityError:
            refused += 1
    assert refused > 100
