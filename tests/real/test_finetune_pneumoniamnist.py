"""Any real network must beat a random forest on raw pixels: AUROC 0.947 on the test split."""

import pytest

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(900)]

RANDOM_FOREST = 0.947


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(
            ("resnet18", "--from-scratch", "--image-size", 28, "--epochs", 2), id="scratch"
        ),
        pytest.param(("radzoo-phantom-tiny", "--image-size", 32, "--epochs", 3), id="packaged"),
    ],
)
def test_beats_a_random_forest(metrics_of, real_data, tmp_path, arguments):
    model, *options = arguments
    data = real_data / "pneumoniamnist.npz"
    run = tmp_path / "run"
    metrics = metrics_of("finetune", model, "--data", data, "--out", run, *options)
    assert metrics["auroc"]["n"] == 624
    assert metrics["auroc"]["value"] > RANDOM_FOREST
    assert metrics_of("evaluate", run)["auroc"]["value"] == metrics["auroc"]["value"]
