"""`radzoo data prepare`: a folder that is a data set, made once."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image as Pillow

MANIFEST = "path,case_id,patient_id,split,target:x,site"


@pytest.fixture
def manifest(tmp_path):
    """40 images of 24 x 30, brighter in one corner where x is 1; one file is damaged."""
    lines = []
    for number in range(41):
        pixels = np.random.default_rng(number).integers(0, 120, (24, 30)).astype(np.uint8)
        pixels[:9, :9] += np.uint8(100 * (number % 2))
        path = tmp_path / "images" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Pillow.fromarray(pixels).save(path)
        split = ("train", "train", "val", "test")[number // 2 % 4]
        lines.append(f"images/{number}.png,c{number},p{number},{split},{number % 2},A")
    (tmp_path / "images" / "40.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    (tmp_path / "m.csv").write_text("\n".join([MANIFEST, *lines]))
    return tmp_path / "m.csv"


@pytest.fixture
def prepare(radzoo, manifest, tmp_path):
    def run(*more):
        code, out, err = radzoo("data", "prepare", manifest, "-o", tmp_path / "p", "--json", *more)
        return (code, json.loads(out) if out else None, err)

    return run


def test_it_is_made_once_and_then_found(prepare, tmp_path):
    code, report, err = prepare("--size", 32, "--margin", 4, "--dtype", "uint8")
    assert code == 0, err
    expected = {
        "n_cases": 40, "n_refused": 1, "size": 32, "margin": 4, "dtype": "uint8", "fit": "pad",
        "size_bytes": 40 * 40 * 40, "reused": False, "n_blocks": 1, "n_blocks_kept": 0,
        "splits": {"train": 20, "val": 10, "test": 10},
    }  # fmt: skip
    assert {name: report[name] for name in expected} == expected
    assert "1 of 41 cases were refused, first c40: damaged" in err
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == [
        "cases.csv", "images.npy", "index.json", "refused.csv",
    ]  # fmt: skip
    assert np.load(tmp_path / "p" / "images.npy").shape == (40, 40, 40)
    assert prepare("--size", 32, "--margin", 4, "--dtype", "uint8")[1]["reused"]


def test_exact_images_replace_quick_ones_only_if_asked(prepare):
    assert prepare("--size", 8)[0] == 0
    code, _, err = prepare("--size", 8, "--exact")
    assert (code, "--overwrite" in err) == (2, True)
    code, report, _ = prepare("--size", 8, "--exact", "--overwrite")
    assert (code, report["reused"]) == (0, False)
    assert prepare("--size", 8, "--exact")[1]["reused"]


def test_describe_shows_a_prepared_folder(prepare, tmp_path, radzoo):
    prepare("--size", 32, "--dtype", "uint8")
    report = json.loads(radzoo("data", "describe", tmp_path / "p", "--json")[1])
    assert (report["data_format"], report["n_cases"], report["n_patients"]) == ("prepared", 40, 40)
    assert report["rows"] == {"smallest": 32, "median": 32, "largest": 32}
    assert report["refused"] == [
        {"path": "c40", "reason": "damaged: the file is damaged or incomplete", "detail": ""}
    ]


def test_show_draws_a_row_of_a_prepared_folder(prepare, tmp_path, radzoo):
    assert prepare("--size", 16)[0] == 0
    for row, words in ((0, ()), (17, ("--member", "17"))):
        png = tmp_path / f"{row}.png"
        code, out, err = radzoo("show", tmp_path / "p", "--json", "--png", png, *words)
        assert code == 0, err
        shown = json.loads(out)
        assert (shown["row"], shown["format"], shown["rows"]) == (row, "NPY", 16)
        stored = np.load(tmp_path / "p" / "images.npy")[row] / 65535 * 255
        assert np.abs(np.asarray(Pillow.open(png)) - stored).max() <= 0.51
    code, _, err = radzoo("show", tmp_path / "p", "--member", "40")
    assert (code, "no-member" in err) == (3, True)


@pytest.mark.parametrize("spoil", ["a byte", "its end", "the index"])
def test_a_damaged_folder_is_neither_described_nor_split(spoil, prepare, tmp_path, radzoo):
    folder = tmp_path / "p"
    assert prepare("--size", 16)[0] == 0
    assert radzoo("data", "split", folder, "-o", tmp_path / "s.csv")[0] == 0
    images = bytearray((folder / "images.npy").read_bytes())
    if spoil == "a byte":
        images[5000] ^= 1
    elif spoil == "its end":
        del images[-9:]
    else:
        (folder / "index.json").write_text("{}")
    (folder / "images.npy").write_bytes(images)
    for words in (
        ("describe", folder),
        ("split", folder, "-o", tmp_path / "t.csv"),
        ("describe", tmp_path / "s.csv"),
    ):
        code, out, err = radzoo("data", *words, "--json")
        assert (code, out) == (4, "")
        assert json.loads(err)["error"]["id"] == "damaged-store"
    assert not (tmp_path / "t.csv").exists()


def test_new_labels_reach_a_folder_that_is_there(prepare, manifest, tmp_path):
    prepare("--size", 32)
    manifest.write_text(manifest.read_text().replace(",0,A", ",1,B"))
    assert prepare("--size", 32)[1]["reused"]
    assert ",B" in (tmp_path / "p" / "cases.csv").read_text()


def test_what_stands_there_is_not_replaced_unasked(prepare, tmp_path, manifest):
    assert prepare("--size", 32)[0] == 0
    code, _, err = prepare("--size", 16)
    assert (code, json.loads(err.splitlines()[-1])["error"]["id"]) == (2, "exists")
    assert prepare("--size", 16, "--overwrite")[1]["size"] == 16
    (tmp_path / "p" / "index.json").write_text("{}")
    code, _, err = prepare("--size", 16, "--overwrite")
    assert (code, json.loads(err.splitlines()[-1])["error"]["id"]) == (2, "not-prepared")


def test_a_folder_is_moved_and_learnt_from_without_the_files(
    prepare, manifest, tmp_path, radzoo, registry
):
    """The run is bit for bit that on the files: the test predictions are the same."""
    assert prepare("--model", "small", "--registry", registry)[0] == 0
    arguments = ("--registry", registry, "--from-scratch", "--epochs", 1, "--batch-size", 8,
                 "--device", "cpu", "-q", "--max-refused", "0.1")  # fmt: skip
    start = ("finetune", "small", "--data")
    assert radzoo(*start, manifest, "--out", tmp_path / "files", *arguments)[0] == 0
    (tmp_path / "p").rename(tmp_path / "moved")
    for file in (tmp_path / "images").iterdir():
        file.unlink()
    code, _, err = radzoo(*start, tmp_path / "moved", "--out", tmp_path / "run", *arguments)
    assert code == 0, err
    files, run = (tmp_path / name / "predictions-test.csv" for name in ("files", "run"))
    assert files.read_bytes() == run.read_bytes()
    made = json.loads((tmp_path / "run" / "manifest.json").read_text())
    first = json.loads((tmp_path / "files" / "manifest.json").read_text())
    assert made["split_id"] == first["split_id"]
    assert [one["reason"] for one in made["refused"]] == [
        "damaged: the file is damaged or incomplete"
    ]
    pixels = [[i["sha256"] for i in m["inputs"] if i["kind"] == "pixels"] for m in (made, first)]
    assert pixels[0] == pixels[1]


@pytest.mark.parametrize("more", [("--dtype", "uint8"), ("--margin", 3)])
def test_other_depths_and_margins_serve_as_well(prepare, tmp_path, radzoo, registry, more):
    assert prepare("--size", 32, *more)[0] == 0
    code, _, err = radzoo(
        "finetune", "small", "--data", tmp_path / "p", "--out", tmp_path / "run", "--registry",
        registry, "--from-scratch", "--epochs", 1, "--batch-size", 8, "--device", "cpu", "-q",
    )  # fmt: skip
    assert code == 0, err


@pytest.mark.parametrize(
    ("spoil", "id_"),
    [
        (lambda folder: None, "prepared-otherwise"),
        (lambda folder: os.truncate(folder / "images.npy", 500), "damaged-store"),
    ],
)
def test_images_that_do_not_serve_are_refused(prepare, tmp_path, radzoo, registry, spoil, id_):
    assert prepare("--size", 40, "--fit", "squash")[0] == 0
    spoil(tmp_path / "p")
    code, _, err = radzoo(
        "finetune", "small", "--data", tmp_path / "p", "--out", tmp_path / "run", "--registry",
        registry, "--from-scratch", "--epochs", 1, "--device", "cpu", "-q", "--json",
    )  # fmt: skip
    assert code in (3, 4)
    assert json.loads(err.splitlines()[-1])["error"]["id"] == id_


def test_an_unlabelled_folder_can_be_prepared(tmp_path, manifest, radzoo):
    """The damaged file is one of 41; strict allows none, and says so, but the work is kept."""
    arguments = ("data", "prepare", tmp_path / "images", "-o", tmp_path / "q", "--size", 16)
    code, out, err = radzoo(*arguments, "--strict", "--data-format", "unlabelled")
    assert (code, out) == (3, "")
    code, out, err = radzoo(*arguments, "--data-format", "unlabelled")
    assert (code, out) == (0, f"{tmp_path / 'q'}\n")
    assert "40 images of 16 x 16, uint16, 20,480 bytes, found whole; 1 refused" in err


@pytest.mark.parametrize("more", [("--edge", "40"), ("--fit", "crop", "--edge", "10")])
def test_an_edge_that_means_nothing_is_refused(prepare, more):
    assert prepare("--size", 32, *more)[0] == 2


PEAK = """
import resource, sys
import numpy as np
from pathlib import Path
from radzoo.core.case import Case
from radzoo.data.guard import Answer
from radzoo.data.prepared import Working, prepare_folder
from radzoo.data.prepared.building import Job
file, folder, n = sys.argv[1:]
cases = [Case(f"c{i}", Path(file), {}, member=str(i)) for i in range(int(n))]
body = bytes(2 * 224 * 224)
job = Job("key", cases, Working(224), lambda requests: (Answer(body=body) for _ in requests))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
prepare_folder(Path(folder), job, log=print)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_number_of_images(tmp_path, manifest):
    """1,500 images of 100 kB take less than 24 MB more than 150: the rest is on the disk."""

    def peak(n):
        command = [sys.executable, "-c", PEAK, str(manifest), str(tmp_path / f"s{n}"), str(n)]
        return int(subprocess.run(command, capture_output=True, check=True).stdout)

    assert peak(1500) - peak(150) < 24 * 1024
