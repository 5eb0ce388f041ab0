import csv
import dataclasses
import io
import json

import numpy as np
import pytest
from rich.console import Console

from radzoo.core.case import Refused
from radzoo.core.predictions import Predictions
from radzoo.core.report import EvalReport, MetricValue
from radzoo.render import words
from radzoo.render.json import to_json, to_json_text
from radzoo.render.table import to_csv, to_latex, to_markdown
from radzoo.render.terminal import render_report
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions

NASTY = "<script>alert(1)</script>"


def make_report(label: str = "Edema", **changes: object) -> EvalReport:
    chance = np.random.default_rng(0)
    targets = (chance.random((90, 1)) < 0.4).astype(float)
    names = tuple(f"c{row}" for row in range(90))
    scores = np.clip(chance.normal(size=(90, 1)) * 0.2 + 0.3 + 0.3 * targets, 0.01, 0.99)
    given = Predictions((label,), names, names, targets, scores)
    given = dataclasses.replace(given, **changes)
    return evaluate_predictions(given, EvaluateOptions(n_boot=30, threshold="youden"))


@pytest.fixture(scope="module")
def report() -> EvalReport:
    return make_report(refused=(Refused(f"{NASTY}\x1b[31m", "truncated"),))


def show(report: EvalReport, width: int) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(render_report(report, verbose=True))
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_terminal_fits_and_cuts_nothing(report, width):
    text = show(report, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for value in report.metrics:
        line = next(line for line in text.splitlines() if words.title_of(value.name) in line)
        assert f"{value.value:.3f}" in line
        assert f"{value.low:.3f} to {value.high:.3f}" in line
        assert value.method in line


def test_terminal_shows_warnings_and_explains_intervals(report):
    text = " ".join(show(report, 100).split())
    for warning in report.warnings:
        assert warning in text
    assert "wilson: a proportion of independent cases" in text


def test_terminal_takes_names_literally():
    assert "[bold]x[/bold]" in show(make_report("[bold]x[/bold]"), 100)


def test_equal_notes_stand_once():
    report = make_report(scores=np.arange(90.0)[:, None])
    note = "scores lie outside 0 to 1"
    assert [note in line for line in words.notes(report)].count(True) == 1
    assert sum(value.note == note for value in report.metrics) > 5


def test_json_round_trips_and_has_no_nan(report):
    text = to_json_text(report)
    assert json.loads(text) == to_json(report)
    assert EvalReport.model_validate_json(text) == report
    odd = report.model_copy(
        update={"metrics": [MetricValue(name="auroc", label="x", value=float("nan"), n=0)]}
    )
    assert to_json(odd)["metrics"][0]["value"] is None


def test_csv_gives_every_digit_and_no_formula(report):
    odd = report.metrics[0].model_copy(update={"label": "=1+1", "value": 1 / 3, "note": None})
    rows = list(csv.DictReader(io.StringIO(to_csv(report.model_copy(update={"metrics": [odd]})))))
    assert float(rows[0]["value"]) == 1 / 3
    assert rows[0]["label"] == "'=1+1"
    assert rows[0]["note"] == ""


def test_markdown_and_latex_escape(report):
    odd = report.model_copy(
        update={"metrics": [report.metrics[0].model_copy(update={"label": "a|b_c%"})]}
    )
    assert "| a\\|b_c% | AUROC |" in to_markdown(odd)
    assert r"a|b\_c\% & AUROC &" in to_latex(odd)
    rows = [line for line in to_markdown(report).splitlines() if line.startswith("|")]
    assert {line.count(" | ") for line in rows} == {5}


def test_what_is_undefined_says_why_in_markdown_and_latex():
    report = make_report(scores=np.arange(90.0)[:, None])
    for text in (to_markdown(report), to_latex(report)):
        assert "scores lie outside 0 to 1" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.5, "0.500"), (-0.0001, "0.000"), (-0.25, "-0.250"), (1, "1.000")],
)
def test_numbers(value, text):
    assert words.number(value) == text
