"""Networks spread over processes (FSDP) on this machine, talking by gloo over loopback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from radzoo.core.config import Launch
from radzoo.core.errors import ExitCode, UsageError
from radzoo.models.build import build_network
from radzoo.models.device import engine_for
from radzoo.models.training.fabric import check
from radzoo.models.training.spreading import called_stages, like, local, state_of, whole
from radzoo.workflows.teaching.crew import run_crew

SCRIPT = Path(__file__).with_name("two_processes.py")


@pytest.fixture
def teach(tmp_path, monkeypatch):
    """Train with some processes, spread if there are several; gives how all ended."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("RADZOO_RANK_TIMEOUT_S", "20")

    def run(processes, *, trouble="", **changes):
        out = tmp_path / f"{processes}-{len(list(tmp_path.iterdir()))}"
        parallel = "fsdp" if processes > 1 else "ddp"
        given = json.dumps([str(out), "test_vit", trouble, changes, processes, parallel])
        command, said = [sys.executable, str(SCRIPT), given], []
        if processes == 1:
            assert subprocess.run(command, check=False).returncode == 0
        else:
            assert run_crew(command, Launch(devices=processes), said.append) == 0, said
        written = (Path(f"{out}.{rank}") for rank in range(processes))
        return [json.loads(file.read_text()) for file in written if file.exists()]

    return run


def flat(history):
    return [value for epoch in history for value in epoch]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("processes", "changes"),
    [
        (2, {"ema": 0.9}),
        (3, {"micro_batch": 2}),
        (2, {"strategy": "LP", "from_scratch": False, "augmentation": "none"}),
        (2, {"strategy": "partial", "unfreeze_pct": 40.0, "from_scratch": False}),
        (2, {"lora_rank": 2, "from_scratch": False, "gradual_epochs": 1, "ema": 0.9}),
    ],
    ids=["full", "in pieces", "probe", "partial", "low rank"],
)
def test_spread_as_in_one_process(teach, processes, changes):
    (alone,), all_of_them = teach(1, **changes), teach(processes, **changes)
    assert len(all_of_them) == processes
    assert all(one == all_of_them[0] for one in all_of_them)
    assert all_of_them[0]["names"] == alone["names"]
    assert flat(all_of_them[0]["history"]) == pytest.approx(flat(alone["history"]), abs=1e-6)
    assert all_of_them[0]["weights"] == pytest.approx(alone["weights"], abs=1e-4)


@pytest.mark.slow
def test_what_was_kept_is_gone_on_with_in_any_number_of_processes(teach, tmp_path):
    folder, changes = tmp_path / "checkpoints", {"ema": 0.9}
    whole_way = teach(2, **changes)
    assert teach(2, trouble=f"stop={folder}", **changes) == []
    assert len(list(folder.iterdir())) == 2
    assert teach(2, trouble=f"go on={folder}", **changes) == whole_way
    (alone,) = teach(1, trouble=f"go on={folder}", **changes)
    assert flat(alone["history"]) == pytest.approx(flat(whole_way[0]["history"]), abs=1e-6)


@pytest.mark.slow
def test_a_step_that_is_left_out_leaves_nothing(teach):
    both = teach(2, trouble="nan", skip_bad_batches=30)
    assert [one["history"][0][3] for one in both] == [0, 0]
    assert both[0]["weights"] == both[1]["weights"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"amp": True, "half": "float16"}, "fsdp-float16"), ({"compile": True}, "fsdp-compile")],
)
def test_what_a_spread_network_cannot_do_is_refused(make_recipe, changes, told):
    engine = engine_for(torch.device("cpu"), make_recipe(**changes))
    check(engine, Launch(devices=2))
    with pytest.raises(UsageError, match="spread over devices") as refused:
        check(engine, Launch(devices=2, parallel="fsdp"))
    assert (refused.value.id, refused.value.exit_code) == (told, ExitCode.USAGE)


def test_stages_are_put_together_one_after_the_other(make_entry):
    network = build_network(make_entry("test_vit"), outputs=1, weights=None)
    assert called_stages(network) == [network.patch_embed.proj, *network.blocks]


def test_what_is_never_called_is_no_stage_of_its_own():
    class Listed(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
            self.body = nn.Linear(2, 2)
            self.head = nn.Linear(2, 1)

        def get_classifier(self):
            return self.head

    network = Listed()
    assert called_stages(network) == [network.body]


def test_what_is_not_spread_stays_as_it_is():
    weight = torch.ones(2, 3)
    assert whole(weight) is weight
    assert local(weight) is weight
    assert like(weight, weight) is weight
    network = nn.Linear(2, 1)
    kept = state_of(network)
    network.weight.data.zero_()
    assert kept["weight"].abs().sum() > 0
