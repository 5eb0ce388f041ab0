"""Any real network must beat a random forest on raw pixels: AUROC 0.933 on the test split."""

import json

import pytest

pytestmark = [pytest.mark.real]

RANDOM_FOREST = 0.933


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(
            ("resnet18", "--from-scratch", "--image-size", 64, "--epochs", 2),
            id="scratch",
            marks=pytest.mark.long,
        ),
        pytest.param(("radzoo-phantom-tiny", "--image-size", 64, "--epochs", 3), id="packaged"),
    ],
)
def test_beats_a_random_forest(metrics_of, kermany, tmp_path, arguments):
    model, *options = arguments
    run = tmp_path / "run"
    metrics = metrics_of("finetune", model, "--data", kermany, "--out", run, *options)
    assert metrics["auroc"]["n"] == 624
    assert metrics["auroc"]["value"] > RANDOM_FOREST
    assert metrics_of("evaluate", run)["auroc"]["value"] == metrics["auroc"]["value"]


def test_the_given_split_shares_patients_and_is_refused(radzoo, real_data, tmp_path):
    code, out, err = radzoo(
        "finetune", "radzoo-phantom-tiny", "--data", real_data / "kermany_cxr", "--out",
        tmp_path / "run", "--patient-regex", r"(person\d+|(?:NORMAL2-)?IM-\d+)", "--positive",
        "PNEUMONIA", "--json",
    )  # fmt: skip
    assert (code, out) == (3, "")
    error = json.loads(err.splitlines()[-1])["error"]
    assert error["id"] == "patient-leakage"
    assert "patients are in train and test" in error["message"]
    assert not (tmp_path / "run").exists()
