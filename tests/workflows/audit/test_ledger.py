"""Who was judged on a test split: counted once each, and by several processes."""

import json
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from radzoo.core.predictions import Predictions
from radzoo.workflows.audit.ledger import look, note


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RADZOO_LEDGER", str(tmp_path / "looks"))
    return tmp_path / "looks"


def said(shift=0.0, n=20):
    scores = np.linspace(0.1, 0.8, n)[:, None] + shift
    return Predictions(
        labels=("Edema",), case_ids=tuple(f"c{at}" for at in range(n)), patient_ids=("",) * n,
        targets=(np.arange(n) % 2.0)[:, None], scores=scores,
    )  # fmt: skip


def test_a_model_counts_once_whatever_the_order_of_its_cases(folder):
    first = said()
    assert look(first, "auroc", 0.8).models == 1
    turned = replace(first, case_ids=first.case_ids[::-1], targets=first.targets[::-1],
                     scores=first.scores[::-1])  # fmt: skip
    assert look(turned, "auroc", 0.8).models == 1
    looks = look(said(0.01), "auroc", 0.9)
    assert (looks.models, looks.values) == (2, (0.8, 0.9))


def test_lines_are_only_ever_added_and_hold_no_case(folder):
    look(said(), "auroc", 0.8)
    (file,) = folder.iterdir()
    before = file.read_bytes()
    look(said(0.01), "auroc", None)
    after = file.read_bytes()
    assert after.startswith(before)
    lines = [json.loads(line) for line in after.splitlines()]
    assert {frozenset(line) for line in lines} == {frozenset(("time", "model", "metric", "value"))}


def test_other_cases_have_another_ledger(folder):
    look(said(), "auroc", 0.8)
    assert look(said(n=21), "auroc", 0.8).models == 1
    assert len(list(folder.iterdir())) == 2


def write_many(file, name):
    for at in range(100):
        note(file, {"model": f"{name}{at}", "value": 0.5, "filler": "x" * 300})


def test_two_processes_write_whole_lines(tmp_path):
    file = tmp_path / "a.jsonl"
    both = [get_context("fork").Process(target=write_many, args=(file, name)) for name in "ab"]
    for one in both:
        one.start()
    for one in both:
        one.join()
    models = {json.loads(line)["model"] for line in file.read_text().splitlines()}
    assert len(models) == 200


def test_what_cannot_be_read_or_written_counts_nothing(folder, tmp_path):
    look(said(), "auroc", 0.8)
    (file,) = folder.iterdir()
    file.write_text('{"model": 1\nno json\n{"model": "m", "value": 0.7}\n')
    assert look(said(), "auroc", 0.8).models == 2
    file.write_bytes(b"\xff\xfe")
    assert look(said(), "auroc", 0.8) is None


def test_no_folder_can_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RADZOO_LEDGER", str(tmp_path / "file"))
    assert look(said(), "auroc", 0.8) is None


def test_off_and_too_few_cases(folder, monkeypatch):
    assert look(said(n=4), "auroc", 0.8) is None
    monkeypatch.setenv("RADZOO_LEDGER", "off")
    assert look(said(), "auroc", 0.8) is None
    assert not folder.exists()
