import csv
import json

import nibabel
import numpy as np
import pytest


@pytest.fixture
def mask(tmp_path):
    labels = np.zeros((12, 10, 8), np.uint8)
    labels[2:8, 2:8, 2:6] = 1
    nibabel.save(nibabel.Nifti1Image(labels, np.diag([1.0, 1, 2.5, 1])), tmp_path / "a.nii.gz")
    return tmp_path / "a.nii.gz"


def test_a_table_on_stdout(radzoo, mask):
    code, out, err = radzoo("measure", mask, "--structures", "1=liver")
    assert (code, err) == (0, "")
    assert "liver" in out
    assert "0.3600" in out  # 144 voxels of 2.5 mm3
    assert "1 mask" not in out


def test_one_document(radzoo, mask):
    code, out, err = radzoo("measure", mask, "--json")
    report = json.loads(out)
    assert (code, err, report["schema_version"]) == (0, "", 1)
    (one,) = report["measurements"]
    assert (one["case_id"], one["structure"]) == ("a", "label_1")
    assert one["values"]["volume_ml"] == pytest.approx(0.36)


def test_files_and_formats(radzoo, mask, tmp_path):
    out_file = tmp_path / "out" / "m.csv"
    code, out, _ = radzoo("measure", mask, "-o", out_file, "--format", "csv")
    assert code == 0
    with out_file.open(newline="") as file:
        (saved,) = csv.DictReader(file)
    (shown,) = csv.DictReader(out.splitlines())
    assert list(saved) == list(shown)
    assert saved["volume_ml"] == shown["volume_ml"] == "0.36"
    code, _, err = radzoo("measure", mask, "-o", out_file)
    assert (code, "exists" in err) == (2, True)
    code, out, _ = radzoo("measure", mask, "-o", tmp_path / "m.parquet", "--format", "md")
    assert code == 0
    assert out.startswith("| case_id")
    assert (tmp_path / "m.parquet").exists()


def test_agreement_is_shown(radzoo, mask, tmp_path):
    code, out, _ = radzoo("measure", mask, "--reference", mask, "--n-boot", "0")
    assert code == 0
    assert "ref. mL" in out
    assert "Relative bias" in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nothing.nii"], 3, "does not exist"),
        (["a.nii.gz", "--structures", "liver=1"], 2, "structures must be numbers"),
        (["a.nii.gz", "--spacing-mm", "wide"], 2, "a spacing must be"),
        (["a.nii.gz", "-o", "m.txt"], 2, "does not end in .csv"),
        (["broken.nii"], 3, "1 of 1 cases were refused, first broken: damaged"),
        (["a.nii.gz", "--reference", "broken.nii"], 3, "first a: reference: damaged"),
    ],
)
def test_mistakes_are_one_sentence(radzoo, mask, tmp_path, monkeypatch, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.nii").write_bytes(
        nibabel.Nifti1Image(np.zeros((4, 4, 4), np.uint8), np.eye(4)).to_bytes()[:380]
    )
    found, out, err = radzoo("measure", *arguments)
    assert (found, out) == (code, "")
    assert said in err
    assert err.startswith("error: ")
