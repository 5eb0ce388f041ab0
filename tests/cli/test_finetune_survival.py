"""Times to an event, taught and told through the command: covariates, resuming, other columns."""

import csv
import json
import os
import signal

import pytest

from radzoo.core.errors import ExitCode
from radzoo.workflows.teaching import keeping

SPLITS = ("train", "train", "train", "val", "test")
QUICK = (
    "--from-scratch", "--epochs", 2, "--batch-size", 8, "--task", "survival",
    "--horizon", "200,400",
)  # fmt: skip


@pytest.fixture
def table(tmp_path, registry):
    """Write pictures and what became of the patients; gives the table."""
    from PIL import Image

    from radzoo.demo.phantom_survival import draw_survival

    drawn = draw_survival(40, seed=2, size=32, censored=0.3)
    path = tmp_path / "cases.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "patient_id", "split", "time", "event", "age", "sex"])
        for n, case in enumerate(drawn):
            Image.fromarray(case.pixels).save(tmp_path / f"{n}.png")
            age = "" if n == 3 else case.age
            rows.writerow(
                [f"{n}.png", f"P{n}", SPLITS[n % 5], case.time, case.event, age, case.sex]
            )
    return path


@pytest.fixture
def finetune(radzoo, table):
    def run(*more, out="run"):
        return radzoo(
            "finetune", "small", "--data", table, "--out", table.parent / out,
            "--registry", table.parent / "zoo.yaml", "--device", "cpu", *QUICK, *more,
        )  # fmt: skip

    return run


def rows_of(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("loss", ["cox", "discrete-time"])
def test_a_run_says_risks_and_probabilities_again_in_predict(finetune, radzoo, table, loss):
    folder = table.parent
    code, _, err = finetune("--covariates", "age,sex", "--loss", loss)
    assert code == ExitCode.OK, err
    made = json.loads((folder / "run" / "config.json").read_text("utf-8"))
    assert [one["name"] for one in made["reading"]["covariates"]] == ["age", "sex"]
    code, _, err = radzoo(
        "predict", folder / "run", "--data", table, "--out", folder / "scores.csv",
        "--device", "cpu",
    )  # fmt: skip
    assert code == ExitCode.OK, err
    said = {row["case_id"]: row for row in rows_of(folder / "scores.csv")}
    assert len(said) == 40
    for row in said.values():
        assert 0 <= float(row["surv@400"]) <= float(row["surv@200"]) <= 1
    code, out, err = radzoo("evaluate", folder / "run", "--horizon", "200", "--json")
    assert code == ExitCode.OK, err
    assert {"harrell_c", "brier_at"} <= {one["name"] for one in json.loads(out)["metrics"]}


def test_predict_needs_the_columns_that_the_network_was_told(finetune, radzoo, table):
    assert finetune("--covariates", "age")[0] == ExitCode.OK
    lacking = table.parent / "new.csv"
    lacking.write_text("path\n0.png\n", "utf-8")
    code, out, err = radzoo(
        "predict", table.parent / "run", "--data", lacking, "--out", table.parent / "s.csv",
        "--json",
    )  # fmt: skip
    assert (code, out) == (ExitCode.INPUT, "")
    assert "age" in json.loads(err.splitlines()[-1])["error"]["message"]


def test_a_run_goes_on_to_the_same_bits(finetune, radzoo, table, monkeypatch):
    write = keeping.write_checkpoint

    def write_and_stop(*arguments):
        path = write(*arguments)
        os.kill(os.getpid(), signal.SIGTERM)
        return path

    told = ("--covariates", "age,sex", "--checkpoint-minutes", 0)
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "write_checkpoint", write_and_stop)
        assert finetune(*told)[0] == ExitCode.RESUMABLE
    code, _, err = radzoo("finetune", "--resume", "--out", table.parent / "run")
    assert code == ExitCode.OK, err
    assert finetune(*told, out="whole")[0] == ExitCode.OK
    runs = [table.parent / name for name in ("run", "whole")]
    assert len({(run / "weights.safetensors").read_bytes() for run in runs}) == 1
    readings = [json.loads((run / "config.json").read_text("utf-8"))["reading"] for run in runs]
    assert readings[0] == readings[1]
    assert readings[0]["baseline"]


def test_a_segmentation_is_told_nothing_beside_the_image(finetune):
    code, out, err = finetune("--task", "segmentation", "--covariates", "age", "--json")
    assert (code, out) == (ExitCode.USAGE, "")
    assert json.loads(err.splitlines()[-1])["error"]["id"] == "covariates-of-masks"
