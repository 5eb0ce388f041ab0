"""What `evaluate` finds by itself in scores that cannot be what they are called."""

import json

import pytest

HEADER = "case_id,patient_id,target:Edema,score:Edema\n"


def right(row):
    return ((row * 37) % 50 + 30 * (row % 2)) / 80 + 0.005


@pytest.mark.parametrize(
    ("score", "options", "code", "told"),
    [
        (lambda row: 1 - right(row), (), "RZ054", "turned round"),
        (lambda row: 0.5, (), "RZ054", "same score"),
        (lambda row: 10 * right(row), (), "RZ054", "no probabilities"),
        (right, ("--threshold", "youden"), "RZ041", "chosen on the cases"),
    ],
)
def test_scores_that_lie_are_told(radzoo, tmp_path, monkeypatch, score, options, code, told):
    monkeypatch.chdir(tmp_path)
    rows = "\n".join(f"c{row},p{row},{row % 2},{score(row)}" for row in range(60))
    (tmp_path / "p.csv").write_text(HEADER + rows + "\n")
    done, out, _ = radzoo("evaluate", "p.csv", "--n-boot", 0, *options, "--json")
    found = {one["code"]: one["message"] for one in json.loads(out)["findings"]}
    assert done == 0
    assert told in found[code]
    _, table, _ = radzoo("evaluate", "p.csv", "--n-boot", 0, *options)
    assert code in table


def test_four_models_on_the_same_cases_are_counted(radzoo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RADZOO_LEDGER", str(tmp_path / "looks"))
    for model in range(4):
        rows = "\n".join(
            f"c{row},p{row},{row % 2},{right(row) * 0.9 + model / 50}" for row in range(60)
        )
        (tmp_path / "p.csv").write_text(HEADER + rows + "\n")
        _, out, _ = radzoo("evaluate", "p.csv", "--n-boot", 0, "--json")
        codes = {one["code"] for one in json.loads(out)["findings"]}
        assert ("RZ040" in codes) == (model == 3)
