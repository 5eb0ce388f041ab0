import csv
import io
import json
import re
import subprocess
import sys

import pytest

HEADER = "case_id,patient_id,target:Edema,score:Edema\n"
HEAVY = ("torch", "torchvision", "timm", "pandas", "sklearn", "scipy.stats", "pydicom", "pyarrow")


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Thirty cases of each class whose scores overlap, one per patient."""
    monkeypatch.chdir(tmp_path)
    rows = [
        f"c{row},p{row},{row % 2},{((row * 37) % 50 + 30 * (row % 2)) / 80 + 0.005}"
        for row in range(60)
    ]
    (tmp_path / "p.csv").write_text(HEADER + "\n".join(rows) + "\n")
    return "p.csv"


def test_table(radzoo, file):
    code, out, err = radzoo("evaluate", file, "--n-boot", 50)
    assert (code, err) == (0, "")
    assert re.search(r"AUROC +0\.\d{3} +0\.\d{3} to 0\.\d{3} +logit-delong +60 +30", out)
    assert "Edema: 60 cases, 30 positive (50.0 %)" in out
    assert "At threshold 0.5 (fixed beforehand):" in out


def test_table_fits_80_columns(radzoo, file, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = radzoo("evaluate", file, "--n-boot", 50, "--threshold", "youden")
    assert max(map(len, out.splitlines())) <= 80
    assert "…" not in out
    assert re.search(r"PPV \* +\d", out)


def test_json_is_one_document_and_the_same_every_time(radzoo, file):
    first = radzoo("evaluate", file, "--json", "--n-boot", 50)
    assert first[0] == 0
    assert first[2] == ""
    document = json.loads(first[1])
    assert document["provenance"]["predictions"] == "p.csv"
    assert len(document["provenance"]["predictions_sha256"]) == 64
    assert radzoo("evaluate", file, "--format", "json", "--n-boot", 50) == first


def test_csv_holds_every_digit(radzoo, file):
    _, out, _ = radzoo("evaluate", file, "--format", "csv", "--n-boot", 50)
    rows = list(csv.DictReader(io.StringIO(out)))
    document = json.loads(radzoo("evaluate", file, "--json", "--n-boot", 50)[1])
    assert [row["name"] for row in rows] == [value["name"] for value in document["metrics"]]
    assert float(rows[0]["value"]) == document["metrics"][0]["value"]
    assert float(rows[0]["low"]) == document["metrics"][0]["low"]


@pytest.mark.parametrize(
    ("kind", "line"),
    [("md", "| Edema | AUROC | 0."), ("tex", "Edema & AUROC & 0.")],
)
def test_tables_for_papers(radzoo, file, kind, line):
    code, out, err = radzoo("evaluate", file, "--format", kind, "--threshold", "youden")
    assert code == 0
    assert line in out
    assert "warning: Edema: the threshold was chosen" in err
    assert radzoo("evaluate", file, "--format", kind, "--threshold", "youden", "-q")[2] == ""


def test_columns_of_another_program(radzoo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [f"{'sick' if row % 2 else 'well'};0,{row:02d};m{row % 9}" for row in range(1, 60)]
    (tmp_path / "theirs.csv").write_text("truth;p;mrn\n" + "\n".join(rows))
    code, out, _ = radzoo(
        "evaluate", "theirs.csv", "--target", "truth", "--score", "p", "--patient", "mrn",
        "--positive", "sick", "--json", "--n-boot", 10,
    )  # fmt: skip
    document = json.loads(out)
    assert code == 0
    assert document["n_patients"] == 9
    assert document["labels"] == ["truth"]
    assert document["metrics"][0]["method"] == "obuchowski"


def test_out_writes_a_folder_once(radzoo, file, tmp_path):
    arguments = ("evaluate", file, "--out", "result", "--n-boot", 20, "--json")
    code, out, _ = radzoo(*arguments)
    assert code == 0
    folder = tmp_path / "result"
    names = {path.name for path in folder.iterdir()}
    assert names == {"report.json", "report.html", "metrics.csv", "predictions.csv"}
    assert json.loads((folder / "report.json").read_text()) == json.loads(out)
    assert folder.stat().st_mode & 0o777 == 0o700
    code, _, err = radzoo(*arguments)
    assert code == 2
    assert "exists already" in err
    assert radzoo(*arguments, "--overwrite")[0] == 0


def test_report_writes_a_page(radzoo, file, tmp_path):
    code, _, _ = radzoo("evaluate", file, "--report", "page.html", "--n-boot", 20)
    assert code == 0
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")


def test_a_run_is_judged_at_its_frozen_threshold(radzoo, file, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    (tmp_path / file).rename(run / "predictions-test.csv")
    frozen = {
        "label": "Edema", "threshold": 0.45, "rule": "youden", "n": 40, "n_positive": 20,
        "predictions_sha256": "f" * 64,
    }  # fmt: skip
    (run / "thresholds.json").write_text(json.dumps({"schema_version": 1, "thresholds": [frozen]}))
    _, out, _ = radzoo("evaluate", "run", "--json", "--n-boot", 20)
    point = json.loads(out)["operating_points"][0]
    assert (point["threshold"], point["chosen_on"]) == (0.45, "validation")
    assert point["chosen_on_file"] == "run/thresholds.json"
    _, out, _ = radzoo("evaluate", "run", "--json", "--n-boot", 20, "--threshold", "0.5")
    assert json.loads(out)["operating_points"][0]["chosen_on"] == "fixed"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["absent.csv"], 3, "no predictions file and no run called absent.csv"),
        (["p.csv", "--target", "y", "--score", "p"], 3, "has no column 'y'"),
        (["p.csv", "--target", "target:Edema"], 2, "named together"),
        (["p.csv", "--ci", "delog"], 2, "no interval called 'delog'"),
        (["p.csv", "--level", "95"], 2, "a level of 95"),
        (["p.csv", "--threshold", "best"], 2, "no threshold rule"),
        (["p.csv", "--threshold", "t.json"], 3, "no thresholds file"),
        (["p.csv", "--task", "guessing"], 2, "no task 'guessing'"),
        (["p.csv", "--threshold", "2"], 2, "a threshold of 2"),
        (["p.csv", "--data", "p.csv"], 2, "is a predictions file"),
        (["p.csv", "--out", "p.csv"], 2, "exists already"),
        (["p.csv", "--cluster", "site"], 2, "cluster"),
    ],
)
def test_wrong_input_ends_in_one_sentence(radzoo, file, arguments, code, message):
    found, out, err = radzoo("evaluate", *arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert len(err.splitlines()) == 2
    found, out, err = radzoo("evaluate", *arguments, "--json")
    assert (found, out) == (code, "")
    assert json.loads(err)["error"]["code"] == code


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        (HEADER, "no case"),
        (HEADER + "a,,1,0.5\na,,0,0.1\n", "line 2 and"),
        (HEADER + "a,,1,0.5\nb,,0,high\n", "line 3"),
        (HEADER + "a,,2,0.5\n", "neither 0 nor 1"),
        (HEADER + "a,,,0.5\n", "no case has a target"),
    ],
)
def test_bad_files(radzoo, tmp_path, text, message):
    (tmp_path / "bad.csv").write_text(text)
    code, out, err = radzoo("evaluate", tmp_path / "bad.csv")
    assert (code, out) == (3, "")
    assert message in err


def test_nothing_heavy_is_imported(file):
    program = (
        "import sys\nfrom radzoo.cli.app import main\n"
        "code = main(['evaluate', 'p.csv', '--n-boot', '20'])\n"
        f"heavy = [name for name in {HEAVY} if name in sys.modules]\n"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_file_name_that_is_not_utf_8(radzoo, tmp_path):
    path = tmp_path / "\udcff.csv"
    path.write_text("case_id,target:x,score:x\n1,0,0.1\n2,1,0.9\n")
    given = ("evaluate", path, "--n-boot", 0)
    code, out, err = radzoo(*given, "--json", "--out", tmp_path / "out")
    assert code == 0, err
    assert json.loads(out)["provenance"]["predictions"] == str(path)


def test_a_label_cannot_draw_on_the_terminal_or_the_page(radzoo, tmp_path):
    label = "a\x1b[31m\u202eb"
    path = tmp_path / "p.csv"
    path.write_text(f"case_id,target:{label},score:{label}\n1,0,0.1\n2,1,0.9\n3,,0.2\n", "utf-8")
    code, out, _ = radzoo("evaluate", path, "--n-boot", 0, "--report", tmp_path / "page.html")
    assert code == 0
    for text in (out, (tmp_path / "page.html").read_text("utf-8")):
        assert r"a\x1b[31m\u202eb" in text
        assert not {"\x1b", "\u202e"} & set(text)
