"""Several processes on this machine, exchanging gradients by gloo over loopback."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from radzoo.core.config import Launch
from radzoo.core.errors import ExitCode
from radzoo.workflows.teaching.crew import run_crew

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("two_processes.py")


@pytest.fixture
def teach(tmp_path, monkeypatch):
    """Train with some processes; gives the exit code, what was said, and how all ended."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("RADZOO_RANK_TIMEOUT_S", "8")

    def run(processes, *, architecture="test_vit", trouble="", parallel="ddp", **changes):
        out = tmp_path / f"{architecture}-{processes}-{len(list(tmp_path.iterdir()))}"
        given = json.dumps([str(out), architecture, trouble, changes, processes, parallel])
        command, said = [sys.executable, str(SCRIPT), given], []
        if processes == 1:
            code = subprocess.run(command, check=False).returncode
        else:
            code = run_crew(command, Launch(devices=processes), said.append)
        ended = [
            json.loads(file.read_text())
            for rank in range(processes)
            if (file := Path(f"{out}.{rank}")).exists()
        ]
        return code, said, ended

    return run


@pytest.fixture
def alone(teach):
    return teach(1)[2][0]


def flat(history):
    return [value for epoch in history for value in epoch]


@pytest.mark.parametrize(("processes", "micro_batch"), [(2, None), (2, 2), (3, None)])
def test_as_one_process_with_the_same_batches(teach, alone, processes, micro_batch):
    code, _, ended = teach(processes, micro_batch=micro_batch)
    assert code == ExitCode.OK
    assert len(ended) == processes
    assert all(one == ended[0] for one in ended)
    assert ended[0]["names"] == alone["names"]
    assert flat(ended[0]["history"]) == pytest.approx(flat(alone["history"]), abs=1e-6)
    assert ended[0]["weights"] == pytest.approx(alone["weights"], abs=1e-4)


def test_pieces_give_the_gradient_of_the_whole_batch(teach, alone):
    (ended,) = teach(1, micro_batch=3)[2]
    assert flat(ended["history"]) == pytest.approx(flat(alone["history"]), abs=1e-6)


def test_with_batch_normalisation_all_still_judge_one_network(teach):
    _, _, ended = teach(2, architecture="test_resnet", dropout=0.3)
    assert ended[0] == ended[1]
    assert not any(name.startswith("module.") for name in ended[0]["names"])


def test_a_probe_learns_from_features_of_all(teach):
    probe = {"strategy": "LP", "from_scratch": False, "augmentation": "none"}
    (alone,), both = teach(1, **probe)[2], teach(2, **probe)[2]
    assert both[0] == both[1]
    assert flat(both[0]["history"]) == pytest.approx(flat(alone["history"]), abs=1e-6)


@pytest.mark.parametrize(
    "changes",
    [
        {"lora_rank": 2, "from_scratch": False, "gradual_epochs": 1, "ema": 0.9},
        {"mixup": 0.4, "cutmix": 1.0, "sampling": "balanced"},
    ],
    ids=["what learns", "from what"],
)
def test_strategies_too_give_what_one_process_gives(teach, changes):
    (alone,), both = teach(1, **changes)[2], teach(2, micro_batch=2, **changes)[2]
    assert both[0] == both[1]
    assert both[0]["names"] == alone["names"]
    assert flat(both[0]["history"]) == pytest.approx(flat(alone["history"]), abs=1e-6)


@pytest.mark.parametrize("rate", [0, 30])
def test_a_loss_that_is_not_finite_on_one_ends_all(teach, capfd, rate):
    code, _, ended = teach(2, trouble="nan", skip_bad_batches=rate)
    assert code == (ExitCode.INTEGRITY if rate == 0 else ExitCode.OK)
    assert (capfd.readouterr().err.count("loss-not-finite") == 1) == (rate == 0)
    assert [one["history"][0][3] for one in ended] == ([] if rate == 0 else [0, 0])


@pytest.mark.parametrize(
    ("trouble", "code", "told", "limit_s"),
    [
        ("raise", ExitCode.BUG, "ZeroDivisionError", 60),
        ("SIGKILL", ExitCode.ENVIRONMENT, "ended with signal 9", 60),
        ("SIGSTOP", ExitCode.ENVIRONMENT, "process 1 of 2 stood still", 90),
    ],
)
def test_a_process_that_is_lost_ends_all(teach, capfd, trouble, code, told, limit_s):
    began = time.monotonic()
    ended, said, left = teach(2, trouble=trouble)
    assert ended == code
    assert any(told in line for line in said)
    assert left == []
    assert time.monotonic() - began < limit_s
    assert "rank-lost: process 0 of 2" in capfd.readouterr().err


def test_torchrun_with_two_nodes_on_loopback(tmp_path, alone):
    port, out = 29_500 + os.getpid() % 2000, tmp_path / "nodes"
    given = json.dumps([str(out), "test_vit", "", {}, 1, "ddp", 2])
    nodes = [
        subprocess.Popen(
            [
                sys.executable, "-m", "torch.distributed.run", "--nnodes=2", f"--node-rank={node}",
                "--nproc-per-node=1", "--master-addr=127.0.0.1", f"--master-port={port}",
                str(SCRIPT), given,
            ],
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        for node in range(2)
    ]  # fmt: skip
    assert [node.wait(120) for node in nodes] == [0, 0]
    first, second = (json.loads(Path(f"{out}.{rank}").read_text()) for rank in range(2))
    assert first == second
    assert flat(first["history"]) == pytest.approx(flat(alone["history"]), abs=1e-6)
