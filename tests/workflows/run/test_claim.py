import json
import os
import shutil
import socket
import subprocess
import sys

import pytest

from radzoo.core.errors import EnvironmentFailure, IntegrityError, UsageError
from radzoo.core.publish import publish_text
from radzoo.workflows.run.claim import Stage, check_out, claimed_run, stage_of
from radzoo.workflows.run.owner import BOOT


def keep(run):
    """Stand for a checkpoint; nobody reads it here."""
    publish_text(run.checkpoints / "state-000001.json", "{}")


def finish(run):
    publish_text(run.config, "{}")
    publish_text(run.manifest, "{}")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def out(tmp_path):
    return tmp_path / "run"


class Failure(Exception):
    pass


def begin_and_fail(out, *, kept, see=lambda: None, **flags):
    with claimed_run(out, **flags) as claim:
        see()
        publish_text(claim.run.config, "{}")
        if kept:
            keep(claim.run)
        raise Failure


def test_the_folder_is_there_at_once_private_and_owned(out):
    with claimed_run(out) as claim:
        assert names(out) == ["checkpoints", "owner.json"]
        assert {path.stat().st_mode & 0o777 for path in (out, claim.run.checkpoints)} == {0o700}
        owner = json.loads((out / "owner.json").read_text())
        assert (owner["pid"], owner["host"]) == (os.getpid(), socket.gethostname())
        assert (out / "owner.json").stat().st_mode & 0o777 == 0o600
        finish(claim.run)
    assert "owner.json" not in names(out)
    assert stage_of(out) is Stage.FINISHED


@pytest.mark.parametrize("was_there", [False, True])
def test_an_early_failure_leaves_nothing(out, was_there):
    if was_there:
        out.mkdir()
    with pytest.raises(Failure):
        begin_and_fail(out, kept=False)
    assert out.exists() == was_there
    assert not was_there or names(out) == []


def test_a_late_failure_leaves_what_can_be_gone_on_with(out):
    with pytest.raises(Failure):
        begin_and_fail(out, kept=True)
    assert names(out) == ["checkpoints", "config.json"]
    with pytest.raises(UsageError, match="not finished") as caught:
        check_out(out)
    assert "--resume" in caught.value.hint
    (out / ".config.json.1.x.partial").touch()
    (out / "checkpoints" / ".state-000002.json.1.x.partial").touch()
    with claimed_run(out, resume=True) as claim:
        assert names(claim.run.checkpoints) == ["state-000001.json"]
        assert names(out) == ["checkpoints", "config.json", "owner.json"]


def test_the_old_run_is_put_back_if_the_new_one_fails_early(out):
    with claimed_run(out) as claim:
        finish(claim.run)
        publish_text(out / "mine", "old")
    seen = []
    with pytest.raises(Failure):
        begin_and_fail(out, kept=False, overwrite=True, see=lambda: seen.extend(names(out.parent)))
    assert seen == [".run.replaced-001", "run"]
    assert names(out.parent) == ["run"]
    assert (out / "mine").read_text() == "old"


def test_the_old_run_stays_aside_until_the_new_one_is_finished(out):
    with claimed_run(out) as claim:
        finish(claim.run)
    with pytest.raises(Failure):
        begin_and_fail(out, kept=True, overwrite=True)
    assert names(out.parent) == [".run.replaced-001", "run"]
    with claimed_run(out, resume=True) as claim:
        finish(claim.run)
    assert names(out.parent) == ["run"]


KILLED = """
import os, sys
from pathlib import Path
from radzoo.workflows.run.claim import claimed_run
with claimed_run(Path(sys.argv[1]), overwrite=True) as claim:
    os.kill(os.getpid(), 9)
"""


def test_what_a_killed_process_left_is_taken_over(out):
    """Its lock is free, and nothing in the folder is worth keeping: the old run comes back."""
    with claimed_run(out) as claim:
        finish(claim.run)
        publish_text(out / "mine", "old")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(out)], check=False)
    assert killed.returncode == -9
    assert stage_of(out) is Stage.BEGUN
    with pytest.raises(UsageError, match="exists already"), claimed_run(out):
        pass
    assert names(out.parent) == ["run"]
    assert (out / "mine").read_text() == "old"


def write_owner(out, **changes):
    out.mkdir()
    boot = BOOT.read_text().strip()
    mine = {"pid": 2**22 + 1, "host": socket.gethostname(), "boot": boot}
    (out / "owner.json").write_text(json.dumps(mine | changes))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="a dead process"),
        pytest.param({"pid": os.getpid()}, id="a dead process whose number is used again"),
        pytest.param({"boot": "another", "pid": os.getpid()}, id="before the machine started anew"),
        pytest.param({"host": "container"}, id="another container of this machine"),
    ],
)
def test_a_stale_lock_is_recognised(out, changes):
    write_owner(out, **changes)
    with claimed_run(out) as claim:
        claim.check()


def test_of_another_machine_nobody_knows(out):
    write_owner(out, host="node7", boot="another", pid=12)
    with pytest.raises(IntegrityError, match="process 12 on node7") as caught, claimed_run(out):
        pass
    assert f"remove {out / 'owner.json'}" in caught.value.hint
    assert names(out) == ["owner.json"]


def test_without_locks_a_living_process_is_at_work(out, monkeypatch):
    monkeypatch.setattr("radzoo.workflows.run.owner.try_lock", lambda descriptor: True)
    monkeypatch.setattr("radzoo.core.file_lock.try_lock", lambda descriptor: True)
    write_owner(out, pid=os.getpid())
    with pytest.raises(IntegrityError), claimed_run(out):
        pass
    shutil.rmtree(out)
    write_owner(out)
    with claimed_run(out) as claim:
        claim.check()


def test_something_else_is_never_touched(out):
    out.mkdir()
    (out / "thesis.txt").write_text("precious")
    for flags in ({"overwrite": True}, {"resume": True}):
        with pytest.raises(UsageError) as caught, claimed_run(out, **flags):
            pass
        assert caught.value.id == "not-a-run"
    with pytest.raises(UsageError), claimed_run(out):
        pass
    assert names(out) == ["thesis.txt"]


@pytest.mark.parametrize("spoil", [shutil.rmtree, lambda out: out.rename(out.with_name("moved"))])
def test_a_folder_that_vanishes_is_noticed(out, spoil):
    with claimed_run(out) as claim:
        claim.check()
        spoil(out)
        with pytest.raises(EnvironmentFailure, match="moved or removed"):
            claim.check()


def test_a_place_that_cannot_be_made(out):
    out.parent.joinpath("file").write_text("x")
    with pytest.raises(EnvironmentFailure), claimed_run(out.parent / "file" / "run"):
        pass
