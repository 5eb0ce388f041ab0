"""`radzoo demo`: it makes its own data, refuses to overwrite, and leaves nothing half-made."""

import json

import pytest

from radzoo.workflows import demo


def test_a_small_demonstration_says_what_it_made_and_what_to_try(radzoo, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "EPOCHS", 1)
    out = tmp_path / "shown"
    code, stdout, _ = radzoo("demo", "--out", out, "--patients", "40", "--json")
    document = json.loads(stdout)
    assert code == 0
    assert document["model"] == "radzoo-phantom-tiny"
    assert len(document["next"]) == 3
    assert {metric["name"] for metric in document["metrics"]} >= {"auroc", "brier"}
    assert (out / "run" / "report.html").is_file()
    assert len(list((out / "data" / "dicom").rglob("*.dcm"))) == 70


def test_an_existing_folder_is_not_overwritten(radzoo, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    assert radzoo("demo", "--out", tmp_path)[0] == 2
    code, _, err = radzoo("demo", "--out", tmp_path, "--overwrite")
    assert code == 2
    assert "was not made by radzoo demo" in err
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_failure_while_drawing_leaves_nothing(tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "draw_phantom", fail)
    made = demo.Demo(tmp_path / "out")
    with pytest.raises(KeyboardInterrupt):
        demo.make_study(made, seed=0, patients=40, track=iter)
    assert not made.folder.exists()
