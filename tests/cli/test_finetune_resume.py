"""`radzoo finetune --resume`: in this process, and with processes that are killed."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from radzoo.core.errors import ExitCode
from radzoo.workflows.teaching import keeping

QUICK = ("--from-scratch", "--epochs", 2, "--batch-size", 8)


@pytest.fixture
def tiny(tmp_path, registry, write_npz):
    """A folder with a registry of one small network, and data."""
    write_npz()
    return tmp_path


@pytest.fixture
def words(tiny):
    def make(*more, out="run", named=True):
        what = ("small", "--data", tiny / "data.npz") if named else ()
        place = ("--out", tiny / out, "--registry", tiny / "zoo.yaml", "--device", "cpu")
        return ("finetune", *what, *place, *more)

    return make


@pytest.fixture
def interrupted(radzoo, words, monkeypatch):
    """Run until the first checkpoint, then be asked to end."""
    write = keeping.write_checkpoint

    def write_and_stop(*arguments):
        path = write(*arguments)
        os.kill(os.getpid(), signal.SIGTERM)
        return path

    def run(*more):
        with monkeypatch.context() as patch:
            patch.setattr(keeping, "write_checkpoint", write_and_stop)
            return radzoo(*words(*QUICK, *more))

    return run


def test_75_and_a_command_that_goes_on(radzoo, words, interrupted, tiny):
    code, out, err = interrupted("--json", "--checkpoint-minutes", 0)
    assert (code, out) == (ExitCode.RESUMABLE, "")
    error = json.loads(err.splitlines()[-1])["error"]
    assert (error["code"], error["id"]) == (75, "paused")
    assert error["hint"] == f"go on with: radzoo finetune --resume --out {tiny / 'run'}"
    assert "in epoch 1 after step 1" in error["message"]

    code, out, err = radzoo(*words(*QUICK))
    assert code == ExitCode.USAGE
    assert "--resume" in err
    for command in (["predict", tiny / "run", "--data", tiny / "data.npz", "--out", tiny / "p.csv"],
                    ["evaluate", tiny / "run"]):  # fmt: skip
        code, out, err = radzoo(*command)
        assert code == ExitCode.INPUT
        assert f"--resume --out {tiny / 'run'}" in err

    code, out, err = radzoo(*words("--resume", "--num-workers", 1, "--json", named=False))
    assert code == ExitCode.OK, err
    assert "going on in epoch 1 after step 1" in err
    report = json.loads(out)
    assert radzoo(*words(*QUICK, out="whole"))[0] == ExitCode.OK
    files = [tiny / name / "weights.safetensors" for name in ("run", "whole")]
    assert files[0].read_bytes() == files[1].read_bytes()

    code, out, err = radzoo(*words(*QUICK, "--resume", "--json"))
    assert (code, json.loads(out)["metrics"]) == (ExitCode.OK, report["metrics"])
    assert "is finished" in err


def test_the_same_command_with_resume_goes_on_and_another_is_refused(radzoo, words, interrupted):
    assert interrupted()[0] == ExitCode.RESUMABLE
    code, _, err = radzoo(*words(*QUICK, "--resume", "--seed", 7))
    assert code == ExitCode.INTEGRITY
    assert "seed (was 0, is 7)" in err
    assert "--allow-changed" in err
    assert radzoo(*words(*QUICK, "--resume"))[0] == ExitCode.OK


def test_a_model_that_became_another_one_is_refused(radzoo, words, interrupted, registry):
    assert interrupted()[0] == ExitCode.RESUMABLE
    text = registry.read_text("utf-8")
    registry.write_text(text.replace("mean: [0.5]", "mean: [0.4]"), "utf-8")
    code, _, err = radzoo(*words(*QUICK, "--resume"))
    assert code == ExitCode.INTEGRITY
    assert "entry.input" in err
    registry.write_text(text.replace("a network for tests", "another sentence"), "utf-8")
    assert radzoo(*words(*QUICK, "--resume"))[0] == ExitCode.OK


def test_nothing_to_go_on_with_and_nothing_said(radzoo, words):
    code, _, err = radzoo(*words("--resume", named=False))
    assert code == ExitCode.USAGE
    assert "missing" in err


@pytest.fixture
def start(words):
    processes = []

    def run(*more, **options):
        command = [sys.executable, "-m", "radzoo", *map(str, words(*QUICK, *more))]
        processes.append(
            subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, **options)
        )
        return processes[-1]

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def wait_for(folder, pattern, process):
    deadline = time.monotonic() + 120
    while not list(folder.glob(pattern)):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.mark.slow
def test_processes_that_are_killed_lose_nothing(start, radzoo, words, tiny):
    for number in range(4):
        process = start("--resume", "--epochs", 4, "--checkpoint-minutes", 0)
        pattern = ".state-*.partial" if number % 2 else f"state-{3 * number + 2:06d}.json"
        wait_for(tiny / "run" / "checkpoints", pattern, process)
        process.kill()
        process.wait()
    code, _, err = radzoo(*words(*QUICK, "--resume", "--epochs", 4, "--num-workers", 1))
    assert code == ExitCode.OK, err
    assert radzoo(*words(*QUICK, "--epochs", 4, out="whole"))[0] == ExitCode.OK
    for name in ("weights.safetensors", "predictions-test.csv", "thresholds.json"):
        assert (tiny / "run" / name).read_bytes() == (tiny / "whole" / name).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 75), (signal.SIGUSR1, 75), (signal.SIGINT, 130)]
)
def test_a_process_saves_and_says_so(start, tiny, number, code):
    process = start("--epochs", 5000, "--early-stopping", 0)
    wait_for(tiny / "run" / "checkpoints", "state-*.json", process)
    second = start("--resume")
    _, err = second.communicate(timeout=120)
    assert second.returncode == ExitCode.INTEGRITY
    assert f"process {process.pid} on" in err.decode()
    process.send_signal(number)
    _, err = process.communicate(timeout=120)
    assert process.returncode == code, err
    assert b"--resume --out" in err
    assert not (tiny / "run" / "owner.json").exists()


@pytest.mark.slow
def test_a_second_signal_ends_it_at_once(start, tiny):
    process = start("--epochs", 5000, "--early-stopping", 0)
    wait_for(tiny / "run" / "checkpoints", "state-*.json", process)
    process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    time.sleep(0.001)
    process.send_signal(signal.SIGUSR1)
    assert process.wait(60) in (75, -signal.SIGUSR1)
