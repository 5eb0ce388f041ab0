import json

import pytest

from radzoo.core.errors import ExitCode
from radzoo.core.predictions_file import read_predictions
from radzoo.core.recalibration import LabelRecalibration, Recalibration, write_recalibration


@pytest.fixture
def run(radzoo, tmp_path, registry, write_npz):
    """The folder of a run on `data.npz`."""
    code, _, err = radzoo(
        "finetune", "small", "--data", write_npz(), "--out", tmp_path / "run", "--registry",
        registry, "--from-scratch", "--epochs", 1, "--batch-size", 8, "--device", "cpu", "-q",
    )  # fmt: skip
    assert code == ExitCode.OK, err
    return tmp_path / "run"


@pytest.fixture
def predict(radzoo, tmp_path, run):
    def ask(*more, model=run, data="data.npz", out="predictions.csv"):
        return radzoo(
            "predict", model, "--data", tmp_path / data, "--out", tmp_path / out, "--device",
            "cpu", *more,
        )  # fmt: skip

    return ask


@pytest.mark.parametrize("out", ["predictions.csv", "predictions.parquet"])
def test_writes_what_the_run_wrote(predict, run, tmp_path, out):
    code, said, err = predict("--split", "test", out=out)
    assert (code, said.strip()) == (ExitCode.OK, str(tmp_path / out))
    assert "12 cases scored, 0 refused" in err
    ours, theirs = (read_predictions(p) for p in (tmp_path / out, run / "predictions-test.csv"))
    assert ours.case_ids == theirs.case_ids
    assert ours.scores.tolist() == theirs.scores.tolist()


def test_json(predict, tmp_path):
    code, out, _ = predict("--json")
    document = json.loads(out)
    assert code == ExitCode.OK
    assert len(document.pop("labels")) == 1
    assert document == {
        "schema_version": 1,
        "predictions": str(tmp_path / "predictions.csv"),
        "n_cases": 46,
        "n_refused": 0,
    }


def test_evaluate_reads_it(predict, radzoo, tmp_path):
    predict("--split", "test", "-q")
    code, out, _ = radzoo("evaluate", tmp_path / "predictions.csv", "--json")
    assert code == ExitCode.OK
    assert json.loads(out)["n_cases"] == 12


@pytest.mark.parametrize(
    ("more", "changes", "code", "id_"),
    [
        pytest.param((), {"model": "resnet18"}, 3, "no-trained-output", id="a backbone"),
        pytest.param((), {"model": "resnet81"}, 3, "unknown-model", id="unknown model"),
        pytest.param((), {"model": "./run81"}, 3, "no-such-run", id="no such run"),
        pytest.param((), {"data": "absent"}, 3, "missing-data", id="no such data"),
        pytest.param((), {"out": "data.npz"}, 2, "output-exists", id="existing output"),
        pytest.param((), {"out": "p.xlsx"}, 2, "wrong-suffix", id="a spreadsheet"),
        pytest.param(("--device", "cuda:99"), {}, 5, "no-such-device", id="no such GPU"),
    ],
)
def test_every_mistake_has_its_code_and_leaves_nothing(predict, tmp_path, more, changes, code, id_):
    before = sorted(path.name for path in tmp_path.iterdir())
    ended, out, err = predict(*more, "--json", **changes)
    assert (ended, out) == (code, ""), err
    assert json.loads(err.splitlines()[-1])["error"]["id"] == id_
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_changed_byte_ends_in_4(predict, run):
    weights = run / "weights.safetensors"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    code, _, err = predict()
    assert code == ExitCode.INTEGRITY
    assert "sha256 differs" in err


def test_a_recalibration_is_applied_and_raw_scores_stay(predict, run, tmp_path):
    (label,) = read_predictions(run / "predictions-test.csv").labels
    saved = Recalibration(
        method="temperature",
        rule="log-loss",
        fitted_on_sha256="ab" * 32,
        labels=[
            LabelRecalibration(label=label, parameters={"temperature": 2.0}, n=9, n_positive=4)
        ],
    )
    write_recalibration(tmp_path / "r.json", saved)
    code, _, err = predict("--split", "test", "--recalibration", tmp_path / "r.json")
    assert code == ExitCode.OK
    assert "recalibrated (temperature" in err
    ours, theirs = (
        read_predictions(path)
        for path in (tmp_path / "predictions.csv", run / "predictions-test.csv")
    )
    raw = theirs.scores[:, 0]
    assert [float(one) for one in ours.groups[f"raw:{label}"]] == raw.tolist()
    odds = ours.scores[:, 0] / (1 - ours.scores[:, 0])
    assert odds.tolist() == pytest.approx(((raw / (1 - raw)) ** 0.5).tolist(), rel=1e-5)
