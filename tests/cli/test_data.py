"""`radzoo data`: results on stdout, notes on stderr, nothing half-written."""

import json

import numpy as np
import pytest
from dicoms import make_dicom
from PIL import Image as Pillow
from volumes import box, write_series


@pytest.fixture
def folder(tmp_path):
    """Two class folders of 10 patients, one bad file among the good ones."""
    for number in range(20):
        path = (
            tmp_path
            / "data"
            / ("NORMAL" if number % 2 else "opacity")
            / f"p{number // 2}_{number}.png"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(np.full((6, 8), number, np.uint8)).save(path)
    (tmp_path / "data/NORMAL/p3_bad.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    return tmp_path / "data"


def test_describe_as_json(folder, radzoo):
    code, out, err = radzoo("data", "describe", folder, "--json", "--patient-regex", "(p[0-9]+)_")
    report = json.loads(out)
    assert (code, err) == (0, "")
    assert report["schema_version"] == 1
    assert (report["n_cases"], report["n_patients"], report["n_refused"]) == (20, 10, 1)
    assert report["labels"]["opacity"]["n_positive"] == 10
    assert report["refused"] == [
        {
            "path": "NORMAL/p3_bad.png",
            "reason": "damaged: the file is damaged or incomplete",
            "detail": "",
        }
    ]
    assert report["formats"] == {"PNG": 21}
    assert report["rows"] == {"smallest": 6, "median": 6, "largest": 6}
    assert report["splits"] == {}


def test_describe_as_a_page(folder, radzoo):
    code, out, err = radzoo("data", "describe", folder)
    assert (code, err) == (0, "")
    assert "20 cases" in out
    assert "p3_bad.png" in out
    assert "damaged" in out
    assert max(len(line.rstrip()) for line in out.splitlines()) <= 100


def test_describe_writes_a_page_for_a_browser(folder, tmp_path, radzoo):
    page = tmp_path / "page.html"
    arguments = ("data", "describe", folder, "--report", page, "--json")
    code, out, err = radzoo(*arguments)
    assert (code, err) == (0, "")
    assert json.loads(out)["n_cases"] == 20
    assert page.stat().st_mode & 0o077 == 0
    text = page.read_text("utf-8")
    for said in ("<h1>data</h1>", "NORMAL/p3_bad.png", "the file is damaged or incomplete"):
        assert said in text
    page.write_text("mine")
    code, out, err = radzoo(*arguments)
    assert (code, out, page.read_text()) == (2, "", "mine")
    assert radzoo(*arguments, "--overwrite")[0] == 0
    assert page.read_text("utf-8") == text


def test_describe_puts_no_page_in_the_place_of_a_folder(folder, tmp_path, radzoo):
    code, _, err = radzoo("data", "describe", folder, "--report", tmp_path, "--overwrite", "--json")
    assert (code, json.loads(err)["error"]["id"]) == (2, "output-is-folder")


def test_describe_counts_cases_and_patients_by_split(tmp_path, radzoo):
    lines = ["path,patient_id,split,target:x"]
    for number in range(12):
        Pillow.fromarray(np.full((6, 8), number, np.uint8)).save(tmp_path / f"{number}.png")
        split = "test" if number > 7 else "train"
        lines.append(f"{number}.png,p{number // 2},{split},{number % 4 == 0:d}")
    (tmp_path / "m.csv").write_text("\n".join(lines))
    report = json.loads(radzoo("data", "describe", tmp_path / "m.csv", "--json")[1])
    assert report["splits"] == {"train": 8, "test": 4}
    assert report["split_patients"] == {"train": 4, "test": 2}
    assert report["labels"]["x"]["by_split"]["test"] == {"n": 4, "n_positive": 1}
    out = radzoo("data", "describe", tmp_path / "m.csv")[1].replace("\N{NO-BREAK SPACE}", " ")
    assert "25.0 % of 4" in out


def test_describe_dicom_says_how_it_is_stored_and_nobodys_name(tmp_path, radzoo):
    make_dicom(
        tmp_path / "a.dcm", np.arange(64, dtype=np.uint16).reshape(8, 8), PatientID="CANARY",
        PatientName="CANARY", AccessionNumber="CANARY", InstitutionName="CANARY",
        StudyDescription="CANARY", Manufacturer="Maker",
    )  # fmt: skip
    make_dicom(
        tmp_path / "b.dcm", np.zeros((8, 8), np.uint16), NumberOfFrames=2, PatientID="CANARY"
    )
    code, out, err = radzoo("data", "describe", tmp_path, "--json")
    report = json.loads(out)
    assert code == 0
    assert report["transfer_syntaxes"] == {"Explicit VR Little Endian": 2}
    assert report["manufacturers"] == {"Maker": 1}
    assert [one["path"] for one in report["refused"]] == ["b.dcm"]
    assert "CANARY" not in out + err + radzoo("data", "describe", tmp_path)[1]


def test_a_hostile_folder_is_described_file_by_file(folder, tmp_path, radzoo):
    import os

    os.mkfifo(folder / "pipe.png")
    (folder / "gone.png").symlink_to(tmp_path / "nowhere")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    with (folder / "sparse.dcm").open("wb") as file:
        file.truncate(10 * 1024**3)
    (folder / "bad\x1b[31m.png").touch()
    arguments = ("data", "describe", folder, "--data-format", "unlabelled")
    code, out, _ = radzoo(*arguments, "--json")
    report = json.loads(out)
    assert code == 0
    assert report["n_cases"] == 20
    reasons = {one["path"]: one["reason"].split(":")[0] for one in report["refused"]}
    assert reasons == {
        "NORMAL/p3_bad.png": "damaged", "pipe.png": "special-file", "gone.png": "missing-file",
        "sparse.dcm": "file-too-big", "bad\x1b[31m.png": "empty-file",
    }  # fmt: skip
    assert "\x1b" not in radzoo(*arguments)[1]


def test_split_writes_a_manifest_that_can_be_used(folder, tmp_path, radzoo):
    out_file = tmp_path / "split.csv"
    arguments = ("data", "split", folder, "--patient-regex", "(p[0-9]+)_", "-o", out_file)
    code, out, _ = radzoo(*arguments)
    assert (code, out) == (0, f"{out_file}\n")
    first = out_file.read_bytes()
    described = json.loads(radzoo("data", "describe", out_file, "--json")[1])
    assert set(described["splits"]) == {"train", "val", "test"}
    assert sum(described["splits"].values()) == 20
    assert described["n_patients"] == 10
    assert described["leaks"] == []
    assert radzoo(*arguments)[0] == 2  # it exists
    assert out_file.read_bytes() == first
    assert radzoo(*arguments, "--overwrite")[0] == 0
    assert out_file.read_bytes() == first
    assert radzoo(*arguments, "--overwrite", "--seed", "5")[0] == 0
    assert out_file.read_bytes() != first


def test_split_warns_of_unknown_patients_and_puts_given_splits_aside(tmp_path, radzoo):
    for split, name in (("train", "NORMAL"), ("test", "x"), ("train", "x"), ("test", "NORMAL")):
        path = tmp_path / "data" / split / name / f"{split}{name}.png"
        path.parent.mkdir(parents=True)
        Pillow.fromarray(np.zeros((4, 4), np.uint8)).save(path)
    code, _, err = radzoo("data", "split", tmp_path / "data", "-o", tmp_path / "s.csv")
    assert code == 0
    assert "warning: 4 of 4 cases have no patient identifier" in err


def test_describe_three_classes_by_name(folder, tmp_path, radzoo):
    (folder / "covid").mkdir()
    (folder / "NORMAL/p0_1.png").rename(folder / "covid/p0_1.png")
    described = json.loads(radzoo("data", "describe", folder, "--json")[1])["labels"]["class"]
    assert {one["name"]: one["n"] for one in described["values"].values()} == {
        "NORMAL": 9, "covid": 1, "opacity": 10,
    }  # fmt: skip
    assert radzoo("data", "convert", folder, "-o", tmp_path / "m.csv")[0] == 0
    assert ",covid" in (tmp_path / "m.csv").read_text()
    again = json.loads(radzoo("data", "describe", tmp_path / "m.csv", "--json")[1])
    assert again["labels"]["class"] == described


def test_describe_says_where_slices_are_missing_and_how_else_to_read(tmp_path, radzoo):
    for name, positions in (("a", [0, 1, 5, 6]), ("b", [0, 2, 3, 4])):
        (tmp_path / "ct" / name).mkdir(parents=True)
        write_series(
            tmp_path / "ct" / name,
            box(),
            step=2.5,
            positions=positions,
            SeriesInstanceUID=f"1.2.{positions[1]}",
        )
    (tmp_path / "ct/labels.csv").write_text("path,target:x\na,1\nb,0\n")
    code, out, _ = radzoo("data", "describe", tmp_path / "ct", "--json", "--data-format",
                          "dicom-series")  # fmt: skip
    report = json.loads(out)
    assert (code, report["n_refused"]) == (0, 2)
    assert report["refused_by_reason"] == {"missing-slices: slices are missing": 2}
    assert [one["detail"] for one in report["refused"]] == [
        "3 slices are missing after slice 2 of 4, 2.5 mm apart",
        "1 slice is missing after slice 1 of 4, 2.5 mm apart",
    ]
    page = radzoo("data", "describe", tmp_path / "ct", "--data-format", "dicom-series")[1]
    assert "3 slices are missing after slice 2 of 4" in " ".join(page.split())
    loose = json.loads(radzoo("data", "describe", tmp_path / "ct", "--json")[1])
    assert loose["n_cases"] == 8
    assert any("--data-format dicom-series" in note for note in loose["notes"])
    assert any("--labels" in note and "labels.csv" in note for note in loose["notes"])


def test_a_damaged_nifti_file_is_refused_by_name(tmp_path, radzoo):
    Pillow.fromarray(np.zeros((6, 8), np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "Scan.NII.GZ").write_bytes(b"rubbish")
    (tmp_path / "notes.gz").write_bytes(b"rubbish")
    report = json.loads(radzoo("data", "describe", tmp_path, "--json")[1])
    assert [one["path"] for one in report["refused"]] == ["Scan.NII.GZ"]
    assert report["notes"] == ["1 file is not an image and was left alone"]


@pytest.mark.parametrize("command", ["convert", "split"])
@pytest.mark.parametrize("name", ["m.txt", "m.tsv", "m"])
def test_a_manifest_has_a_name_that_says_what_it_is(command, name, folder, tmp_path, radzoo):
    code, out, err = radzoo("data", command, folder, "-o", tmp_path / name, "--json")
    assert (code, out) == (2, "")
    assert json.loads(err)["error"]["id"] == "wrong-suffix"
    assert not (tmp_path / name).exists()


def test_convert(folder, tmp_path, radzoo):
    code, out, _ = radzoo("data", "convert", folder, "-o", tmp_path / "m.csv", "--json")
    assert code == 0
    assert json.loads(out) == {
        "schema_version": 1, "output": str(tmp_path / "m.csv"), "n_cases": 21, "splits": {},
    }  # fmt: skip
    header, first = (tmp_path / "m.csv").read_text().splitlines()[:2]
    assert header == "case_id,path,target:opacity"
    assert first == "NORMAL/p0_1.png,data/NORMAL/p0_1.png,0"


@pytest.mark.parametrize(
    ("arguments", "code", "id_"),
    [
        (("describe", "nowhere"), 3, "missing-data"),
        (("describe", "empty"), 3, "empty-folder"),
        (("split", "empty", "-o", "x.csv"), 3, "empty-folder"),
        (("describe", "data", "--labels", "none.csv"), 3, "no-such-file"),
        (("describe", "data", "--data-format", "csvv"), 3, "unknown-data-format"),
        (("describe", "data", "--format", "tex"), 2, "wrong-format"),
    ],
)
def test_bad_input_is_one_sentence(arguments, code, id_, folder, tmp_path, monkeypatch, radzoo):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    got, out, err = radzoo("data", *arguments)
    assert (got, out) == (code, "")
    assert err.startswith("error: ")
    if "--format" not in arguments:
        assert json.loads(radzoo("data", *arguments, "--json")[2])["error"]["id"] == id_
    assert not (tmp_path / "x.csv").exists()


def test_describe_counts_patients_that_are_known_and_cases_without(tmp_path, radzoo):
    for name in ("p1_a", "p1_b", "p2_a", "stranger"):
        path = tmp_path / "data" / "NORMAL" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(np.full((6, 8), 3, np.uint8)).save(path)
    for number in range(12):
        (tmp_path / f"data/NORMAL/p9_{number}.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    arguments = ("data", "describe", tmp_path / "data", "--patient-regex", "(p[0-9]+)_")
    code, out, err = radzoo(*arguments)
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    assert "4 cases, 2 patients and 1 case without one, 12 refused" in words
    assert "12 damaged" in words
    assert "and 9 more" in words
    report = json.loads(radzoo(*arguments, "--json")[1])
    assert (report["n_patients"], report["n_without_patient"]) == (2, 1)
    assert list(report["refused_by_reason"].values()) == [12]


def test_split_says_what_is_where(folder, tmp_path, radzoo):
    (folder / "NORMAL" / "p3_bad.png").unlink()
    arguments = ("--patient-regex", "(p[0-9]+)_", "-o", tmp_path / "s.csv")
    code, out, err = radzoo("data", "split", folder, *arguments, "--json")
    report = json.loads(out)
    assert code == 0
    assert (report["n_cases"], report["n_patients"], report["n_put_aside"]) == (20, 10, 0)
    assert report["splits"] == {"train": 14, "val": 2, "test": 4}
    assert report["parts"]["test"]["n_patients"] == 2
    assert f"split {report['split_id']}" in err
    assert (tmp_path / "s.csv").read_text().count(report["split_id"]) == 20
    converted = tmp_path / "elsewhere.parquet"
    assert radzoo("data", "convert", tmp_path / "s.csv", "-o", converted)[0] == 0
    again = radzoo("data", "convert", converted, "-o", tmp_path / "back.csv")
    assert (again[0], "stamped" in again[2]) == (0, False)


def test_split_into_folds_and_by_hold_out(folder, tmp_path, radzoo):
    manifest = tmp_path / "m.csv"
    lines = (f"data/x/{i}.png,p{i},{i % 2},{'AB'[i % 4 == 0]}" for i in range(40))
    manifest.write_text("\n".join(["path,patient_id,target:x,site", *lines]))
    (tmp_path / "data" / "x").mkdir()
    (tmp_path / "data" / "x" / "0.png").write_bytes(b"x")
    arguments = ("data", "split", manifest, "--json", "-o", tmp_path / "s.csv", "--folds", "3")
    code, out, _ = radzoo(*arguments, "--hold-out", "site=B", "--by", "patient")
    report = json.loads(out)
    assert code == 0
    assert report["splits"] == {"train": 30, "test": 10}
    assert report["folds"] == {"0": 10, "1": 10, "2": 10}
    assert radzoo(*arguments, "--by", "image")[0] == 2
