"""Regions of images from a table to a run and to new data: boxes, points, masks, volumes."""

import base64
import csv
import io
import json
import os
import re
import signal

import nibabel
import numpy as np
import pytest
from dicoms import make_dicom
from PIL import Image as Pillow

from radzoo.core.errors import ExitCode
from radzoo.core.predictions_file import read_predictions
from radzoo.workflows.teaching import keeping

MARKERS = ("air", "bone", "fat")
CORNERS = ((4, 6), (30, 8), (10, 34))
COLUMNS = ("path", "patient_id", "bbox", "point", "mask", "mask_label", "target:a", "target:m")
QUICK = ("--from-scratch", "--epochs", 2, "--batch-size", 16, "--device", "cpu")
SIZE = 12


@pytest.fixture
def table(tmp_path):
    """20 images of 48 x 48 pixels of 0.5 mm, two for each patient, with three regions each."""
    chance = np.random.default_rng(0)
    rows = []
    for number in range(20):
        pixels = chance.integers(0, 200, (48, 48)).astype(np.uint16)
        labels = np.zeros((48, 48), np.uint8)
        for place, (row, column) in enumerate(CORNERS):
            spot = np.s_[row : row + SIZE, column : column + SIZE]
            kind = (number + place) % 3
            pixels[spot] += 200 + 250 * kind
            labels[spot] = place + 1
            middle = f"{column + 5},{row + 5}"
            box = f"{column},{row},{SIZE},{SIZE}"
            name = (f"{number}.dcm", f"P{number // 2}", box, middle, f"{number}.png", place + 1)
            rows.append((*name, int(kind == 2), MARKERS[kind]))
        make_dicom(tmp_path / f"{number}.dcm", pixels, PixelSpacing=[0.5, 0.5])
        Pillow.fromarray(labels).save(tmp_path / f"{number}.png")
    return write(tmp_path / "cases.csv", rows)


def write(path, rows, columns=COLUMNS):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def run(radzoo, registry, tmp_path):
    def call(verb, *arguments):
        code, out, err = radzoo(verb, *arguments, "--registry", registry, "--json")
        assert code == ExitCode.OK, err
        return json.loads(out)

    return call


@pytest.fixture
def finetune(run, table, tmp_path):
    def call(*more, out="run"):
        return run("finetune", "small", "--data", table, "--out", tmp_path / out, *QUICK, *more)

    return call


FINDING = ("--target", "target:a")
SLOW = pytest.mark.slow
KINDS = [
    pytest.param(("--region-margin", 1), FINDING, id="boxes", marks=SLOW),
    pytest.param(("--region", "point", "--region-size", 6), FINDING, id="points", marks=SLOW),
    pytest.param(("--region", "mask"), FINDING, id="masks", marks=SLOW),
    pytest.param((), ("--target", "target:m", "--task", "multiclass"), id="a marker of three"),
]


@pytest.mark.parametrize(("seen", "asked"), KINDS)
def test_from_regions_to_a_run_and_to_new_ones(finetune, run, table, tmp_path, seen, asked):
    finetune(*seen, *asked)
    test = read_predictions(tmp_path / "run" / "predictions-test.csv")
    everything = [
        one
        for split in ("val", "test")
        for one in read_predictions(tmp_path / "run" / f"predictions-{split}.csv").case_ids
    ]
    assert len(set(everything)) == len(everything)
    assert len(test.case_ids) == 6 * len(set(test.patient_ids))  # two images of three regions
    kind, target = seen[:2] if "--region" in seen else (), asked[:2]
    out = tmp_path / "new.csv"
    run("predict", tmp_path / "run", "--data", table, *kind, *target, "--out", out)
    again = read_predictions(out)
    places = [again.case_ids.index(name) for name in test.case_ids]
    assert again.scores[places] == pytest.approx(test.scores, abs=1e-6)
    assert np.ptp(again.scores, axis=0).min() > 0  # regions of one image are told apart


@pytest.fixture
def learnt(finetune, tmp_path):
    finetune(*FINDING, "--region-margin", 1)
    return tmp_path / "run"


