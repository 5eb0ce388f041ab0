"""Classical models on raw pixels of PneumoniaMNIST: forest 0.947, logistic regression 0.923."""

import json

import pytest

from radzoo.core.errors import ExitCode

pytestmark = [pytest.mark.real, pytest.mark.slow]


def test_raw_pixels_reach_what_others_measured(radzoo, real_data, tmp_path):
    code, out, err = radzoo(
        "baseline", "--data", real_data / "pneumoniamnist.npz", "--out", tmp_path / "base",
        "--inputs", "thumbnails", "--json",
    )  # fmt: skip
    assert code == ExitCode.OK, err
    found = {
        row["estimator"]: next(one for one in row["metrics"] if one["name"] == "auroc")["value"]
        for row in json.loads(out)["rows"]
    }
    assert found["forest"] == pytest.approx(0.947, abs=0.01)
    assert found["logistic"] == pytest.approx(0.923, abs=0.01)
