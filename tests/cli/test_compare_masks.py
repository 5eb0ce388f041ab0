"""Masks to values case by case, and these to a comparison of models."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

SPACING = "0.5 0.5"
PATIENTS = ("p0", "p0", "p1", "p2", "p3")


def write_model(folder, name, widths):
    """A table of pairs: references are 10 columns wide, predictions `widths`; 0 = missed."""
    rows = ["case_id,patient_id,mask,prediction,spacing_mm"]
    for at, width in enumerate(widths):
        for kind, columns in (("reference", 10), (name, width)):
            pixels = np.zeros((16, 20), dtype=np.uint8)
            pixels[4:12, 2 : 2 + columns] = 1
            Image.fromarray(pixels).save(folder / f"{kind}{at}.png")
        rows.append(f"c{at},{PATIENTS[at]},reference{at}.png,{name}{at}.png,{SPACING}")
    (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")


def compare(radzoo, *arguments):
    code, out, err = radzoo("compare", *arguments, "--n-boot", 500, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_from_masks_to_the_difference_of_two_models(radzoo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_model(tmp_path, "a", [10, 9, 10, 9, 10])
    write_model(tmp_path, "b", [9, 8, 8, 6, 0])
    given = ("--task", "segmentation", "--tolerance-mm", 1, "--n-boot", 20, "-q")
    for name in ("a", "b"):
        code, _, err = radzoo("evaluate", f"{name}.csv", *given, "--out", f"out-{name}")
        assert code == 0, err
    rows = list(csv.DictReader((tmp_path / "out-b" / "cases.csv").read_text().splitlines()))
    assert [row["patient_id"] for row in rows] == list(PATIENTS)
    assert float(rows[3]["dice:label_1"]) == pytest.approx(2 * 6 / 16)
    assert (rows[4]["dice:label_1"], rows[4]["empty:label_1"]) == ("", "prediction")

    report = compare(radzoo, "out-a/cases.csv", "out-b/cases.csv", "--metric", "dice,hd95")
    assert report == compare(
        radzoo, "out-a/cases.csv", "out-b/cases.csv", "--metric", "dice,hd95", "--task",
        "segmentation",
    )  # fmt: skip
    dice, hd95 = report["comparisons"]
    first = [2 * n / (10 + n) for n in (10, 9, 10, 9)]
    second = [2 * n / (10 + n) for n in (9, 8, 8, 6)]
    assert dice["difference"] == pytest.approx((sum(first) - sum(second)) / 4)
    assert (dice["n"], dice["n_undefined"], dice["n_patients"]) == (4, 1, 3)
    # Of 8 patterns of signs of three patients this one and its opposite are the farthest.
    assert (dice["method"], dice["p"]) == ("signed-rank", 0.25)
    assert 0 < dice["low"] < dice["difference"] < dice["high"]
    assert hd95["difference"] == pytest.approx(-0.5 * (1 + 1 + 2 + 3) / 4)
    doubts = " ".join(report["warnings"])
    assert "1 of 5 shared cases have no dice (1 of out-b/cases.csv alone)" in doubts
    assert "missed, with an empty mask, by out-b/cases.csv in 1 case." in doubts
    # The folders themselves may be named; of distances the first is worse where it is higher.
    found = compare(radzoo, "out-a", "out-b", "--metric", "hd95", "--margin", 0.5)
    assert found["comparisons"][0]["noninferior"] is True
    back = compare(radzoo, "out-b", "out-a", "--metric", "hd95", "--margin", 0.5)
    assert back["comparisons"][0]["noninferior"] is False


def write_values(path, values, *, patients="p{}", column="dice"):
    rows = [f"case_id,patient_id,{column}:liver,{column}:spleen,reference_volume_ml:liver"]
    for at, value in enumerate(values):
        cell = "" if value is None else f"{value:.4f}"
        rows.append(f"c{at},{patients.format(at)},{cell},{(at * 7 % 10) / 10},{100 + at}")
    path.write_text("\n".join(rows) + "\n")


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_values(tmp_path / "a.csv", [0.9 + 0.001 * at**2 for at in range(9)])
    write_values(tmp_path / "b.csv", [None, *(0.9 - 0.002 * at for at in range(1, 11))])
    return tmp_path


def test_structures_are_adjusted_together_and_shown_in_80_columns(radzoo, files, monkeypatch):
    report = compare(radzoo, "a.csv", "b.csv")
    liver, spleen = report["comparisons"]
    assert [liver["label"], spleen["label"]] == ["liver", "spleen"]
    assert (liver["n"], spleen["n"], report["n_left_out"]) == (8, 9, 2)
    assert (liver["p"], liver["p_adjusted"]) == (2 / 2**8, 4 / 2**8)
    assert (spleen["method"], spleen["p_adjusted"]) == ("identical", 1)
    for one in compare(radzoo, "b.csv", "b.csv", "--margin", 0.01)["comparisons"]:
        assert [one[name] for name in ("difference", "low", "high", "p")] == [0, 0, 0, 1]
        assert one["noninferior"] is True
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = radzoo("compare", "a.csv", "b.csv", "--n-boot", 100)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "A - B liver" in out
    assert "Wilcoxon's test" in out


def test_other_references_are_noticed(radzoo, files):
    text = (files / "b.csv").read_text()
    (files / "b.csv").write_text(text.replace(",104\n", ",110\n").replace(",105\n", ",105.5\n"))
    doubts = compare(radzoo, "a.csv", "b.csv")["warnings"]
    assert any("b.csv differ in size in 1 case: were both" in one for one in doubts)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["a.csv", "b.csv", "--metric", "dic"], 2, "did you mean dice"),
        (["a.csv", "iou.csv"], 3, "no structure has dice in all files"),
        (["a.csv", "b.csv", "--metric", "hd95"], 3, "all have dice"),
        (["a.csv", "moved.csv"], 3, "differ in whose 9 of 9 shared cases"),
        (["a.csv", "pairs.csv"], 3, "radzoo evaluate pairs.csv --task segmentation"),
        (["a.csv", "nameless.csv"], 3, "no column case_id"),
        (["a.csv", "none.csv"], 3, "none.csv"),
        (["a.csv", "scores.csv"], 3, "neither the columns mask and prediction nor"),
    ],
)
def test_errors(radzoo, files, arguments, code, words):
    write_values(files / "iou.csv", [0.5] * 9, column="iou")
    write_values(files / "moved.csv", [0.5] * 9, patients="q{}")
    (files / "pairs.csv").write_text("case_id,mask,prediction\nc1,a.png,b.png\n")
    (files / "nameless.csv").write_text((files / "b.csv").read_text().replace("case_id", "study"))
    (files / "scores.csv").write_text("case_id,target:liver,score:liver\nc1,1,0.5\n")
    found, out, err = radzoo("compare", *arguments)
    assert (found, out) == (code, "")
    assert words in err
    assert "q1" not in err
