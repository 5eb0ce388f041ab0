"""Slow: on phantoms whose true hazard is known, a network ranks nearly as well as the truth."""

import csv
from pathlib import Path

import numpy as np
import pytest

from radzoo.core.errors import ExitCode

SEED, EACH = 4711, {"train": 1200, "val": 300, "test": 500}
NEAR = 0.02


def write_phantoms(folder: Path, censored: float) -> dict[str, float]:
    """Write pictures and their table; gives the true risk of each case."""
    from PIL import Image

    from radzoo.demo.phantom_survival import draw_survival

    splits = [split for split, n in EACH.items() for _ in range(n)]
    drawn = draw_survival(len(splits), seed=SEED, size=32, censored=censored)
    with (folder / "cases.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "patient_id", "split", "time", "event", "age", "sex"])
        for n, (case, split) in enumerate(zip(drawn, splits, strict=True)):
            Image.fromarray(case.pixels).save(folder / f"{n}.png")
            rows.writerow([f"{n}.png", f"P{n}", split, case.time, case.event, case.age, case.sex])
    return {f"{n}.png": case.risk for n, case in enumerate(drawn)}


@pytest.mark.slow  # minutes: it teaches a network
@pytest.mark.parametrize("loss", ["cox", "discrete-time"])
@pytest.mark.parametrize("censored", [0.2, 0.5, 0.8])
def test_as_good_as_the_truth(radzoo, tmp_path, registry, censored, loss):
    from radzoo.metrics.times.harrell_c import harrell_c

    truth = write_phantoms(tmp_path, censored)
    code, _, err = radzoo(
        "finetune", "small", "--data", tmp_path / "cases.csv", "--out", tmp_path / "run",
        "--registry", registry, "--device", "cpu", "--from-scratch", "--task", "survival",
        "--loss", loss, "--covariates", "age,sex", "--epochs", 30, "--batch-size", 64,
        "--lr", 0.005, "--set", "early_stopping=0", "--json",
    )  # fmt: skip
    assert code == ExitCode.OK, err
    with (tmp_path / "run" / "predictions-test.csv").open(encoding="utf-8") as file:
        said = list(csv.DictReader(file))
    targets = np.array([(float(row["time"]), float(row["event"])) for row in said])
    best = harrell_c(targets, np.array([truth[row["case_id"]] for row in said]))
    reached = harrell_c(targets, np.array([float(row["score:risk"]) for row in said]))
    assert targets[:, 1].mean() == pytest.approx(1 - censored, abs=0.07)
    assert best > 0.7  # or there is nothing to reach
    assert reached > best - NEAR
