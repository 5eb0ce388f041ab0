import os
import signal
import sys
import threading
import time

import pytest

from radzoo.core.config import Launch
from radzoo.core.errors import ExitCode, UsageError
from radzoo.workflows.teaching import crew
from radzoo.workflows.teaching.crew import Place, agree, must_launch, own_place, run_crew

TORCHRUN = {"LOCAL_RANK": "1", "RANK": "3", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2",
            "GROUP_RANK": "1"}  # fmt: skip
SRUN = {"SLURM_STEP_NUM_TASKS": "8", "SLURM_NNODES": "2", "SLURM_PROCID": "5",
        "SLURM_LOCALID": "1"}  # fmt: skip


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        pytest.param({}, None, id="nobody said"),
        pytest.param(TORCHRUN, Place(3, 1, 2, 2), id="torchrun"),
        pytest.param(SRUN, Place(5, 1, 4, 2), id="srun"),
        pytest.param({"SLURM_NTASKS": "4", "SLURM_PROCID": "0"}, None, id="sbatch without srun"),
        pytest.param(
            {"LOCAL_RANK": "1", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2", "NODE_RANK": "1"},
            Place(3, 1, 2, 2),
            id="radzoo's own",
        ),
    ],
)
def test_the_place_is_what_the_environment_says(environment, place):
    assert own_place(environment) == place


def test_a_cluster_says_how_many_there_are():
    place = Place(0, 0, 2, 3)
    assert agree(Launch(), place) == Launch(devices=2, nodes=3)
    assert agree(Launch(devices=2, nodes=3), place) == Launch(devices=2, nodes=3)
    with pytest.raises(UsageError, match="3 x 2 processes were started"):
        agree(Launch(devices=4), place)


def test_only_a_process_without_a_place_starts_others():
    assert must_launch(Launch(devices=2), None)
    assert not must_launch(Launch(), None)
    assert not must_launch(Launch(devices=2), Place(0, 0, 2, 1))


def test_other_nodes_must_be_findable(monkeypatch):
    monkeypatch.delenv("MASTER_ADDR", raising=False)
    with pytest.raises(UsageError, match="not where the others are"):
        run_crew([sys.executable], Launch(nodes=2), print)


@pytest.fixture
def run(monkeypatch):
    """Run a line of Python in each of some processes; gives exit code and what was said."""
    monkeypatch.setattr(crew, "GRACE_S", 0.5)

    def go(line, devices=2):
        said = []
        code = f"import os, signal, sys, time\nrank = int(os.environ['LOCAL_RANK'])\n{line}"
        return run_crew([sys.executable, "-c", code], Launch(devices=devices), said.append), said

    return go


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("", ExitCode.OK, ""),
        ("sys.exit(4)", 4, ""),
        ("sys.exit([5, 1][rank])", 1, "process 1 of 2 ended with exit code 1"),
        ("rank and sys.exit('lost in space')\ntime.sleep(60)", 1, "lost in space"),
        ("rank and os.kill(os.getpid(), 9)\nsys.exit(5)", 5, "process 1 of 2 ended with signal 9"),
        ("rank or os.kill(os.getpid(), 9)\nsys.exit(5)", 5, "process 0 of 2 ended with signal 9"),
        ("rank and os.kill(os.getpid(), signal.SIGSTOP)\nsys.exit(5)", 5, "1 of 2 stood still"),
        ("rank or sys.exit(75)\ntime.sleep(60)", 75, "process 1 of 2 stood still"),
        ("rank or sys.exit(0)\ntime.sleep(60)", 0, ""),
    ],
)
def test_the_exit_code_is_that_of_the_process_to_blame(run, line, code, told):
    start = time.monotonic()
    ended, said = run(line)
    # Far less than the 60 seconds for which some of the lines would sleep.
    assert time.monotonic() - start < 30
    assert ended == code
    assert told in "\n".join(said)
    assert bool(said) == bool(told)


def test_signals_go_to_the_leader(run):
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    line = "signal.signal(15, lambda *_: sys.exit(75))\nrank or time.sleep(30)\nsys.exit(0)"
    assert run(line)[0] == 75


def test_only_the_leader_is_heard_while_all_is_well(run, capfd):
    run("print('out', rank)\nprint('err', rank, file=sys.stderr)")
    assert capfd.readouterr() == ("out 0\n", "err 0\n")
