import csv
import dataclasses
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from rich.console import Console

from radzoo.core.case import Refused
from radzoo.core.predictions import Predictions
from radzoo.core.report import EvalReport, MetricValue
from radzoo.render import words
from radzoo.render.html import page
from radzoo.render.json import to_json, to_json_text
from radzoo.render.table import to_csv, to_latex, to_markdown
from radzoo.render.terminal import render_report
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions

NASTY = "<script>alert(1)</script>"
HISTORY = [
    {"epoch": 1.0, "train_loss": 0.9, "val_loss": 1.0, "val_auroc": 0.6},
    {"epoch": 2.0, "train_loss": 0.5, "val_loss": 0.7, "val_auroc": 0.8},
]


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
    console.print(render_report(report))
    return console.file.getvalue()


class Tags(HTMLParser):
    """Collects tags, checks that they are closed, and gathers what would be fetched."""

    VOID = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.links += [value for name, value in attrs if name in {"src", "href", "xlink:href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def parse(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    return tags


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
    assert sum(value.note == note for value in report.metrics) == 7


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
    assert {line.count(" | ") for line in to_markdown(report).splitlines()} == {5}


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.5, "0.500"), (-0.0001, "0.000"), (-0.25, "-0.250"), (1, "1.000")],
)
def test_numbers(value, text):
    assert words.number(value) == text


def test_page_is_self_contained(report):
    tags = parse(page(report, title="Run", history=HISTORY, config={"model": "tiny"}))
    assert tags.links == []
    assert not {"script", "link", "img", "iframe", "object"} & set(tags.seen)
    text = page(report, title="Run")
    assert "default-src 'none'" in text
    assert "url(" not in text
    assert "@import" not in text
    assert re.findall(r"https?://", text) == []


def test_page_escapes_everything():
    text = page(make_report(NASTY), title=NASTY, config={NASTY: NASTY})
    assert NASTY not in text
    assert "&lt;script&gt;" in text
    parse(text)


def test_page_shows_control_characters_escaped(report):
    text = page(report, title="Run")
    assert "\x1b" not in text
    assert "\\x1b[31m" in text


def test_page_says_what_the_report_says(report):
    text = page(report, title="Run", history=HISTORY, config={"recipe": {"lr": 0.001}})
    for value in report.metrics:
        assert words.title_of(value.name) in text
        assert words.interval(value) in text
    for warning in report.warnings:
        assert warning in text
    point = report.operating_points[0]
    assert f'<td class="right">{point.true_positive}</td>' in text
    assert "optimistic" in text
    assert "Refused: 1" in text
    assert "AUROC over 2 epochs; at epoch 2, which was kept: val auroc 0.800" in text
    assert "recipe.lr" in text
    assert report.provenance.radzoo_version in text


def test_page_draws_what_the_stages_could_learn(report):
    assert "What the stages" not in page(report, title="Run", history=HISTORY)
    history = [line | {"gradient[conv1]": 0.02, "dead[conv1]": 0.3} for line in HISTORY]
    text = page(report, title="Run", history=history)
    assert "Norm of the gradient over 2 epochs; at epoch 2, which was kept: conv1 0.02" in text
    assert "Dead units over 2 epochs; at epoch 2, which was kept: conv1 30.0 %" in text
    parse(text)


def test_training_is_captioned_with_the_epoch_that_was_kept(report):
    scores = (0.6, 0.9, 0.9, 0.7)
    history = [{"train_loss": n / 10, "val_auroc": score} for n, score in enumerate(scores)]
    text = page(report, title="Run", history=history)
    assert "at epoch 2, which was kept: train loss 0.100" in text
    assert 'x1="33.33" x2="33.33"' in text


def test_figures_have_a_text_alternative(report):
    text = page(report, title="Run", history=HISTORY)
    drawn = re.findall(r'<svg[^>]*role="img" (aria-label(?:ledby)?)="([^"]+)"', text)
    assert len(drawn) == text.count("<svg") == 4
    for kind, value in drawn:
        assert f'id="{value}"' in text if kind == "aria-labelledby" else value


def test_curve_ends_in_the_corners(report):
    points = re.search(r'<polyline class="curve" points="([^"]+)"', page(report, title="x"))[1]
    assert points.startswith("0.00,100.00 ")
    assert points.endswith(" 100.00,0.00")


def test_page_without_anything_to_draw():
    parse(page(make_report(targets=np.zeros((90, 1))), title="One class"))
    parse(page(make_report(scores=np.arange(90.0)[:, None]), title="No probabilities"))


def test_page_is_the_same_every_time(report):
    assert page(report, title="x") == page(report, title="x")
