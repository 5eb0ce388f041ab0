"""`radzoo finetune` in several processes, started by itself and by torchrun."""

import json
import os
import subprocess
import sys
import time

import pytest

from radzoo.core.errors import ExitCode
from radzoo.models.build import build_network
from radzoo.models.safetensors_file import read_safetensors
from radzoo.workflows.run.folder import read_config

pytestmark = pytest.mark.slow
QUICK = ("--from-scratch", "--epochs", "2", "--batch-size", "8", "--device", "cpu", "--json")


@pytest.fixture
def start(tmp_path, registry, write_npz, own_home):
    write_npz()

    def run(*launcher, out, more=()):
        command = [
            sys.executable, "-m", *launcher, "finetune", "small", "--data", "data.npz",
            "--out", out, "--registry", "zoo.yaml", *QUICK, *more,
        ]  # fmt: skip
        return subprocess.Popen(
            command, cwd=tmp_path, env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return run


def test_two_processes_leave_one_run_and_one_document(start, tmp_path):
    process = start("radzoo", out="run", more=("--devices", "2"))
    out, err = process.communicate(timeout=250)
    assert process.returncode == 0, err
    assert json.loads(out)["best_epoch"] in (1, 2)
    assert err.count("epoch 1/2") == 1
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config["launch"] == {"devices": 2, "nodes": 1, "parallel": "ddp"}


def test_a_spread_network_is_kept_gone_on_with_and_written_whole(start, tmp_path):
    spread = ("--devices", "2", "--parallel", "fsdp", "--checkpoint-minutes", "0")
    whole = start("radzoo", out="whole", more=spread)
    told, err = whole.communicate(timeout=250)
    assert whole.returncode == 0, err
    halves = start("radzoo", out="halves", more=spread)
    kept = tmp_path / "halves" / "checkpoints"
    until = time.monotonic() + 200
    while not list(kept.glob("*.json")) and time.monotonic() < until:
        time.sleep(0.05)
    halves.terminate()
    _, err = halves.communicate(timeout=100)
    assert halves.returncode == ExitCode.RESUMABLE, err
    on = start("radzoo", out="halves", more=("--resume",))
    out, err = on.communicate(timeout=250)
    assert on.returncode == 0, err
    assert "going on in epoch" in err
    assert json.loads(out)["metrics"] == json.loads(told)["metrics"]
    config = json.loads((tmp_path / "halves" / "config.json").read_text())
    assert config["launch"] == {"devices": 2, "nodes": 1, "parallel": "fsdp"}
    first, second = (tmp_path / name / "weights.safetensors" for name in ("whole", "halves"))
    assert first.read_bytes() == second.read_bytes()
    network = build_network(entry_of_run(tmp_path / "whole"), outputs=1, weights=None)
    assert {k: v.shape for k, v in read_safetensors(first).items()} == {
        k: v.shape for k, v in network.state_dict().items()
    }


def entry_of_run(run):
    return read_config(run / "config.json").entry


def test_what_fits_is_not_tried_with_a_spread_network(start):
    process = start("radzoo", out="run", more=(
        "--devices", "2", "--parallel", "fsdp", "--batch-size", "auto",
    ))  # fmt: skip
    out, err = process.communicate(timeout=250)
    assert (process.returncode, out) == (2, "")
    assert err.count('"fsdp-batch-size-auto"') == 1


def test_torchrun_says_how_many_there_are(start, tmp_path):
    port = str(29_500 + os.getpid() % 2000)
    launcher = ["torch.distributed.run", "--nnodes=2", "--nproc-per-node=1",
                "--master-addr=127.0.0.1", f"--master-port={port}"]  # fmt: skip
    nodes = [start(*launcher, f"--node-rank={n}", "-m", "radzoo", out="run") for n in (0, 1)]
    told = [node.communicate(timeout=250) for node in nodes]
    assert [node.returncode for node in nodes] == [0, 0], told
    assert json.loads(told[0][0])["run"] == "run"
    assert told[1][0] == ""
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert (config["launch"]["devices"], config["launch"]["nodes"]) == (1, 2)


def test_a_mistake_is_told_once(start):
    process = start("radzoo", out="run", more=("--devices", "2", "--lr", "0"))
    out, err = process.communicate(timeout=250)
    assert (process.returncode, out) == (2, "")
    assert err.count('"bad-setting"') == 1
