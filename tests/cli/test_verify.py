"""`radzoo verify`: one row per model, exit codes, and nothing but reading."""

import hashlib
import json
import subprocess
import sys

import pytest
from kits import ship_few_models

GOOD = b"the right weights"
SHA256 = hashlib.sha256(GOOD).hexdigest()


@pytest.fixture(autouse=True)
def few_models(own_home, monkeypatch):
    ship_few_models(own_home, monkeypatch)


@pytest.fixture
def weights(registry, tmp_path):
    """The registry's `small` with a known hash, and the file that it names."""
    text = registry.read_text("utf-8")
    known = f"{{kind: local, path: small.safetensors, sha256: '{SHA256}'}}"
    registry.write_text(text.replace("{kind: local, path: small.safetensors}", known), "utf-8")
    path = tmp_path / "small.safetensors"
    path.write_bytes(GOOD)
    return path


def test_all_that_is_here_is_verified(radzoo, registry, weights):
    code, out, err = radzoo("verify", "--registry", registry, "--json")
    verified = {one["name"]: one for one in json.loads(out)["verified"]}
    assert (code, err) == (0, "")
    assert set(verified) == {"small", "radzoo-phantom-tiny", "radzoo-unet-phantom"}
    assert verified["small"] == {
        "name": "small",
        "path": str(weights),
        "sha256": SHA256,
        "expected": SHA256,
        "known_by": "sha256",
        "outcome": "ok",
        "note": None,
        "selftest": None,
    }


def test_a_damaged_file_is_exit_4_and_still_has_its_row(radzoo, registry, weights):
    weights.write_bytes(GOOD[:-1] + b"S")
    code, out, err = radzoo("verify", "--registry", registry, "--json")
    outcomes = {one["name"]: one["outcome"] for one in json.loads(out)["verified"]}
    assert code == 4
    assert outcomes == {
        "small": "damaged", "radzoo-phantom-tiny": "ok", "radzoo-unet-phantom": "ok",
    }  # fmt: skip
    assert json.loads(err)["error"]["id"] == "verification-failed"


def test_a_named_model_that_is_not_here_is_exit_3(radzoo):
    code, out, _ = radzoo("verify", "alexnet", "--json")
    assert code == 3
    assert json.loads(out)["verified"][0]["outcome"] == "missing"
    assert radzoo("verify", "no-such-model")[0] == 3


def test_the_hint_names_all_that_can_be_pulled_and_says_what_to_do_for_the_rest(
    radzoo, registry, weights
):
    weights.unlink()
    code, _, err = radzoo("verify", "alexnet", "resnet18", "small", "--registry", registry)
    assert code == 3
    assert "hint: radzoo pull alexnet resnet18 fetches the weights; put the right file at" in err


@pytest.mark.parametrize("damage", ["changed", "absent"])
def test_a_file_of_the_users_own_is_to_be_put_there_not_pulled(radzoo, registry, weights, damage):
    weights.write_bytes(b"wrong") if damage == "changed" else weights.unlink()
    code, _, err = radzoo("verify", "small", "--registry", registry)
    assert code == (4 if damage == "changed" else 3)
    assert f"put the right file at {weights}" in err
    assert "radzoo pull" not in err


def test_damage_counts_more_than_absence(radzoo, registry, weights):
    weights.write_bytes(b"wrong")
    assert radzoo("verify", "alexnet", "small", "--registry", registry)[0] == 4


def test_table_and_quiet(radzoo, registry, weights):
    code, out, _ = radzoo("verify", "small", "--registry", registry)
    assert code == 0
    assert SHA256[:12] in out
    assert radzoo("verify", "small", "-q", "--registry", registry)[1] == "small\tok\n"
    assert radzoo("verify", "--format", "csv")[0] == 2


WATCHED = """
import os, sys
def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (
        os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    changes = event in {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.utime"}
    if (writes and arguments[0] != os.devnull) or changes or event.startswith("socket."):
        print("WATCHED", event, arguments, file=sys.stderr)
from radzoo.cli.entry import run
sys.addaudithook(watch)
run()
"""


def test_nothing_is_written_and_no_socket_opened(registry, weights, tmp_path):
    command = [sys.executable, "-B", "-c", WATCHED, "verify", "--registry", str(registry)]
    subprocess.run([sys.executable, "-m", "radzoo", *command[4:]], check=True)  # makes the index
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "radzoo-phantom-tiny" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")
    # The watch itself works: the same command with its output in a file.
    command[3] = command[3].replace("run()", f"open({str(tmp_path / 'x')!r}, 'w'); run()")
    assert "WATCHED open" in subprocess.run(command, capture_output=True, text=True).stderr


@pytest.mark.parametrize("fits", [True, False])
def test_without_a_stored_selftest_it_is_said_whether_the_weights_fit(
    radzoo, registry, tmp_path, fits
):
    import timm
    from safetensors.torch import save_file

    state = timm.create_model("test_resnet", in_chans=1).state_dict()
    save_file(state if fits else dict(list(state.items())[1:]), tmp_path / "small.safetensors")
    code, out, _ = radzoo("verify", "small", "--selftest", "--registry", registry, "--json")
    found = json.loads(out)["verified"][0]["selftest"]
    assert (code, found["outcome"]) == ((0, "loads") if fits else (4, "failed"))
    assert fits or "missing" in found["note"]
    assert ("loads" in radzoo("verify", "small", "--selftest", "--registry", registry)[1]) == fits


@pytest.mark.parametrize("changed", [False, True])
def test_a_stored_selftest_is_run(radzoo, registry, tmp_path, changed):
    import timm
    import torch
    from safetensors.torch import save_file

    from radzoo.workflows.selftest import make_selftest
    from radzoo.zoo.catalog import find_entry

    torch.manual_seed(0)
    network = timm.create_model("test_resnet", in_chans=1)
    save_file(network.state_dict(), tmp_path / "small.safetensors")
    entry = find_entry("small", (registry,))
    stored = make_selftest(entry, cache=tmp_path / "cache").model_dump(mode="json")
    stored["values"][0] += 1.0 * changed
    with registry.open("a", encoding="utf-8") as file:
        file.write(f"    selftest: {json.dumps(stored)}\n    status: selftest\n")
    code, out, _ = radzoo("verify", "small", "--selftest", "--registry", registry, "--json")
    found = json.loads(out)["verified"][0]["selftest"]
    assert (code, found["outcome"]) == ((4, "failed") if changed else (0, "passed"))
    assert (found["largest_difference"] > found["tolerance"]) == changed