def test_a_run_of_regions_is_asked_about_regions_alone(radzoo, learnt, registry, tmp_path):
    rows = [(f"{number}.dcm", number % 2) for number in range(20)]
    whole = write(tmp_path / "whole.csv", rows, ("path", "target:a"))
    plain = ("--data", whole, "--out", tmp_path / "x.csv", "--registry", registry)
    code, out, err = radzoo("predict", learnt, *plain, "--json")
    assert (code, out) == (ExitCode.INPUT, "")
    error = json.loads(err.splitlines()[-1])["error"]
    assert error["id"] == "no-regions"
    assert error["message"] == "the model learnt from regions of images, and the data name none"
    cases = ("--data", tmp_path / "cases.csv", "--region-margin", 2, *FINDING, *plain[2:])
    code, _, err = radzoo("predict", learnt, *cases, "--json")
    assert code == ExitCode.USAGE
    assert json.loads(err.splitlines()[-1])["error"]["id"] == "other-framing"


@pytest.mark.slow
def test_the_page_shows_what_show_shows(radzoo, learnt, table, registry, tmp_path):
    page, place = tmp_path / "page.html", ("--registry", registry)
    code, _, err = radzoo(
        "evaluate", learnt, "--data", table, *FINDING, "--with-images", "--with-ids",
        "--threshold", 0.999, "--report", page, *place,
    )  # fmt: skip
    assert code == ExitCode.OK, err
    text = page.read_text("utf-8")
    pictures = re.findall(r"data:image/png;base64,([^\"]+)", text)
    names = re.findall(r"\d+\.dcm#\d", text[text.index('<section id="gallery"') :])
    assert pictures
    crop = tmp_path / "crop.png"
    how = ("--region-margin", 1, "--image-size", 32, "--png", crop, "--overwrite")
    assert radzoo("show", table, *FINDING, "--case", names[0], *how)[0] == ExitCode.OK
    shown = np.asarray(Pillow.open(io.BytesIO(base64.b64decode(pictures[0]))))
    assert np.array_equal(shown, np.asarray(Pillow.open(crop)))


def test_a_paused_run_of_regions_ends_as_if_it_had_not_stopped(
    radzoo, finetune, learnt, registry, table, tmp_path, monkeypatch
):
    write_checkpoint = keeping.write_checkpoint

    def write_and_stop(*arguments):
        path = write_checkpoint(*arguments)
        os.kill(os.getpid(), signal.SIGTERM)
        return path

    words = ("--data", table, "--registry", registry, *QUICK, *FINDING, "--region-margin", 1)
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "write_checkpoint", write_and_stop)
        paused = radzoo(
            "finetune", "small", *words, "--out", tmp_path / "two", "--checkpoint-minutes", 0
        )
    assert paused[0] == ExitCode.RESUMABLE
    on = ("finetune", "--resume", "--out", tmp_path / "two", "--registry", registry)
    assert radzoo(*on, "--region-margin", 3)[0] != ExitCode.OK  # other crops, another run
    code, _, err = radzoo(*on)
    assert code == ExitCode.OK, err
    for name in ("weights.safetensors", "predictions-test.csv"):
        assert (tmp_path / "two" / name).read_bytes() == (learnt / name).read_bytes()


@pytest.mark.slow  # a network for volumes
def test_boxes_in_volumes(run, tmp_path):
    chance = np.random.default_rng(1)
    rows = []
    for number in range(15):
        values = chance.integers(0, 100, (20, 24, 16)).astype(np.int16)
        for place, corner in enumerate(((2, 3, 1), (11, 12, 8))):
            x, y, z = corner
            bright = (number + place) % 2
            values[x : x + 6, y : y + 8, z : z + 5] += 300 * bright
            box = f"{x},{y},{z},6,8,5"
            rows.append((f"{number}.nii.gz", f"P{number}", box, bright))
        image = nibabel.Nifti1Image(values, np.diag([-1.0, -1.0, 2.0, 1.0]))
        nibabel.save(image, tmp_path / f"{number}.nii.gz")
    table = write(tmp_path / "v.csv", rows, ("path", "patient_id", "bbox", "target:a"))
    report = run(
        "finetune", "resnet10-3d", "--data", table, "--out", tmp_path / "run", *QUICK,
        "--image-size", "8x16x16", "--region-margin", 2,
    )  # fmt: skip
    assert report["task"] == "binary"
    test = read_predictions(tmp_path / "run" / "predictions-test.csv")
    assert len(test.case_ids) == 2 * len(set(test.patient_ids)) > 0
    out = tmp_path / "new.csv"
    run("predict", tmp_path / "run", "--data", table, "--out", out)
    again = read_predictions(out)
    places = [again.case_ids.index(name) for name in test.case_ids]
    assert again.scores[places] == pytest.approx(test.scores, abs=1e-6)
    assert len(np.unique(again.scores)) == len(rows)
