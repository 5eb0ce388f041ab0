"""Mutants, and a folder of traps, through the guard; `benchmarks/robustness.py` in small."""

import importlib.util
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from radzoo.data.guard import Guard, Request
from radzoo.data.refusal import REASONS

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def load_files():
    """The benchmark's own makers of harm; benchmarks are no package."""
    spec = importlib.util.spec_from_file_location("files", BENCHMARKS / "robustness_files.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def files():
    return load_files()


def test_every_mutant_has_one_answer(files, tmp_path):
    draw, sources = random.Random(7), [*files.seeds(None), *files.pictures()]
    paths = []
    for number in range(120):
        paths.append(tmp_path / f"{number}")
        paths[-1].write_bytes(files.mutate(draw.choice(sources), draw)[1])
    with Guard(1) as guard:
        answers = list(guard.map(Request("pixels", path, size=16) for path in paths))
    codes = [answer.refused for answer in answers]
    assert len(codes) == 120
    assert set(codes) <= {None, *REASONS}
    assert not {"decoder-crashed", "too-slow"} & set(codes)
    assert 10 < codes.count(None) < 110


def test_the_good_files_themselves_are_accepted(files, tmp_path):
    """Otherwise the mutants say nothing."""
    for number, data in enumerate([*files.seeds(None), *files.pictures()]):
        (tmp_path / f"{number}").write_bytes(data)
    with Guard(1) as guard:
        requests = (Request("pixels", path, size=16) for path in tmp_path.iterdir())
        assert {answer.refused for answer in guard.map(requests)} == {None}


def test_a_folder_of_traps_is_described(files, tmp_path, radzoo):
    good, bad = files.fill_hostile(tmp_path)
    code, out, err = radzoo("data", "describe", tmp_path, "--json")
    report = json.loads(out)
    assert code in (0, 3), err
    assert report["n_cases"] == len(good)
    reasons = {one["path"]: one["reason"].partition(":")[0] for one in report["refused"]}
    if os.geteuid():  # root may read everything
        assert reasons["unreadable.dcm"] == "no-permission"
    assert reasons.keys() >= bad - {"unreadable.dcm"}
    assert reasons["fifo.dcm"] == reasons["socket.dcm"] == reasons["zero.dcm"] == "special-file"
    assert reasons["sparse.dcm"] == "file-too-big"
    assert reasons["dangling.dcm"] == reasons["loop.dcm"] == "missing-file"


@pytest.mark.slow
def test_the_benchmark_misses_no_target(tmp_path):
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / "robustness.py"), "--quick", "--seed", "11"],
        capture_output=True, text=True, cwd=tmp_path, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hostile folder" in done.stdout
