"""`radzoo finetune` in several processes, started by itself and by torchrun."""

import json
import os
import subprocess
import sys

import pytest

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
