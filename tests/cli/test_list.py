import csv
import io
import json

import pytest

from radzoo.cli import entry

KEYS = {
    "name", "task", "modality", "family", "architecture", "labels", "input", "size_bytes",
    "license", "source", "status", "pulled",
}  # fmt: skip


def test_json_holds_every_model_with_every_key(radzoo):
    code, out, err = radzoo("list", "--json")
    document = json.loads(out)
    assert (code, err, document["schema_version"]) == (0, "", 1)
    names = [model["name"] for model in document["models"]]
    assert names == sorted(names)
    assert {"radzoo-phantom-tiny", "resnet18", "alexnet"} <= set(names)
    assert all(set(model) == KEYS for model in document["models"])
    assert all(set(model["license"]) == {"code", "weights", "data"} for model in document["models"])


def test_quiet_gives_names_one_a_line(radzoo):
    _, out, _ = radzoo("list", "-q", "--family", "densenet")
    assert out == "densenet121\nxrv-densenet121-all\n"


def test_the_table_fits_80_columns_with_whole_names(radzoo, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = radzoo("list")
    assert code == 0
    for name in ("xrv-densenet121-all", "radzoo-phantom-tiny", "244 MB", "BSD-3-Clause"):
        assert name in out
    assert max(len(line) for line in out.splitlines()) <= 80


def test_csv_can_be_read_again(radzoo):
    _, out, _ = radzoo("list", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    by_name = {row["name"]: row for row in rows}
    assert by_name["alexnet"]["size_bytes"] == "244408911"
    assert by_name["alexnet"]["pulled"] == "false"
    assert by_name["densenet121"]["size_bytes"] == ""


def test_markdown(radzoo):
    _, out, _ = radzoo("list", "--format", "md", "--search", "vgg")
    header, rule, row = out.splitlines()
    assert header.startswith("| name | task |")
    assert set(rule) <= set("| -")
    assert row.startswith("| vgg16 | backbone |")


def test_nothing_found_is_no_error(radzoo):
    assert radzoo("list", "--search", "nothing like it") == (
        0, "", "no model passes these filters\n",
    )  # fmt: skip
    assert json.loads(radzoo("list", "--search", "nothing like it", "--json")[1])["models"] == []


@pytest.mark.parametrize("arguments", [("--license", "gpl"), ("--nonsense",)])
def test_wrong_usage_is_exit_2(radzoo, arguments):
    code, out, err = radzoo("list", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")


def test_a_wrong_registry_is_exit_3(radzoo, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("models: [")
    code, out, err = radzoo("list", "--registry", file)
    assert (code, out) == (3, "")
    assert err.startswith(f"error: {file}:1: ")


def test_formulas_and_markup_in_a_registry_stay_text(radzoo, tmp_path):
    from radzoo.zoo.registries import shipped_registry

    text = (
        shipped_registry().read_text().replace("modality: natural images", "modality: '=1+[red]|'")
    )
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    assert ",'=1+[red]|," in radzoo("list", "--format", "csv", "--registry", file)[1]
    assert "=1+[red]\\|" in radzoo("list", "--format", "md", "--registry", file)[1]
    assert "=1+[red]|" in radzoo("list", "--registry", file)[1]


PLAIN = [
    [], ["-q"], ["--quiet"], ["--json"], ["--format", "json"], ["--format=csv"],
    ["--format", "md"], ["--format", "tex"], ["--format", "auto"], ["--format", "table"],
    ["--task", "backbone"],
    ["--task=multilabel", "-q"],
    ["--modality", "Chest Radiograph"], ["--family", "vit", "--json"], ["--license", "permissive"],
    ["--license", "any", "-q"], ["--pulled"], ["--pulled", "-q"], ["--pulled", "--json"],
    ["--search", "densenet hernia", "-q"], ["--search", ""], ["-q", "--json"],
    ["--family", "vit", "--family", "resnet", "-q"], ["--search", "no such model"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", PLAIN, ids=" ".join)
def test_the_quick_answer_is_the_usual_one_byte_for_byte(radzoo, capfdbinary, arguments):
    usual = radzoo("list", *arguments)
    assert entry.answer(["list", *arguments]), "the index is warm now"
    out, err = capfdbinary.readouterr()
    assert (0, out.decode(), err.decode()) == usual


@pytest.mark.parametrize("by_option", [True, False])
def test_the_quick_answer_minds_registries_and_cache(
    radzoo, capfdbinary, tmp_path, monkeypatch, by_option
):
    from radzoo.zoo.registries import shipped_registry

    files = []
    for name in ("one", "two"):
        text = shipped_registry().read_text().replace("  vgg16:", f"  {name}:")
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(text)
    arguments = ["list", "-q"]
    if by_option:
        arguments += ["--registry", str(files[0]), f"--registry={files[1]}"]
        arguments += ["--cache-dir", str(tmp_path / "cache")]
    else:
        monkeypatch.setenv("RADZOO_ZOO", f"{files[0]}:{files[1]}")
        monkeypatch.setenv("RADZOO_HOME", str(tmp_path / "cache"))
    usual = radzoo(*arguments)
    assert {"one", "two", "vgg16"} <= set(usual[1].split())
    assert entry.answer(arguments)
    assert capfdbinary.readouterr()[0].decode() == usual[1]
    assert (tmp_path / "cache" / "index").is_dir()


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--help"],
        ["list", "-v"],
        ["list", "extra"],
        ["list", "--task"],
        ["list", "--task", "--json"],
        ["list", "--license", "gpl"],
        ["list", "--format", "xml"],
        ["list", "--format", "nonsense"],
        ["list", "--registry", "absent.yaml"],
        ["show", "vgg16"],
        ["--help"],
        [],
    ],
    ids=" ".join,
)
def test_anything_unusual_goes_the_usual_way(radzoo, capfdbinary, arguments):
    radzoo("list", "-q")
    assert not entry.answer(arguments)
    assert capfdbinary.readouterr() == (b"", b"")


def test_a_cold_index_goes_the_usual_way(capfdbinary):
    assert not entry.answer(["list"])
    assert capfdbinary.readouterr() == (b"", b"")


def test_a_changed_registry_is_not_answered_from_the_index(radzoo, tmp_path):
    from radzoo.zoo.registries import shipped_registry

    file = tmp_path / "mine.yaml"
    file.write_text(shipped_registry().read_text())
    radzoo("list", "--registry", file)
    assert entry.answer(["list", "-q", "--registry", str(file)])
    file.write_text(shipped_registry().read_text().replace("  vgg16:", "  another:"))
    assert not entry.answer(["list", "-q", "--registry", str(file)])
    assert "another\n" in radzoo("list", "-q", "--registry", file)[1]
