"""What `finetune` finds by itself in the data that it was taught with."""

import json

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def table(tmp_path, registry):
    """Sixty images; a patient and an image of training stand in test, too."""
    chance = np.random.default_rng(0)
    lines = ["path,patient_id,split,target:Edema"]
    for row in range(60):
        split = ("train", "val", "test")[row // 20]
        pixels = chance.integers(0, 255, (64, 64)).astype(np.uint8)
        if row in (4, 44):
            pixels[:] = np.arange(64)
        Image.fromarray(pixels).save(tmp_path / f"{row}.png")
        patient = 3 if row == 43 else row
        lines.append(f"{row}.png,p{patient},{split},{row % 2}")
    (tmp_path / "table.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "table.csv"


def test_a_patient_and_an_image_in_two_splits_are_in_the_report(radzoo, table, tmp_path):
    code, _, err = radzoo(
        "finetune", "small", "--data", table, "--out", tmp_path / "run", "--allow-leakage",
        "--registry", tmp_path / "zoo.yaml", "--device", "cpu", "--from-scratch", "--epochs", 1,
        "--batch-size", 8,
    )  # fmt: skip
    assert code == 0, err
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    found = {one["code"]: one for one in report["findings"]}
    assert found["RZ001"]["severity"] == found["RZ002"]["severity"] == "error"
    assert "1 exact" in found["RZ002"]["message"]
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert "RZ001" in page
    assert "RZ002" in page
