import csv
import io
import json
import subprocess
import sys
import time

import pytest

HEAVY = ("torch", "torchvision", "timm", "pandas", "sklearn", "scipy.stats", "pydicom", "pyarrow")
N = 80


def score(row, model):
    """Scores of three models; the second is the worst."""
    noise = ((row * 37) % 50) / 50, ((row * 53) % 60) / 60, ((row * 29) % 40) / 40
    weight = (0.45, 0.15, 0.35)[model]
    return 0.01 + 0.98 * ((1 - weight) * noise[model] + weight * (row % 2))


def write(path, model, *, rows=range(N), label="Edema", spoil=None):
    lines = [f"case_id,patient_id,target:{label},score:{label}"]
    for row in rows:
        target = 1 - row % 2 if row == spoil else row % 2
        lines.append(f"c{row:03},p{row},{target},{score(row, model)}")
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.csv", 0)
    write(tmp_path / "b.csv", 1, rows=reversed(range(N)))
    write(tmp_path / "c.csv", 2)
    return tmp_path


def compare(radzoo, *arguments):
    code, out, err = radzoo("compare", *arguments, "--json")
    assert code == 0, err
    assert err == ""
    return json.loads(out)


def test_json(radzoo, files):
    document = compare(radzoo, "a.csv", "b.csv")
    assert document["schema_version"] == 1
    (one,) = document["comparisons"]
    assert {"a", "b", "label", "metric", "difference", "low", "high", "p", "p_adjusted"} <= set(one)
    assert (one["a"], one["b"], one["label"], one["metric"]) == ("a.csv", "b.csv", "Edema", "auroc")
    assert (one["method"], one["n"], one["n_positive"]) == ("delong", N, N // 2)
    assert one["difference"] == one["value_a"] - one["value_b"]
    assert 0 < one["low"] < one["difference"] < one["high"]
    assert one["p"] == one["p_adjusted"] < 0.05
    assert compare(radzoo, "a.csv", "b.csv") == document
    turned = compare(radzoo, "b.csv", "a.csv")["comparisons"][0]
    assert (turned["difference"], turned["low"]) == (-one["difference"], -one["high"])


def test_all_pairs_and_the_reference(radzoo, files):
    def pairs(*arguments):
        return [(one["a"], one["b"]) for one in compare(radzoo, *arguments)["comparisons"]]

    three = ["a.csv", "b.csv", "c.csv"]
    assert pairs(*three) == [("a.csv", "b.csv"), ("a.csv", "c.csv"), ("b.csv", "c.csv")]
    assert pairs(*three, "--reference", "b.csv") == [("b.csv", "a.csv"), ("b.csv", "c.csv")]
    five = pairs(*three, "a.csv", "a.csv")
    assert five == [("a.csv", other) for other in ("b.csv", "c.csv", "a.csv (2)", "a.csv (3)")]


def test_adjustment_is_within_a_metric(radzoo, files):
    given = ["a.csv", "b.csv", "c.csv", "--metric", "auroc,brier", "--n-boot", 100]
    document = compare(radzoo, *given)
    areas = [one for one in document["comparisons"] if one["metric"] == "auroc"]
    rising = sorted(areas, key=lambda one: one["p"])
    assert len(document["comparisons"]) == 2 * len(areas) == 6
    assert rising[0]["p_adjusted"] == pytest.approx(3 * rising[0]["p"])
    plain = compare(radzoo, *given, "--adjust", "none")["comparisons"]
    assert [one["p"] for one in plain] == [one["p_adjusted"] for one in plain]
    harsher = compare(radzoo, *given, "--adjust", "bonferroni")["comparisons"]
    assert harsher[0]["p_adjusted"] == pytest.approx(min(1, 3 * harsher[0]["p"]))


def test_identical_files(radzoo, files):
    document = compare(radzoo, "a.csv", "a.csv", "--metric", "all", "--margin", 0.05)
    for one in document["comparisons"]:
        assert (one["difference"], one["p"], one["p_adjusted"]) == (0, 1, 1)
    assert document["comparisons"][0]["noninferior"] is True


def test_margin(radzoo, files):
    forward = compare(radzoo, "a.csv", "b.csv", "--margin", 0.05)["comparisons"][0]
    back = compare(radzoo, "b.csv", "a.csv", "--margin", 0.05)["comparisons"][0]
    assert (forward["margin"], forward["noninferior"], back["noninferior"]) == (0.05, True, False)
    assert forward["p_noninferior"] < 0.025 < back["p_noninferior"]
    wide = compare(radzoo, "b.csv", "a.csv", "--margin", -back["low"] + 0.001)["comparisons"][0]
    narrow = compare(radzoo, "b.csv", "a.csv", "--margin", -back["low"] - 0.001)["comparisons"][0]
    assert (wide["noninferior"], narrow["noninferior"]) == (True, False)
    # Of the Brier score less is better: the first is worse where its value is higher.
    given = ["a.csv", "b.csv", "--metric", "brier", "--margin", 0.01, "--n-boot", 500]
    brier = compare(radzoo, *given)["comparisons"][0]
    assert brier["difference"] < 0
    assert brier["noninferior"] is True
    slope = compare(radzoo, *given[:2], "--metric", "calibration_slope", "--margin", 0.1)
    assert slope["comparisons"][0]["noninferior"] is None
    assert "neither direction" in slope["comparisons"][0]["note"]


def test_decisions_at_a_threshold(radzoo, files):
    given = ["a.csv", "b.csv", "--metric", "sensitivity", "--metric", "specificity"]
    found = compare(radzoo, *given, "--threshold", 0.5)["comparisons"]
    assert [one["method"] for one in found] == ["mcnemar", "mcnemar"]
    assert [one["n"] for one in found] == [N, N]
    tuned = compare(radzoo, *given, "--threshold", "youden")["comparisons"]
    assert all("optimistic" in one["note"] for one in tuned)


def test_cases_that_are_not_everywhere_are_counted(radzoo, files):
    write(files / "some.csv", 1, rows=range(10, N + 5))
    document = compare(radzoo, "a.csv", "some.csv")
    assert (document["n_cases"], document["n_left_out"]) == (N - 10, 15)
    assert [file["n_left_out"] for file in document["files"]] == [10, 5]
    assert "15 cases are not in all files" in document["warnings"][0]
    assert "10 of a.csv, 5 of some.csv" in document["warnings"][0]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["a.csv"], 2, "at least two"),
        (["a.csv", "none.csv"], 3, "none.csv"),
        (["a.csv", "b.csv", "--metric", "auroq"], 2, "did you mean auroc"),
        (["a.csv", "b.csv", "--metric", "mae"], 2, "no metric called 'mae'"),
        (["a.csv", "b.csv", "--adjust", "hom"], 2, "did you mean holm"),
        (["a.csv", "b.csv", "--margin", "-0.1"], 2, "above 0"),
        (["a.csv", "b.csv", "--margin", "5"], 2, "auroc lies from 0 to 1"),
        (["a.csv", "b.csv", "--task", "clasification"], 2, "findings are binary or multilabel"),
        (["a.csv", "b.csv", "--task", "ordnal"], 2, "did you mean ordinal? known: binary"),
        (["a.csv", "b.csv", "--level", "95"], 2, "between 0 and 1"),
        (["a.csv", "b.csv", "--reference", "d.csv"], 2, "none of the files"),
        (["a.csv", "spoilt.csv"], 3, "what is true of 1 of 80 shared cases"),
        (["spoilt.csv", "a.csv"], 3, "what is true of 1 of 80 shared cases"),
        (["a.csv", "strange.csv"], 3, "no case is in all files"),
        (["a.csv", "other.csv"], 3, "do not have the same labels"),
        (["a.csv", "twice.csv"], 3, "have the same case_id"),
        (["a.csv", "nameless.csv"], 3, "no column case_id"),
        (["a.csv", "moved.csv"], 3, "differ in whose 1 of 80 shared cases"),
    ],
)
def test_errors(radzoo, files, arguments, code, words):
    write(files / "spoilt.csv", 1, spoil=7)
    write(files / "strange.csv", 1, rows=range(500, 520))
    write(files / "other.csv", 1, label="Nodule")
    text = (files / "b.csv").read_text()
    (files / "twice.csv").write_text(text + text.splitlines()[-1] + "\n")
    (files / "nameless.csv").write_text(text.replace("case_id,", "study,"))
    (files / "moved.csv").write_text(text.replace(",p4,", ",p999,"))
    found, out, err = radzoo("compare", *arguments)
    assert (found, out) == (code, "")
    assert words in err
    assert "c007" not in err
    assert "p999" not in err


