"""A period can be held out by the dates of DICOM headers, and no date comes out anywhere."""

import csv
import json
import warnings

import numpy as np
import pytest
from dicoms import make_dicom

from radzoo.data.load import DataOptions, load_manifest
from radzoo.data.readers.dicom_header import read_header

# Digits that nothing else holds: 13 June 2031 and the like, in any way of writing it.
DAYS = ("20310613", "20310714", "20331027", "20331128")
FORBIDDEN = tuple(
    day[:4] + sign + day[4:6] + sign + day[6:] for day in DAYS for sign in ("", "-", ".", "/")
) + tuple(day[:4] + "-" + day[4:6] for day in DAYS)


@pytest.fixture
def study(tmp_path):
    """24 images of 24 patients in four days of two years, and labels beside them."""
    rows = ["path,target:x"]
    for number in range(24):
        pixels = np.random.default_rng(number).integers(0, 4000, (32, 32)).astype(np.uint16)
        day = DAYS[number % 4]
        make_dicom(
            tmp_path / f"images/i{number:02}.dcm", pixels, PatientID=f"P{number}",
            StudyInstanceUID=f"1.2.3.{number}", StudyDate=day, AcquisitionDate=day,
            SeriesDate=day, ContentDate=day, InstitutionName="somewhere",
        )  # fmt: skip
        rows.append(f"i{number:02}.dcm,{number // 4 % 2}")
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    return tmp_path / "images"


@pytest.fixture(autouse=True)
def folder(tmp_path):
    (tmp_path / "images").mkdir()


@pytest.fixture
def quiet(radzoo, tmp_path, own_home):
    """Run a command; fail if a date is in what it said or in a file that it left."""

    def run(*arguments):
        code, out, err = radzoo(*arguments)
        said = {"stdout": out, "stderr": err}
        for place in (tmp_path, own_home):
            for path in place.rglob("*"):
                said[str(path)] = path.name
                if path.is_file() and path.suffix != ".dcm":
                    said[str(path)] += path.read_bytes().decode("latin-1")
        for where, text in said.items():
            assert not [word for word in FORBIDDEN if word in text], where
        return code, out, err

    return run


def test_the_words_are_in_the_files(study):
    assert all(any(day.encode() in path.read_bytes() for day in DAYS) for path in study.iterdir())


@pytest.mark.parametrize(
    ("rule", "held"),
    [(">=2033", {2, 3}), ("<=2031", {0, 1}), ("=2033-1", None)],
)
def test_a_period_is_held_out_by_the_headers(rule, held, study, quiet, tmp_path):
    labels = ("--labels", tmp_path / "labels.csv")
    code, _, err = quiet(
        "data", "split", study, *labels, "--hold-out", f"period{rule}", "-o", tmp_path / "split.csv"
    )
    if held is None:
        assert code == 2
        return
    assert code == 0, err
    assert f"12 of 24 cases are held out for testing because of date{rule}" in err
    with (tmp_path / "split.csv").open() as file:
        rows = list(csv.DictReader(file))
    tested = {int(row["case_id"][1:3]) % 4 for row in rows if row["split"] == "test"}
    assert tested == held
    assert "date" not in rows[0]


def test_no_other_command_lets_a_date_out(study, quiet, tmp_path):
    labels = ("--labels", tmp_path / "labels.csv")
    code, _, _ = quiet("data", "describe", study, *labels, "--report", tmp_path / "page.html")
    assert code == 0
    report = json.loads(quiet("data", "describe", study, *labels, "--json")[1])
    assert set(report["groups"]) == {"site"}
    assert quiet("data", "convert", study, *labels, "-o", tmp_path / "m.csv")[0] == 0
    assert quiet("data", "prepare", study, *labels, "-o", tmp_path / "p", "--size", 32)[0] == 0
    assert quiet("show", study / "i00.dcm", "--json")[0] == 0


@pytest.mark.slow
def test_a_run_lets_no_date_out(study, quiet, tmp_path, registry):
    labels = ("--labels", tmp_path / "labels.csv")
    code, _, err = quiet(
        "finetune", "small", "--data", study, *labels, "--out", tmp_path / "run", "--registry",
        registry, "--from-scratch", "--epochs", 1, "--batch-size", 4, "--device", "cpu",
    )  # fmt: skip
    assert code == 0, err


def test_a_period_without_cases_names_no_date(study, quiet, tmp_path):
    code, _, err = quiet(
        "data", "split", study, "--labels", tmp_path / "labels.csv", "--hold-out", "period=2032",
        "-o", tmp_path / "split.csv", "--json",
    )  # fmt: skip
    error = json.loads(err.splitlines()[-1])["error"]
    assert (code, error["id"], error["hint"]) == (3, "no-such-group", "name another period")


def test_a_case_shows_its_date_to_nobody(study):
    manifest = load_manifest(study, options=DataOptions(needs_targets=False))
    assert sorted({case.date for case in manifest.cases}) == sorted(DAYS)
    assert not [word for word in FORBIDDEN if word in repr(manifest)]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"AcquisitionDate": "20310613", "StudyDate": "20310612"}, "20310613"),
        ({"AcquisitionDate": "", "StudyDate": "20310612"}, "20310612"),
        ({"StudyDate": "2031.06.12"}, "20310612"),
        ({"AcquisitionDate": "20311312", "StudyDate": "20310612"}, "20310612"),
        ({"StudyDate": "20310632"}, ""),
        ({}, ""),
    ],
)
def test_the_day_of_the_image_goes_before_that_of_the_study(given, wanted, tmp_path, monkeypatch):
    from pydicom import config

    monkeypatch.setattr(config.settings, "writing_validation_mode", config.IGNORE)
    with warnings.catch_warnings():  # pydicom's, of what the test writes
        warnings.simplefilter("ignore")
        path = make_dicom(tmp_path / "a.dcm", np.zeros((4, 4), np.uint8), **given)
    assert read_header(path)["date"] == wanted
