"""Classical models through the command line, alone and beside a network."""

import csv
import json

import numpy as np
import pytest

from radzoo.core.errors import ExitCode
from radzoo.core.predictions_file import read_predictions


@pytest.fixture
def table(tmp_path, write_npz):
    """A manifest of 46 images whose site goes with the target, nearly always."""
    archive = write_npz()
    rows, chance = [], np.random.default_rng(0)
    for split, n in (("train", 24), ("val", 10), ("test", 12)):
        for number in range(n):
            target = number % 2
            site = "AB"[target if chance.random() < 0.9 else 1 - target]
            rows.append(
                [f"{archive.name}::{split}_images/{number}", split, target, site, 50 + number]
            )
    file = tmp_path / "cases.csv"
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([["path", "split", "target:bright", "site", "age"], *rows])
    return file


@pytest.fixture(autouse=True)
def few_trees(monkeypatch):
    monkeypatch.setattr("radzoo.models.classical.forest.N_TREES", 10)


@pytest.fixture
def baseline(radzoo, table, tmp_path):
    def run(*more, out="base"):
        return radzoo("baseline", "--data", table, "--out", tmp_path / out, *more)

    return run


def test_each_kind_of_model_on_each_kind_of_input(baseline, radzoo, tmp_path, registry):
    code, out, err = baseline("--json", "--inputs", "metadata,thumbnails")
    assert code == ExitCode.OK, err
    report = json.loads(out)
    assert [row["name"] for row in report["rows"]] == [
        "metadata-logistic", "metadata-forest", "thumbnails-logistic", "thumbnails-forest",
    ]  # fmt: skip
    assert report["n_cases"] == {"train": 24, "val": 10, "test": 12}
    pixels = next(row for row in report["rows"] if row["name"] == "thumbnails-logistic")
    auroc = next(one for one in pixels["metrics"] if one["name"] == "auroc")
    assert (pixels["n_inputs"], auroc["value"], auroc["n"]) == (784, 1.0, 12)
    scored = read_predictions(tmp_path / "base" / pixels["predictions"])
    assert len(scored.case_ids) == 12
    assert json.loads((tmp_path / "base" / "baseline.json").read_text())["task"] == "binary"


def test_a_network_beside_them(baseline, radzoo, tmp_path, table, registry):
    """The cases, their order and the split are those of the run."""
    assert baseline("-q", "--inputs", "metadata")[0] == ExitCode.OK
    code, _, err = radzoo(
        "finetune", "small", "--data", table, "--out", tmp_path / "run", "--registry", registry,
        "--from-scratch", "--epochs", 1, "--batch-size", 8, "--device", "cpu", "-q",
    )  # fmt: skip
    assert code == ExitCode.OK, err
    code, out, err = radzoo(
        "evaluate", tmp_path / "run", "--beside", tmp_path / "base", "--json", "--n-boot", 100,
        "--report", tmp_path / "page.html",
    )  # fmt: skip
    assert code == ExitCode.OK, err
    beside = json.loads(out)["beside"]
    assert [one["b"] for one in beside] == ["metadata-logistic", "metadata-forest"]
    for one in beside:
        assert one["difference"] == pytest.approx(one["value_a"] - one["value_b"])
        assert one["n"] == 12
    assert "Beside other models" in (tmp_path / "page.html").read_text("utf-8")
    again = radzoo("baseline", tmp_path / "run", "--out", tmp_path / "of-run", "--json",
                   "--inputs", "metadata")  # fmt: skip
    assert again[0] == ExitCode.OK, again[2]
    assert (
        json.loads(again[1])["rows"]
        == json.loads((tmp_path / "base/baseline.json").read_text())["rows"]
    )


def test_features_are_one_kind_of_input_and_a_file(baseline, radzoo, tmp_path, table, registry):
    from radzoo.core import parquet

    code, out, err = baseline(
        "--json", "--inputs", "features", "--model", "radzoo-phantom-tiny", "--device", "cpu"
    )
    assert code == ExitCode.OK, err
    assert {row["n_inputs"] for row in json.loads(out)["rows"]} == {128}
    code, out, err = radzoo(
        "features", "radzoo-phantom-tiny", "--data", table, "-o", tmp_path / "f.parquet",
        "--device", "cpu",
    )  # fmt: skip
    assert (code, out.strip()) == (ExitCode.OK, str(tmp_path / "f.parquet"))
    columns = parquet.read_columns(tmp_path / "f.parquet")
    assert len([name for name in columns if name.startswith("feature:")]) == 128
    assert columns["target:bright"][:2] == ["0.0", "1.0"]
    assert set(columns["site"]) == {"A", "B"}
    assert columns["split"][-1] == "test"
    code, _, err = radzoo(
        "features", "radzoo-phantom-tiny", "--data", table, "-o", tmp_path / "f.csv",
        "--device", "cpu", "--num-workers", 1,
    )  # fmt: skip
    assert code == ExitCode.OK, err
    with (tmp_path / "f.csv").open() as file:
        ours = [float(row["feature:7"]) for row in csv.DictReader(file)]
    assert np.float32(ours) == pytest.approx(np.float32(columns["feature:7"]), abs=0)


def test_what_cannot_be_is_said(baseline, radzoo, tmp_path, table):
    code, _, err = baseline("--inputs", "features")
    assert (code, "no network that gives them" in err) == (ExitCode.USAGE, True)
    code, _, err = baseline("--inputs", "pixels")
    assert (code, "metadata, thumbnails, features" in err) == (ExitCode.USAGE, True)
    code, _, err = radzoo("baseline", "--out", tmp_path / "x")
    assert (code, "--data DATA is missing" in err) == (ExitCode.USAGE, True)
    (tmp_path / "base").mkdir()
    code, _, err = baseline()
    assert (code, "exists already" in err) == (ExitCode.USAGE, True)
    (tmp_path / "base" / "baseline.json").write_text("{}")
    code, _, err = radzoo("evaluate", table, "--beside", tmp_path / "base")
    assert code == ExitCode.INPUT
