"""Commands that train several times: what they print, that they go on, and what they refuse."""

import json

import pytest

from radzoo.core.errors import ExitCode

QUICK = ("--from-scratch", "--epochs", 1, "--batch-size", 8)


@pytest.fixture
def several(radzoo, tmp_path, registry, write_npz):
    write_npz()

    def run(command, *more):
        return radzoo(
            command, "small", "--data", tmp_path / "data.npz", "--out", tmp_path / "out",
            "--registry", registry, "--device", "cpu", *QUICK, *more,
        )  # fmt: skip

    return run


@pytest.mark.slow
def test_a_learning_curve_is_one_document_and_is_not_trained_again(several):
    given = ("--shares", "0.5,1", "--repeats", 1, "--n-boot", 100, "--json")
    code, out, err = several("learning-curve", *given)
    assert code == ExitCode.OK, err
    report = json.loads(out)
    assert [one["share"] for one in report["points"]] == [0.5, 1.0]
    assert [one["n_cases"] for one in report["points"]] == [12, 24]
    assert [one["times"] for one in report["predictions"]] == [2.0, 4.0]
    code, again, err = several("learning-curve", *given)
    assert json.loads(again) == report
    assert "epoch 1/1" not in err


@pytest.mark.slow
def test_folds_are_one_document_with_the_keys_of_a_single_run(several, tmp_path):
    code, out, err = several("finetune", "--folds", 2, "--json")
    assert code == ExitCode.OK, err
    report = json.loads(out)
    assert {"run", "model", "task", "best_epoch", "metrics", "folds", "mean"} <= set(report)
    assert [one["run"] for one in report["folds"]] == ["fold-0", "fold-1"]
    first = tmp_path / "out" / "fold-1" / "manifest.json"
    before = first.stat().st_mtime_ns
    assert several("finetune", "--folds", 2, "-q")[0] == ExitCode.OK
    assert first.stat().st_mtime_ns == before  # it is found finished
    code, _, err = several("finetune", "--folds", 2, "-q", "--overwrite")
    assert code == ExitCode.OK, err
    assert first.stat().st_mtime_ns > before


@pytest.mark.slow
def test_the_best_is_told_as_a_table(several):
    code, out, err = several("find-best", "--try", "lr=0.001,0.0001", "--format", "csv")
    assert code == ExitCode.OK, err
    lines = out.splitlines()
    assert lines[0].startswith("rank,run,metric,label,value,low,high")
    assert {line.split(",")[1] for line in lines[1:]} == {"small-lr=0.001", "small-lr=0.0001"}


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("learning-curve", ("--shares", "half")),
        ("learning-curve", ("--shares", "1")),
        ("learning-curve", ("--shares", "0.5,2")),
        ("learning-curve", ("--ahead", "-1")),
        ("find-best", ()),
        ("find-best", ("--try", "lr")),
        ("find-best", ("--try", "lr=0.1,x")),
        ("find-best", ("--try", "nothing=1,2")),
        ("finetune", ("--folds", 1)),
    ],
)
def test_what_makes_no_sense_is_wrong_usage_and_leaves_nothing(several, tmp_path, command, more):
    code, out, err = several(command, *more)
    assert (code, out) == (ExitCode.USAGE, ""), err
    assert not (tmp_path / "out").exists()
    assert "Traceback" not in err
