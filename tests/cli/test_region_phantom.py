"""Slow: a network that is shown nodules learns what the same one cannot see in whole chests."""

import csv
from pathlib import Path

import numpy as np
import pytest

from radzoo.core.errors import ExitCode

PATIENTS, SEED = 1000, 11
FLOOR, BETTER_BY = 0.90, 0.30


def read_scores(run: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return targets and scores of the test cases, in the order of their images."""
    with (run / "predictions-test.csv").open(encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["case_id"])
    return tuple(
        np.array([float(row[f"{kind}:malignant"]) for row in rows]) for kind in ("target", "score")
    )


@pytest.mark.slow  # a minute and a half: it draws 1,000 chests and teaches two networks
@pytest.mark.timeout(900)
def test_crops_beat_whole_images(radzoo, tmp_path):
    from sklearn.metrics import roc_auc_score

    from radzoo.demo.phantom_regions import write_nodules

    # One nodule for each chest: then the whole image has one answer as well.
    table = write_nodules(tmp_path, patients=PATIENTS, nodules=1, size=256, seed=SEED)
    lines = [line.rpartition(",")[0] for line in table.read_text("utf-8").splitlines()]
    table.write_text("\n".join(lines) + "\n", "utf-8")  # less the marker, which is another task
    code, _, err = radzoo("data", "split", table, "-o", tmp_path / "split.csv", "--seed", 1)
    assert code == ExitCode.OK, err
    auroc = {}
    for name, seen in {"crop": ("--region-margin", 5), "whole": ("--region", "none")}.items():
        code, _, err = radzoo(
            "finetune", "radzoo-phantom-tiny", "--data", tmp_path / "split.csv", "--out",
            tmp_path / name, "--device", "cpu", "--epochs", 15, "--batch-size", 32, "--seed", 1,
            *seen, "--json",
        )  # fmt: skip
        assert code == ExitCode.OK, err
        auroc[name] = roc_auc_score(*read_scores(tmp_path / name))
    assert auroc["crop"] >= FLOOR
    assert auroc["crop"] - auroc["whole"] >= BETTER_BY
