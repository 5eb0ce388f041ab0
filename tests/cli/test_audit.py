"""`radzoo audit` through the command."""

import csv
import json

import numpy as np
import pytest
from PIL import Image as Pillow


@pytest.fixture
def manifest(tmp_path):
    """Forty images; one patient stands in training and test."""
    chance = np.random.default_rng(0)
    path = tmp_path / "cases.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "patient_id", "split", "target:a"])
        for at in range(40):
            pixels = chance.integers(0, 255, (8, 8)).astype(np.uint8).repeat(8, 0).repeat(8, 1)
            Pillow.fromarray(pixels).save(tmp_path / f"{at}.png")
            patient = "same" if at in (0, 39) else f"p{at}"
            writer.writerow([f"{at}.png", patient, "train" if at < 25 else "test", at % 2])
    return path


def test_the_document_keeps_its_contract(radzoo, manifest):
    code, out, err = radzoo("audit", manifest, "--quick", "--json")
    assert code == 0, err
    report = json.loads(out)
    assert report["schema_version"] == 1
    (found,) = [one for one in report["findings"] if one["code"] == "RZ001"]
    assert found["trap"] == "L1"
    assert found["severity"] == "error"
    assert len(found["case_ids"]) == found["n_case_ids"] == 2
    assert {"code", "trap", "why"} <= set(report["not_applicable"][0])
    assert {"code", "trap"} <= set(report["passed"][0])
    codes = {
        one["code"] for part in ("findings", "passed", "not_applicable") for one in report[part]
    }
    assert "RZ043" in codes


def test_a_gate_fails_unless_what_is_found_is_accepted(radzoo, manifest, tmp_path):
    only = ("audit", manifest, "--only", "RZ001", "--fail-on", "error")
    code, _, err = radzoo(*only)
    assert code == 8
    assert "RZ001" in err
    page = tmp_path / "page.html"
    code, out, err = radzoo(
        *only, "--accept", "RZ001", "--reason", "a known twin", "--report", page, "--json"
    )
    assert code == 0, err
    assert json.loads(out)["findings"][0]["accepted"] == "a known twin"
    text = page.read_text()
    assert "a known twin" in text
    assert "0.png" not in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--only", "RZ999"), "there is no check 'RZ999'"),
        (("--accept", "RZ001"), "each accepted check needs a reason"),
        (("--data", "elsewhere.csv"), "is no run of finetune"),
    ],
)
def test_wrong_usage_is_one_sentence(radzoo, manifest, arguments, said):
    code, out, err = radzoo("audit", manifest, *arguments)
    assert code == 2
    assert out == ""
    assert said in err


def test_data_that_do_not_exist(radzoo, tmp_path):
    code, _, err = radzoo("audit", tmp_path / "nothing.csv")
    assert code == 3
    assert "does not exist" in err


def test_other_formats_have_a_row_for_each_finding(radzoo, manifest):
    code, out, _ = radzoo("audit", manifest, "--only", "RZ001", "--format", "csv")
    assert code == 0
    (row,) = csv.DictReader(out.splitlines())
    assert (row["code"], row["severity"]) == ("RZ001", "error")
