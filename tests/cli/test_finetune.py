import json

import pytest

from radzoo.core.errors import ExitCode


@pytest.fixture
def tiny(tmp_path, registry, write_npz):
    """A folder with a registry of one small network, and data."""
    write_npz()
    return tmp_path


@pytest.fixture
def finetune(radzoo, tiny):
    def run(*more, model="small", out="run", data="data.npz"):
        given = [model] if model else []
        data_options = ["--data", tiny / data] if data else []
        return radzoo(
            "finetune", *given, *data_options, "--out", tiny / out, "--registry",
            tiny / "zoo.yaml", "--device", "cpu", *more,
        )  # fmt: skip

    return run


QUICK = ("--from-scratch", "--epochs", 2, "--batch-size", 8)


def test_json_is_one_document_and_stderr_has_the_progress(finetune, tiny):
    code, out, err = finetune(*QUICK, "--json")
    assert code == ExitCode.OK, err
    document = json.loads(out)
    assert document["schema_version"] == 1
    assert document["run"] == str(tiny / "run")
    assert (document["model"], document["task"]) == ("small", "binary")
    assert document["best_epoch"] in (1, 2)
    assert {
        "name",
        "label",
        "value",
        "low",
        "high",
        "level",
        "method",
        "n",
        "n_positive",
        "note",
    } <= (document["metrics"][0].keys())
    assert err.count("epoch 1/2") == err.count("epoch 2/2") == 1
    assert "AUROC" in err
    assert "\x1b" not in err


def test_a_table_for_people_and_a_page_for_a_browser(finetune, tiny):
    code, out, err = finetune(*QUICK)
    assert code == ExitCode.OK
    assert "AUROC" in out
    assert str(tiny / "run") in err
    page = (tiny / "run" / "report.html").read_text("utf-8")
    assert "<html" in page
    assert ".unfinished" not in page
    assert "report.html" in json.loads((tiny / "run" / "manifest.json").read_text())["outputs"]


def test_quiet_says_only_what_must_be_known(finetune):
    code, _, err = finetune(*QUICK, "-q")
    assert code == ExitCode.OK
    assert all(line.startswith("warning: ") for line in err.splitlines())


def test_the_configuration_repeats_the_run_and_flags_win(finetune, tiny):
    assert finetune(*QUICK, "--seed", 3, "--set", "warmup=0.2")[0] == ExitCode.OK
    config = tiny / "run" / "config.json"
    assert finetune("--config", config, model=None, data=None, out="again")[0] == ExitCode.OK
    first, second = (tiny / name / "weights.safetensors" for name in ("run", "again"))
    assert first.read_bytes() == second.read_bytes()
    changed = finetune("--config", config, "--seed", 0, "--epochs", 1, model=None, out="other")
    assert changed[0] == ExitCode.OK
    recipe = json.loads((tiny / "other" / "config.json").read_text())["recipe"]
    assert (recipe["seed"], recipe["epochs"], recipe["warmup"]) == (0, 1, 0.2)


@pytest.mark.parametrize(
    ("more", "changes", "code", "id_"),
    [
        pytest.param((), {"model": "smal"}, 3, "unknown-model", id="unknown model"),
        pytest.param((), {"model": None}, 2, "missing-argument", id="no model"),
        pytest.param((), {"data": None}, 2, "missing-argument", id="no data"),
        pytest.param((), {"data": "absent"}, 3, "missing-data", id="no such data"),
        pytest.param(("--device", "cuda:99"), {}, 5, "no-such-device", id="no such GPU"),
        pytest.param(("--lr", "100"), {}, 2, "bad-setting", id="a rate of 100"),
        pytest.param(("--set", "lr"), {}, 2, "bad-setting", id="set without value"),
        pytest.param(
            ("--batch-size", "auto", "--micro-batch", "4"),
            {},
            2,
            "micro-batch-twice",
            id="pieces found and named",
        ),
        pytest.param(("--image-size", "8"), {}, 2, "bad-image-size", id="8 pixels"),
        pytest.param(("--config", "absent.json"), {}, 3, "no-such-run", id="no such config"),
        pytest.param(("--task", "binry"), {}, 3, "unknown-task", id="unknown task"),
        pytest.param(("--pretrained",), {}, 3, None, id="weights that are not there"),
    ],
)
def test_every_mistake_has_its_code_and_leaves_nothing(finetune, tiny, more, changes, code, id_):
    before = sorted(path.name for path in tiny.iterdir())
    ended, out, err = finetune(*QUICK, *more, "--json", **changes)
    assert (ended, out) == (code, ""), err
    error = json.loads(err.splitlines()[-1])["error"]
    assert error["code"] == code
    assert id_ is None or error["id"] == id_
    assert sorted(path.name for path in tiny.iterdir()) == before


def test_an_existing_run_needs_overwrite(finetune, tiny):
    assert finetune(*QUICK)[0] == ExitCode.OK
    code, _, err = finetune(*QUICK)
    assert code == ExitCode.USAGE
    assert "hint: choose another --out" in err
    assert finetune(*QUICK, "--overwrite")[0] == ExitCode.OK


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("tensorbord", ExitCode.USAGE, "did you mean tensorboard?"),
        ("wandb", ExitCode.ENVIRONMENT, "pip install 'radzoo[wandb]'"),
    ],
)
def test_a_tracker_that_cannot_be_told_is_said_before_any_work(
    finetune, tiny, monkeypatch, name, code, said
):
    from radzoo.tracking import tracker

    monkeypatch.setattr(tracker, "find_spec", lambda package: None)
    given, out, err = finetune(*QUICK, "--track", name)
    assert (given, out) == (code, "")
    assert said in err
    assert not (tiny / "run").exists()
