import json

import pytest

from radzoo.core.errors import ExitCode


@pytest.fixture
def plan(radzoo, tmp_path, registry, write_npz):
    def run(*more, n_train=24):
        data = write_npz(n_train=n_train)
        return radzoo(
            "plan", "small", "--data", data, "--registry", registry, "--device", "cpu", *more
        )

    return run


def test_a_table_that_fits_80_columns(plan, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = plan("--epochs", 4)
    assert code == ExitCode.OK, err
    assert max(map(len, out.splitlines())) <= 80
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line.strip()}
    assert rows["epochs"] == ["4", "you", "asked", "for", "it"]
    assert rows["augmentation"][0] == "radiograph"
    assert "train 24 cases; val 10 cases; test 12 cases; images 28 pixels long" in out
    assert "advice: only 12 training cases of the rarer class" in " ".join(out.split())


def test_json_gives_facts_and_reasons(plan):
    code, out, err = plan("--json", "--set", "mixup=0.2")
    assert code == ExitCode.OK, err
    document = json.loads(out)
    assert document["schema_version"] == 1
    assert document["facts"]["longer_edges"] == {"smallest": 28, "median": 28, "largest": 28}
    counted = document["facts"]["labels"].values()
    assert next(iter(counted))["train"] == {"n": 24, "n_positive": 12}
    by_name = {one["setting"]: one for one in document["proposals"]}
    assert by_name["mixup"] == {
        "setting": "mixup", "value": 0.2, "by": "user", "reason": "you asked for it",
    }  # fmt: skip
    assert (by_name["epochs"]["value"], by_name["epochs"]["by"]) == (60, "radzoo")
    assert all(one["reason"] for one in document["proposals"])
    assert "val has too few cases" in document["warnings"][0]


def test_csv_is_for_other_programs(plan):
    code, out, _ = plan("--format", "csv")
    assert code == ExitCode.OK
    assert out.splitlines()[0] == "Setting,Value,By,Reason"
    assert any(line.startswith("strategy,full,radzoo,") for line in out.splitlines())


def test_nothing_is_written(plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert plan("-q")[0] == ExitCode.OK
    assert sorted(tmp_path.iterdir()) == sorted({*before, tmp_path / "data.npz"})


@pytest.mark.parametrize(
    ("wrong", "code"),
    [(["--set", "epoch=3"], ExitCode.USAGE), (["--task", "binar"], ExitCode.INPUT)],
)
def test_what_is_wrong_is_refused(plan, wrong, code):
    assert plan(*wrong)[0] == code
