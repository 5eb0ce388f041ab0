"""A run is judged on data: those of its test split, or others that spell the finding otherwise."""

import json

import numpy as np
import pytest
from PIL import Image

from radzoo.core.errors import ExitCode


@pytest.fixture
def evaluate(radzoo, tmp_path, registry, write_npz):
    code, _, err = radzoo(
        "finetune", "small", "--data", write_npz(), "--out", tmp_path / "run", "--registry",
        registry, "--from-scratch", "--epochs", 1, "--batch-size", 8, "--device", "cpu", "-q",
    )  # fmt: skip
    assert code == ExitCode.OK, err

    def ask(data, *more):
        code, out, err = radzoo(
            "evaluate", tmp_path / "run", "--data", data, "--n-boot", 20, "--json", *more
        )
        assert code == ExitCode.OK, err
        return json.loads(out), err

    return ask


def test_of_data_with_splits_the_test_split_is_judged(evaluate, tmp_path):
    report, err = evaluate(tmp_path / "data.npz")
    kept = json.loads((tmp_path / "run" / "report.json").read_text())
    assert report["n_cases"] == 12
    assert report["provenance"]["data"] == str(tmp_path / "data.npz")
    assert report["metrics"][0]["value"] == kept["metrics"][0]["value"]
    assert "only its test split is evaluated" in err
    assert any(line.startswith("These are the data") for line in report["warnings"])


def test_another_split_is_judged_if_it_is_named(evaluate, tmp_path):
    assert evaluate(tmp_path / "data.npz", "--split", "val")[0]["n_cases"] == 10


def test_class_folders_are_judged_at_the_frozen_threshold(evaluate, tmp_path):
    rng = np.random.default_rng(0)
    for number in range(12):
        name = ("normal", "sick")[number % 2]
        place = tmp_path / "folders" / name / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (28, 28), np.uint8)).save(place)
    report, err = evaluate(tmp_path / "folders")
    frozen = json.loads((tmp_path / "run" / "thresholds.json").read_text())["thresholds"]
    (point,) = report["operating_points"]
    assert (point["chosen_on"], point["threshold"]) == ("validation", frozen[0]["threshold"])
    assert report["metrics"][0]["n_positive"] == 6
    assert "'sick', the model 'positive': they are taken for the same" in err


def test_another_split_of_the_data_is_a_doubt_of_the_report(evaluate, tmp_path, radzoo):
    """The same split is none, also when it comes as a manifest or without its val cases."""
    manifest = tmp_path / "same.csv"
    assert radzoo("data", "convert", tmp_path / "data.npz", "-o", manifest)[0] == 0
    report, _ = evaluate(manifest)
    assert not any("not split as" in line for line in report["warnings"])
    again = ("data", "split", tmp_path / "data.npz", "-o", tmp_path / "other.csv")
    assert radzoo(*again)[0] == 0
    report, _ = evaluate(tmp_path / "other.csv")
    made = json.loads((tmp_path / "run" / "manifest.json").read_text())
    (doubt,) = [line for line in report["warnings"] if "not split as" in line]
    assert f"run {made['split_id']})" in doubt
