"""`radzoo data prepare --slices`: volumes and their masks, made once."""

import importlib.util
import json
import os
import subprocess
import sys

import nibabel
import numpy as np
import pytest

RAY = importlib.util.find_spec("ray") is not None


@pytest.fixture
def manifest(tmp_path):
    """Seven NIfTI volumes with masks; the last file is damaged."""
    lines = ["path,case_id,patient_id,split,target:x,mask"]
    for number in range(7):
        values = np.random.default_rng(number).integers(0, 900, (9, 8, 7)).astype(np.int16)
        for name, data in (("v", values), ("m", (values > 500).astype(np.uint8))):
            image = nibabel.Nifti1Image(data, np.diag([-1, -1, 2, 1]))
            nibabel.save(image, tmp_path / f"{name}{number}.nii.gz")
        split = ("train", "train", "val", "val", "test", "test", "test")[number]
        lines.append(f"v{number}.nii.gz,c{number},p{number},{split},{number % 2},m{number}.nii.gz")
    (tmp_path / "v6.nii.gz").write_bytes((tmp_path / "v6.nii.gz").read_bytes()[:300])
    (tmp_path / "m.csv").write_text("\n".join(lines))
    return tmp_path / "m.csv"


@pytest.fixture
def prepare(radzoo, manifest, tmp_path):
    def run(*more):
        code, out, err = radzoo(
            "data", "prepare", manifest, "-o", tmp_path / "p", "--max-refused", 0.2, *more
        )
        return code, out, err

    return run


def test_volumes_are_made_once_and_described(prepare, tmp_path, radzoo):
    arguments = ("--slices", 6, "--size", 10, "--spacing-mm", "2,1,1", "--margin", 1)
    code, out, err = prepare(*arguments, "--json")
    assert code == 0, err
    report = json.loads(out)
    expected = {
        "n_cases": 6, "n_refused": 1, "size": 10, "slices": 6, "spacing_mm": [2, 1, 1],
        "intensity": "auto", "n_masks": 6, "margin": 1, "interpolation": "trilinear",
        "edge": None, "window": None, "size_bytes": 6 * 2 * 2 * 8 * 12 * 12, "reused": False,
    }  # fmt: skip
    assert {name: report[name] for name in expected} == expected
    code, _, err = prepare(*arguments)
    assert "6 volumes of 8 x 12 x 12, 6 with a mask, uint16" in err
    assert "found whole" in err
    assert np.load(tmp_path / "p" / "images.npy").shape == (6, 8, 12, 12)
    assert np.load(tmp_path / "p" / "masks.npy").max() == 1
    described = json.loads(radzoo("data", "describe", tmp_path / "p", "--json")[1])
    assert (described["data_format"], described["n_cases"]) == ("prepared", 6)
    assert described["slices"]["median"] == 8


def test_finetune_says_that_they_are_no_images(prepare, tmp_path, radzoo, registry):
    assert prepare("--slices", 4, "--size", 8, "-q")[0] == 0
    code, _, err = radzoo(
        "finetune", "small", "--data", tmp_path / "p", "--out", tmp_path / "run", "--registry",
        registry, "--from-scratch", "--epochs", 1, "--device", "cpu", "-q", "--json",
        "--max-refused", 0.5,
    )  # fmt: skip
    error = json.loads(err.splitlines()[-1])["error"]
    assert (code, error["id"]) == (3, "prepared-volumes")
    assert "4 x 8 x 8 voxels (pad, intensity auto)" in error["message"]


@pytest.mark.parametrize(
    ("more", "id_"),
    [
        (("--spacing-mm", "1"), "images-not-volumes"),
        (("--intensity", "hu"), "images-not-volumes"),
        (("--slices", 4, "--spacing-mm", "1,2"), "spacing"),
        (("--slices", 4, "--spacing-mm", "1,0,1"), "spacing"),
        (("--slices", 4, "--spacing-mm", "nan"), "spacing"),
        (("--slices", 4, "--edge", "300"), "volumes-not-images"),
        (("--slices", 4, "--interpolation", "bicubic"), "volumes-not-images"),
        (("--slices", 4, "--model", "radzoo-phantom-tiny"), "volumes-not-images"),
        (("--slices", 4096, "--size", 1024), "too-large"),
    ],
)
def test_options_that_do_not_go_together_are_refused(prepare, more, id_):
    code, _, err = prepare(*more, "--json")
    assert (code, json.loads(err.splitlines()[-1])["error"]["id"]) == (2, id_)


def test_a_window_of_values_that_are_no_hounsfield_units_is_refused(prepare):
    code, _, err = prepare("--slices", 4, "--size", 8, "--window", "lung")
    assert (code, "not-hounsfield" in err) == (3, True)
    told = ("--window", "lung", "--intensity", "hu", "--overwrite")
    assert prepare("--slices", 4, "--size", 8, *told)[0] == 0


PEAK = """
import resource, sys
from pathlib import Path
from radzoo.core.case import Case
from radzoo.data.guard import Answer
from radzoo.data.prepared import WorkingVolume, fill_folder
from radzoo.data.prepared.building import Job
file, folder, n = sys.argv[1:]
cases = [Case(f"c{i}", Path(file), {}, member=str(i)) for i in range(int(n))]
body, form = bytes(2 * 2 * 64**3), WorkingVolume((64, 64, 64), masked=True)
rows = [[1.5, 0, 0, 0]] * 4
answer = Answer(fields={"affine": rows, "unit": "HU", "limits": [0, 1], "masked": True}, body=body)
job = Job("key", cases, form, lambda requests: (answer for _ in requests))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
fill_folder(Path(folder), job, log=print)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_number_of_volumes(tmp_path, manifest):
    """220 volumes of 1 MB with masks take less than 12 MB more than 20."""

    def peak(n):
        command = [sys.executable, "-c", PEAK, str(manifest), str(tmp_path / f"s{n}"), str(n)]
        return int(subprocess.run(command, capture_output=True, check=True).stdout)

    assert peak(220) - peak(20) < 12 * 1024


CLUSTER = """
import os, sys
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
from ray.cluster_utils import Cluster
nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
nodes.add_node(num_cpus=1)
nodes.wait_for_nodes()
os.environ["RAY_ADDRESS"] = nodes.address
from radzoo.cli.app import main
data, out = sys.argv[1:]
code = main(["data", "prepare", data, "-o", out, "--slices", "5", "--size", "9", "--engine", "ray",
             "--max-refused", "0.2"])
nodes.shutdown()
sys.exit(code)
"""


@pytest.mark.skipif(not RAY, reason="ray is not installed: pip install radzoo[ray]")
@pytest.mark.slow
def test_a_cluster_of_two_nodes_gives_the_same_bytes(prepare, manifest, tmp_path):
    assert prepare("--slices", 5, "--size", 9)[0] == 0
    command = [sys.executable, "-c", CLUSTER, str(manifest), str(tmp_path / "ray")]
    done = subprocess.run(command, capture_output=True, timeout=280, env=dict(os.environ))
    assert done.returncode == 0, done.stderr.decode()
    for name in ("images.npy", "masks.npy", "index.json", "cases.csv", "refused.csv"):
        ours, theirs = ((tmp_path / place / name).read_bytes() for place in ("p", "ray"))
        assert ours == theirs, name
