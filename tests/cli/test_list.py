import csv
import io
import json
import shutil

import pytest

from radzoo.cli import entry
from radzoo.zoo.listing import USES
from radzoo.zoo.memory import memory_root

KEYS = {
    "summary", "size_mb", "license_conflict", "license_standing",
    "name", "task", "modality", "family", "architecture", "labels", "input", "size_bytes",
    "license", "source", "status", "use", "pulled",
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
    names = out.splitlines()
    assert names == sorted(names)
    assert {"densenet121", "xrv-densenet121-all"} <= set(names)
    assert "alexnet" not in names


def test_the_table_fits_80_columns(radzoo, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = radzoo("list")
    assert code == 0
    for cell in ("name ", "alexnet ", "244 MB", "Apache-2.0", "not verif…", "3x224", "~", "?"):
        assert cell in out
    assert max(len(line) for line in out.splitlines()) <= 80
    assert not any(line != line.rstrip() for line in out.splitlines())


@pytest.mark.parametrize("columns", [80, 120, 300])
def test_each_model_has_one_line_that_begins_with_its_name(radzoo, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = radzoo("list")[1].split("\n\n")[0].splitlines()[2:]
    names = radzoo("list", "-q")[1].splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == names
    n_longer = sum(len(name) > 32 for name in names)
    assert len(lines) == len(names) + (n_longer if columns == 80 else 0)
    cells = lines[0][32 if columns == 80 else 0 :].split()
    assert cells[-2:] == ["MB", "BSD-3-Cla…" if columns == 80 else "BSD-3-Clause"]


@pytest.mark.parametrize("columns", [20, 40, 60, 80])
def test_a_long_name_is_never_broken(radzoo, registry, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    name = "a-model-" * 8
    text = registry.read_text().replace("  small:", f"  {name[:-1]}:")
    registry.write_text(text.replace("weights: MIT", "weights: A licence of many words"))
    lines = radzoo("list", "--registry", registry)[1].splitlines()
    assert name[:-1] in lines
    row = lines[lines.index(name[:-1]) + 1]
    assert row.startswith(" ")
    assert row.endswith("…!")
    assert columns < 60 or len(row) <= columns


def test_the_table_is_as_wide_as_it_needs_to_be(radzoo, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    lines = radzoo("list")[1].splitlines()
    models = json.loads(radzoo("list", "--json")[1])["models"]
    assert [line.split()[0] for line in lines[2 : 2 + len(models)]] == [m["name"] for m in models]


def test_licences_that_restrict_are_marked(radzoo, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    out = radzoo("list")[1]
    for model in json.loads(radzoo("list", "--json")[1])["models"]:
        mark = {"restricted": "!", "conflicting": "!!"}.get(model["license_standing"], "")
        row = next(line for line in out.splitlines() if line.startswith(model["name"] + " "))
        assert row.endswith(mark)
        assert (row.split()[1] == "*") is model["pulled"]
        assert mark or "!" not in row
    assert "\n*  its weights are on this machine\n" in out
    assert "\n!! the authors contradict each other" in out


def test_csv_can_be_read_again(radzoo):
    _, out, _ = radzoo("list", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    by_name = {row["name"]: row for row in rows}
    assert by_name["alexnet"]["size_bytes"] == "244408911"
    assert by_name["alexnet"]["pulled"] == "false"
    unknown = [row for row in rows if row["size_bytes"] == row["size_mb"] == ""]
    assert unknown


def test_markdown(radzoo):
    _, out, _ = radzoo("list", "--format", "md", "--search", "vgg16")
    header, rule, row, *_ = out.splitlines()
    assert header.startswith("| name | task |")
    assert set(rule) <= set("| -")
    assert row.startswith("| vgg16 | backbone |")


def test_nothing_found_is_no_error(radzoo):
    assert radzoo("list", "--search", "nothing like it") == (
        0, "", "no model passes these filters\n",
    )  # fmt: skip
    assert json.loads(radzoo("list", "--search", "nothing like it", "--json")[1])["models"] == []


@pytest.mark.parametrize(
    "arguments",
    [("--license", "gpl"), ("--nonsense",), ("--dimensions", "4"), ("--sort", "colour")],
)
def test_wrong_usage_is_exit_2(radzoo, arguments):
    code, out, err = radzoo("list", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--status", "hash"),
        ("--status", "Loads"),
        ("--task", "survival"),
        ("--dimensions", "3"),
        ("--license", "Zlib"),
        ("--license", "permissive"),
    ],
)
def test_a_value_of_the_vocabulary_that_no_model_has_is_no_error(
    radzoo, registry, monkeypatch, arguments
):
    text = registry.read_text().replace("weights: MIT", "weights: CC-BY-NC-4.0")
    registry.write_text(text.replace("channels: 1", "dimensions: 2, channels: 1"))
    monkeypatch.setattr("radzoo.zoo.registries.shipped_registry", lambda: registry)
    monkeypatch.chdir(registry.parent)  # whose zoo.yaml it is
    assert radzoo("list", "-q")[1] == "small\n"
    assert radzoo("list", *arguments) == (0, "", "no model passes these filters\n")
    assert radzoo("list", *arguments, "-q") == (0, "", "")
    assert json.loads(radzoo("list", *arguments, "--json")[1])["models"] == []


@pytest.mark.parametrize(
    ("arguments", "named", "meant"),
    [
        (("--task", "multilable"), "the task 'multilable'; there are backbone;", "multilabel"),
        (("--modality", "chest radiografh"), "the modality", "chest radiograph"),
        (("--family", "resnett"), "the family", "resnet"),
        (("--license", "MTI"), "the license", "MIT"),
        (("--label", "Oedema"), "the label", "Edema"),
        (("--status", "lited"), "the status", "listed"),
        (("--max-size", "large"), "--max-size is 'large'", "MB"),
        (("--max-size", "20"), "--max-size is '20'", "kB, MB or GB"),
        (("--task", "seg"), "no model has the task 'seg'", "did you mean segmentation?"),
    ],
)
def test_a_value_that_no_model_has_is_exit_2(radzoo, arguments, named, meant):
    code, out, err = radzoo("list", *arguments)
    assert (code, out) == (2, "")
    said, hint = err.splitlines()
    assert named in said
    assert meant in hint


def test_a_stray_zoo_yaml_is_left_aside(radzoo, tmp_path, monkeypatch, capfdbinary):
    usual = radzoo("list", "-q")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zoo.yaml").write_text("animals: [lion, !tiger x]\nmodels:\n- schema_version\n")
    warning = "warning: zoo.yaml in this folder says no schema_version, so it is left aside\n"
    assert radzoo("list", "-q") == (0, usual[1], warning)
    assert radzoo("show", "alexnet", "--json")[2] == warning
    assert radzoo("pull", "radzoo-phantom-tiny", "-q")[2].count(warning) == 1
    assert entry.answer(["list", "-q"])
    assert capfdbinary.readouterr()[1].decode() == warning
    (tmp_path / "zoo.yaml").write_text("schema_version: 2\nmodels: {}\n")
    code, out, err = radzoo("list")
    assert (code, out) == (3, "")
    assert "zoo.yaml:1: has schema_version 2" in err


def test_a_wrong_registry_is_exit_3(radzoo, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("models: [")
    code, out, err = radzoo("list", "--registry", file)
    assert (code, out) == (3, "")
    assert err.startswith(f"error: {file}:1: ")


def test_formulas_and_markup_in_a_registry_stay_text(radzoo, tmp_path, monkeypatch):
    from radzoo.zoo.registries import shipped_registry

    text = (
        shipped_registry().read_text().replace("modality: natural images", "modality: '=1+[red]|'")
    )
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    assert ",'=1+[red]|," in radzoo("list", "--format", "csv", "--registry", file)[1]
    assert "=1+[red]\\|" in radzoo("list", "--format", "md", "--registry", file)[1]
    monkeypatch.setenv("COLUMNS", "200")
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
    ["--search", "no such model", "-q"], ["--search", "no such model", "--json"],
    ["--modality", "chest", "-q"], ["--modality=CT", "--dimensions", "3"], ["--dimensions=2", "-q"],
    ["--label", "edema", "-q"], ["--status", "listed", "-q"], ["--license", "mit", "-q"],
    ["--max-size", "100MB", "-q"], ["--max-size=50 MB", "--sort", "size"], ["--sort=task", "-q"],
    ["--sort", "family", "--json"],
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
    assert not (tmp_path / "cache").exists(), "others may write there: it holds no index"


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--help"],
        ["list", "-v"],
        ["list", "extra"],
        ["list", "--task"],
        ["list", "--task", "--json"],
        ["list", "--license", "gpl"],
        ["list", "--task", "nonsense"],
        ["list", "--max-size", "large"],
        ["list", "--dimensions", "4"],
        ["list", "--sort", "colour"],
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


def test_a_cold_index_goes_the_usual_way(capfdbinary, own_home):
    shutil.rmtree(memory_root())
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


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("xrv-densenet121-all", "predict"),
        ("resnet18", "finetune"),
        ("eva-x-small-covidx3", "finetune"),  # multiclass outputs are not read
        ("rad-dino", "fetch"),  # nobody has verified its interpolation
        ("lungmask-r231", "finetune"),
        ("medical-mae-vit-base", "external"),
    ],
)
def test_each_model_says_what_radzoo_does_with_it(radzoo, name, use):
    models = json.loads(radzoo("list", "--json")[1])["models"]
    assert {model["name"]: model["use"] for model in models}[name] == use
    flat = " ".join(radzoo("show", name)[1].split())
    assert f"use with radzoo {use}: " in flat
    assert json.loads(radzoo("show", name, "--json")[1])["use"] == use


def test_what_predicts_can_be_fine_tuned_too(radzoo):
    names = {use: set(radzoo("list", "-q", "--use", use)[1].split()) for use in USES}
    assert names["predict"] < names["finetune"]
    assert set.union(*names.values()) == set(radzoo("list", "-q")[1].split())
    assert not names["fetch"] & names["finetune"]
    code, _, err = radzoo("list", "--use", "train")
    assert (code, "no model has the use 'train'" in err) == (2, True)
    rows = csv.DictReader(io.StringIO(radzoo("list", "--use", "external", "--format", "csv")[1]))
    assert {row["use"] for row in rows} == {"external"}


def test_dimensions_are_two_or_three(radzoo):
    said = "error: --dimensions is '4', 2 or 3 was needed\nhint: 2 for images, 3 for volumes\n"
    assert radzoo("list", "--dimensions", "4") == (2, "", said)


def test_models_of_unknown_size_are_left_out_with_a_word(radzoo):
    models = json.loads(radzoo("list", "--json", "--task", "segmentation")[1])["models"]
    n_unknown = sum((one["size_bytes"], one["size_mb"]) == (None, None) for one in models)
    assert n_unknown > 1
    asked = ("list", "--task", "segmentation", "--max-size", "100GB", "--json")
    code, out, err = radzoo(*asked)
    assert (code, err) == (0, f"{n_unknown} models of unknown size left out\n")
    assert len(json.loads(out)["models"]) == len(models) - n_unknown
    assert radzoo(*asked, "-q")[2] == ""
    assert "left out" not in radzoo("list", "--task", "segmentation")[2]


@pytest.mark.parametrize(
    ("said", "ours"),
    [("chest x-ray", "chest radiograph"), ("CXR", "chest radiograph"), ("MRI", "MR")],
)
def test_a_modality_goes_by_several_names(radzoo, said, ours):
    found = radzoo("list", "-q", "--modality", said)[1]
    assert found == radzoo("list", "-q", "--modality", ours)[1] != ""


def test_a_modality_of_ones_own_registry_is_found_as_it_is_written(radzoo, registry):
    registry.write_text(registry.read_text().replace("modality: any", "modality: knee X-ray"))
    for said in ("X-ray", "knee x", "radiograph"):
        assert "small" in radzoo("list", "-q", "--modality", said, "--registry", registry)[1]