def test_table_fits_80_columns(radzoo, files, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = radzoo("compare", "a.csv", "b.csv", "c.csv", "--margin", 0.05)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "…" not in out
    for words in ("A: a.csv", "A - B", "delong", "Holm", "A is non-inferior, margin 0.05"):
        assert words in out


def test_other_formats(radzoo, files):
    document = compare(radzoo, "a.csv", "b.csv")
    code, out, err = radzoo("compare", "a.csv", "b.csv", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert (code, float(row["p"])) == (0, document["comparisons"][0]["p"])
    assert [f"warning: {one}\n" for one in document["warnings"]] == err.splitlines(keepends=True)
    given = ("compare", "a.csv", "b.csv", "-q", "--format")
    assert radzoo(*given, "md")[1].startswith("| First | Second | Label | Metric |")
    latex = radzoo(*given, "tex", "--margin", "0.05")[1]
    heading, row = (line.split(" & ") for line in latex.splitlines()[2:5:2])
    named = dict(zip(heading, row, strict=True))
    assert named["Method"] == "delong"
    assert named["p adjusted (Holm)"] == named["p"] == "$<$.0001"
    assert named["Margin"] == "0.05"
    assert named["p of non-inferiority"] == "$<$.0001"
    assert named[r"Non-inferior \\"] == r"yes \\"


def test_foreign_columns(radzoo, files):
    for name, model in (("x.csv", 0), ("y.csv", 1)):
        lines = [f"{row},{'yes' if row % 2 else 'no'},{score(row, model)}" for row in range(N)]
        (files / name).write_text("id,truth,p\n" + "\n".join(lines) + "\n")
    own = compare(radzoo, "a.csv", "b.csv")["comparisons"][0]
    columns = ["--target", "truth", "--score", "p", "--positive", "yes"]
    found = compare(radzoo, "x.csv", "y.csv", *columns)["comparisons"][0]
    assert found["p"] == pytest.approx(own["p"])
    assert found["label"] == "truth"


def test_nothing_heavy_is_imported(files):
    script = (
        "import sys\nfrom radzoo.cli.app import main\n"
        "code = main(['compare', 'a.csv', 'b.csv', '-q', '--metric', 'all', '--n-boot', '20'])\n"
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip().endswith("0 []"), done.stderr
    assert time.monotonic() - start < 20
