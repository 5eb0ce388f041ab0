"""No file runs anything, takes the machine's memory, or writes where it must not."""

import hashlib
import os
import random
import subprocess
import sys
import zipfile

import pytest
import torch
from models.foreign.attacks import (
    CLAIMS,
    PAYLOADS,
    Call,
    archive,
    beside_weights,
    doubling,
    numbered,
    program,
    stream,
    tensor_program,
    touch,
)
from models.test_convert import twin_of

from radzoo.core.errors import ExitCode, IntegrityError
from radzoo.models.convert import COMMAND
from radzoo.models.weights import load_state

FORMATS = ["torch", "pickle"]


@pytest.fixture
def canary(tmp_path):
    return tmp_path / "ran"


def refuse(source, folder, canary, format_="pickle", **request):
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    before = set(folder.iterdir())
    with pytest.raises(IntegrityError) as caught:
        twin_of(source, folder / "converted", digest=digest, format=format_, **request)
    assert caught.value.exit_code == ExitCode.INTEGRITY
    assert not canary.exists()
    assert set(folder.iterdir()) - before <= {folder / "converted"}
    assert not list((folder / "converted").iterdir())
    return caught.value


@pytest.mark.parametrize("wrap", [archive, stream])
@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_is_never_run(tmp_path, canary, name, wrap, monkeypatch):
    (tmp_path / "canary_module.py").write_text(f"open({str(canary)!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "evil.pt"
    wrap(program(PAYLOADS[name](canary)), source)
    error = refuse(source, tmp_path, canary)
    assert str(canary) not in str(error)


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_beside_weights_is_never_run(tmp_path, canary, name):
    """Inert where it could be an ordinary object; named where it is an attack for certain."""
    source = tmp_path / "evil.pt"
    archive(beside_weights(PAYLOADS[name](canary)), source)
    try:
        twin = twin_of(source, tmp_path / "converted", format="pickle")
    except IntegrityError:
        pass
    else:
        assert list(load_state(twin, "safetensors")) == ["a"]
        assert name in INERT
    assert not canary.exists()


INERT = {
    "the builtins of a function",
    "a name with dots",
    "the dictionary of a class",
    "import of a module beside it",
}


def test_the_canary_would_have_sung(tmp_path, canary):
    torch.save({"a": Call(os.system, touch(canary))}, tmp_path / "evil.pt")
    torch.load(tmp_path / "evil.pt", weights_only=False)
    assert canary.exists()


def write_zip(path, canary):
    torch.save({"a": torch.ones(2), "b": Call(os.system, touch(canary))}, path)


def write_raw(path, canary):
    path.write_bytes(program(PAYLOADS["os.system"](canary)))


def write_slip(path, canary):
    archive(tensor_program(), path, **{f"archive/../../{canary.name}": b"x"})


def write_script(path, canary):
    archive(
        tensor_program(), path, **{"archive/code/__torch__.py": b"x", "archive/constants.pkl": b"."}
    )


def write_bomb(path, canary):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("archive/data.pkl", tensor_program())
        bomb.writestr("archive/data/0", bytes(1 << 30))


WRITERS = {
    "zip": write_zip, "raw": write_raw, "slip": write_slip, "script": write_script,
}  # fmt: skip


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("kind", WRITERS)
def test_malicious_files(tmp_path, canary, kind, format_):
    source = tmp_path / "evil.pt"
    WRITERS[kind](source, canary)
    error = refuse(source, tmp_path, canary, format_)
    assert error.id == "unsafe-weights"
    assert kind != "script" or "TorchScript" in str(error)
    with pytest.raises(IntegrityError):
        load_state(source.rename(tmp_path / "evil.safetensors"), "safetensors")
    assert not canary.exists()


@pytest.mark.slow
def test_a_deflated_gigabyte(tmp_path, canary):
    source = tmp_path / "evil.pt"
    write_bomb(source, canary)
    refuse(source, tmp_path, canary)


@pytest.mark.parametrize("name", [name for name in CLAIMS if name != "true"])
def test_a_claim_that_is_not_true(tmp_path, canary, name):
    source = tmp_path / "claim.pt"
    archive(CLAIMS[name], source)
    assert refuse(source, tmp_path, canary).id in {"unsafe-weights", "no-weights"}


def test_the_true_claim_is_accepted(tmp_path):
    source = tmp_path / "true.pt"
    archive(CLAIMS["true"], source)
    twin = twin_of(source, tmp_path / "converted")
    assert torch.equal(load_state(twin, "safetensors")["a"], torch.arange(4.0))


def test_a_payload_in_a_hundred_lists(tmp_path, canary):
    source = tmp_path / "deep.pt"
    archive(program(numbered(100, PAYLOADS["os.system"](canary))), source)
    assert "os.system" in str(refuse(source, tmp_path, canary))


def test_pairs_of_pairs_cost_no_more_than_their_time(tmp_path, canary, monkeypatch):
    """As a key of a dictionary they would be hashed for longer than the world will stand."""
    monkeypatch.setattr("radzoo.models.convert.CPU_S", 1)
    source = tmp_path / "pairs.pt"
    archive(doubling(200)[:2] + b"}" + doubling(200)[2:] + b"Ns.", source)
    assert "time and memory" in str(refuse(source, tmp_path, canary))


def shared(depth, leaf):
    """A dictionary that holds one other twice, and so on: a small file with many paths."""
    for _ in range(depth):
        leaf = {"a": leaf, "b": leaf}
    return leaf


@pytest.mark.parametrize("state", [None, "net"])
@pytest.mark.parametrize(
    "value",
    [
        pytest.param(shared(40, {}), id="deep"),
        pytest.param(shared(16, {"w": torch.ones(2)}), id="with tensors"),
        pytest.param(shared(2, {f"{n}": {} for n in range(90_000)}), id="wide"),
    ],
)
def test_dictionaries_that_share_others_cost_no_more_than_their_time(
    tmp_path, canary, monkeypatch, value, state
):
    monkeypatch.setattr("radzoo.models.convert.CPU_S", 3)
    source = tmp_path / "shared.pt"
    torch.save({"net": value, "a": torch.ones(2), "b": value}, source)
    assert "far more memory or space" in str(refuse(source, tmp_path, canary, state=state))


def test_layers_that_share_others_keep_all_their_names(tmp_path):
    layer = torch.nn.Linear(2, 2)
    network = torch.nn.ModuleList([torch.nn.ModuleList([layer] * 4)] * 4)
    torch.save(network, tmp_path / "shared.pt")
    twin = twin_of(tmp_path / "shared.pt", tmp_path, format="pickle")
    assert load_state(twin, "safetensors").keys() == network.state_dict().keys()


def test_names_from_a_file_cannot_draw_on_the_terminal(tmp_path, canary):
    source = tmp_path / "names.pt"
    torch.save({"\x1b[31mred": {"a": torch.ones(2)}, "b": {"a": torch.ones(2)}}, source)
    assert "\x1b" not in str(refuse(source, tmp_path, canary))


def test_a_member_that_is_larger_than_it_says(tmp_path, canary):
    source = tmp_path / "bundle.zip"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("model.pt", bytes(1 << 22))
    assert "packed" in str(refuse(source, tmp_path, canary, member="model.pt"))
    data = bytearray(source.read_bytes())
    at = data.rindex(b"PK\x01\x02") + 24
    data[at : at + 4] = (1 << 20).to_bytes(4, "little")
    source.write_bytes(data)
    refuse(source, tmp_path, canary, member="model.pt")


def test_packed_members_are_refused_however_small(tmp_path, canary):
    torch.save({"a": torch.ones(2)}, tmp_path / "plain.pt")
    source = tmp_path / "packed.pt"
    with zipfile.ZipFile(tmp_path / "plain.pt") as old, zipfile.ZipFile(source, "w") as new:
        for member in old.infolist():
            new.writestr(member.filename, old.read(member), compress_type=zipfile.ZIP_DEFLATED)
        new.writestr("archive/more", os.urandom(1000))
    assert "packed" in str(refuse(source, tmp_path, canary))


def test_a_boolean_is_0_or_1(tmp_path, canary):
    source = tmp_path / "flags.pt"
    flags = torch.tensor([1, 2], dtype=torch.uint8)
    torch.save({"a": flags.view(torch.bool)}, source)
    assert refuse(source, tmp_path, canary).id == "unsafe-weights"


def test_the_process_gets_no_more_memory_than_its_file_allows():
    code = (
        "from radzoo.models.foreign.limits import limit_process\n"
        "limit_process(1000, cpu_s=9)\n"
        "small = bytes(1 << 26)\n"
        "try: bytes(1 << 29)\n"
        "except MemoryError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert done.stdout == "refused\n"


def test_the_second_wall_stands_without_the_first(tmp_path, canary):
    """Even code inside the process could start and reach nothing."""
    attempts = [
        f"os.system({touch(canary)!r})",
        f"subprocess.run({touch(canary)!r}, shell=True)",
        "socket.socket().connect(('127.0.0.1', 9))",
        "import antigravity",
        "eval('1')",
        "os.fork()",
    ]
    for attempt in attempts:
        code = (
            "import os, socket, subprocess\n"
            "from radzoo.models.foreign.limits import BREACH, forbid_actions\n"
            f"forbid_actions()\n{attempt}\nos._exit(0)"
        )
        done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True)
        assert done.returncode == 99, attempt
    assert not canary.exists()


def mutate(data, numbers):
    """Change, cut, repeat or insert something."""
    changed = bytearray(data)
    for _ in range(numbers.choice([1, 1, 2, 8])):
        at = numbers.randrange(len(changed))
        match numbers.randrange(5):
            case 0:
                changed[at] ^= 1 << numbers.randrange(8)
            case 1:
                changed[at] = numbers.randrange(256)
            case 2:
                changed[at : at + 4] = numbers.choice([b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f"])
            case 3:
                del changed[at : at + numbers.randrange(1, 64)]
            case 4:
                changed[at:at] = changed[at : at + numbers.randrange(1, 64)]
        changed = changed or bytearray(b"\0")
    return bytes(changed)


def attempt(seed, folder, originals):
    """Convert one mutant; give "accepted", or the id of the refusal."""
    numbers = random.Random(seed)
    name = numbers.choice(sorted(originals))
    data = mutate(originals[name], numbers)
    if name == "pickle":
        archive(data, folder / "mutant.pt")
        data = (folder / "mutant.pt").read_bytes()
    source = folder / "mutant.pt"
    source.write_bytes(data)
    try:
        twin = twin_of(source, folder / "converted", format="pickle")
        load_state(twin, "safetensors")
    except IntegrityError as error:
        return error.id
    return "accepted"


def originals_in(folder):
    network = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    torch.save(network.state_dict(), folder / "a")
    torch.save(network.state_dict(), folder / "b", _use_new_zipfile_serialization=False)
    torch.save(network, folder / "c")
    with zipfile.ZipFile(folder / "c") as whole:
        (name,) = [name for name in whole.namelist() if name.endswith("data.pkl")]
        pickled = whole.read(name)
    return {
        "archive": (folder / "a").read_bytes(),
        "stream": (folder / "b").read_bytes(),
        "pickle": pickled,
    }


@pytest.mark.parametrize("seed", range(6))
def test_a_mutant(tmp_path, seed):
    assert attempt(seed, tmp_path, originals_in(tmp_path))


@pytest.mark.slow
def test_a_thousand_mutants(tmp_path):
    originals = originals_in(tmp_path)
    outcomes = [attempt(seed, tmp_path, originals) for seed in range(1000)]
    assert outcomes.count("unsafe-weights") > 300
    assert set(outcomes) <= {"accepted", "unsafe-weights", "no-weights", "ambiguous-weights"}


MEASURE = """
import hashlib, json, resource, subprocess, sys
from pathlib import Path
folder, *command = sys.argv[1:]
request = {"member": None, "state": None, "format": "pickle", "cpu_s": 9}
for source in Path(folder).glob("*.pt"):
    request["sha256"] = hashlib.sha256(source.read_bytes()).hexdigest()
    subprocess.run([*command, source, source.with_suffix(".out"), json.dumps(request)])
    print("\\nKB", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, source.name)
"""


def test_no_hostile_file_takes_much_memory(tmp_path):
    """Measured as the kernel does, over all children of a small process."""
    for name in ("a memo of gigabytes", "nested a million times", "expanded to gigabytes"):
        archive(CLAIMS[name], tmp_path / f"{name}.pt")
    command = [sys.executable, "-P", "-c", MEASURE, tmp_path, *COMMAND]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("KB ")]
    assert len(lines) == 3
    assert 20_000 < int(lines[-1][1]) < 200_000
