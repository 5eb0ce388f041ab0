"""The page as it is written: whole, self-contained, escaped, named; with and without parts."""

import dataclasses
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from render.html import reports

from radzoo.core.predictions import Predictions
from radzoo.core.report_values import Curve
from radzoo.render import words
from radzoo.render.html import GalleryItem, page
from radzoo.render.html.script import embed
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions

HISTORY = [
    {"epoch": 1.0, "train_loss": 0.9, "val_loss": 1.0, "val_auroc": 0.6},
    {"epoch": 2.0, "train_loss": 0.5, "val_loss": 0.7, "val_auroc": 0.8},
]
GALLERY = [
    GalleryItem("case 7", "Edema", "false positive", 0.95, 0.0, 0.5, png=b"\x89PNG"),
    GalleryItem("case 9", "Edema", "false negative", 0.02, 1.0, 0.5, note="no picture"),
]
WRITTEN = {name: page(make(), title=name) for name, make in reports.EVERY.items()}


class Tags(HTMLParser):
    """Collects tags, checks that they are closed, and gathers what would be fetched."""

    VOID = frozenset({"meta", "input", "img", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def values(self, *names: str) -> list[str]:
        return [value for _, given in self.seen for name, value in given.items() if name in names]


def parse(text: str) -> Tags:
    tags = Tags()
    tags.feed(text)
    assert tags.open == []
    return tags


def make_report(label="Edema", **changes):
    chance = np.random.default_rng(0)
    targets = (chance.random((90, 1)) < 0.4).astype(float)
    names = tuple(f"c{row}" for row in range(90))
    scores = np.clip(chance.normal(size=(90, 1)) * 0.2 + 0.3 + 0.3 * targets, 0.01, 0.99)
    given = dataclasses.replace(Predictions((label,), names, names, targets, scores), **changes)
    return evaluate_predictions(given, EvaluateOptions(n_boot=30, threshold="youden"))


@pytest.mark.parametrize("task", reports.EVERY)
def test_every_page_is_whole_and_fetches_nothing(task):
    tags = parse(WRITTEN[task])
    ids = tags.values("id")
    assert len(ids) == len(set(ids))
    places = tags.values("href", "src", "xlink:href", "action")
    assert {place for place in places if not place.startswith("#")} == set()
    assert {place[1:] for place in places} <= set(ids)
    assert set(tags.values("aria-labelledby", "for")) <= set(ids)
    assert not {"link", "iframe", "object", "embed"} & {tag for tag, _ in tags.seen}
    policy = next(given["content"] for _, given in tags.seen if "http-equiv" in given)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    for fetched in ("url(", "@import", "://", "fetch(", "eval("):
        assert fetched not in WRITTEN[task]


@pytest.mark.parametrize("task", reports.EVERY)
def test_every_figure_says_what_it_shows(task):
    for tag, given in parse(WRITTEN[task]).seen:
        if tag == "svg":
            assert given.get("aria-hidden") or given.get("aria-label") or given["aria-labelledby"]
        assert not any(name.startswith("on") or name == "style" for name in given)


def test_a_page_names_no_case_unless_it_may():
    for make in (reports.binary, reports.segmentation):
        assert "secret" not in page(make(), title="x", gallery=GALLERY)
        assert "secret-2" in page(make(), title="x", with_ids=True)


def test_names_are_escaped_wherever_they_stand():
    text = WRITTEN["multilabel"]
    assert "<script>alert" not in text
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in text
    text = page(reports.binary(), title=reports.NASTY, config={reports.NASTY: reports.NASTY})
    assert "<script>alert" not in text
    parse(text)


def test_embedded_data_cannot_end_their_element():
    text = embed({"label": reports.NASTY})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"label": reports.NASTY}


def test_the_page_says_what_the_report_says():
    report = reports.binary()
    text = page(report, title="Run", history=HISTORY, config={"recipe": {"lr": 0.001}})
    for value in report.metrics:
        assert words.title_of(value.name) in text
        assert words.interval(value) in text
    for warning in report.warnings:
        assert warning in text
    assert "2 of 3 gates failed" in text
    assert 'passed: <span class="code">auroc.low &lt; 0.80</span> does not hold: 0.803 was' in text
    assert 'failed: <span class="code">ece &gt; 0.04</span> holds: 0.041 was observed' in text
    assert "could not be decided, which counts as failed: there is no icc" in text
    assert "cannot judge: 4 positive, 10 are needed" in text
    assert "0.036 is expected of true probabilities with so many cases; p 0.310" in text
    assert "diseased (too seldom)" in text
    assert "calling every case the most frequent class gives 71.2 %" in text
    assert "AUROC over 2 epochs; at epoch 2, which was kept: val auroc 0.800" in text
    assert "recipe.lr" in text
    assert report.provenance.radzoo_version in text


def test_the_flow_adds_up_and_groups_reasons():
    text = re.sub(r"<[^>]+>|\s+", " ", WRITTEN["binary"].partition('id="cohort"')[2])
    text = re.sub(r"\s+", " ", text)
    assert "417 cases given 5 refused" in text
    assert "4 &times; truncated 1 &times; no image" in text
    assert "412 cases with a prediction, of 360 patients 12 without a target" in text
    assert "400 counted: 115 positive, 285 negative" in text


@pytest.mark.parametrize(
    ("task", "said"),
    [
        ("multiclass", ["80 <span", "(80.0 %)", "Confusion matrix"]),
        ("regression", ["Bland-Altman plot of age, 250 cases: bias 1.3", "Lower limit"]),
        (
            "survival",
            [
                "not reached",
                "Numbers at risk",
                "Calibration at the horizon 365",
                "risk by 365: net benefit",
                "Decision curve in numbers: risk by 730",
            ],
        ),
        ("segmentation", ["reference 14, both 5", "worst 1", "within 2 mm"]),
    ],
)
def test_each_task_has_its_parts(task, said):
    for sentence in said:
        assert sentence in WRITTEN[task]
    assert "data-slider" not in WRITTEN[task]
    assert "<script" not in WRITTEN[task]


def test_the_gallery_shows_pictures_as_data():
    text = page(reports.binary(), title="x", gallery=GALLERY)
    assert '<img src="data:image/png;base64,iVBORw==" alt="False positive of Edema: case 7' in text
    assert "no picture" in text
    assert "img-src data:" in text
    assert "img-src" not in WRITTEN["binary"]


def test_a_curve_of_other_cases_or_without_thresholds_gives_no_slider():
    report = reports.binary()
    bare = [curve.model_copy(update={"thresholds": []}) for curve in report.roc]
    other = [Curve(label="Edema", x=[0, 0.001, 1], y=[0, 0.5, 1], thresholds=[None, 0.5, 0.1])]
    for roc in (bare, other, []):
        text = page(report.model_copy(update={"roc": roc}), title="x")
        assert "data-slider" not in text
        assert '<td class="right">85</td>' in text


def test_ten_thousand_cases_stay_small():
    report = reports.binary(n=10_000)
    roc = report.roc[0]
    keep = np.linspace(0, len(roc.x) - 1, 500).astype(int)
    thin = Curve(
        label="Edema",
        x=[roc.x[n] for n in keep],
        y=[roc.y[n] for n in keep],
        thresholds=[roc.thresholds[n] for n in keep],
    )
    picture = dataclasses.replace(GALLERY[0], png=bytes(100_000))
    report = report.model_copy(update={"roc": [thin], "pr": []})
    assert len(page(report, title="x", gallery=[picture] * 12).encode()) < 3_000_000


def test_a_real_report_makes_a_page():
    text = page(make_report(), title="Run")
    parse(text)
    assert "data-slider" in text
    parse(page(make_report(targets=np.zeros((90, 1))), title="One class"))
    parse(page(make_report(scores=np.arange(90.0)[:, None]), title="No probabilities"))


def test_control_characters_are_shown():
    text = page(make_report("\x1b[31m"), title="\x1b")
    assert "\x1b" not in text
    assert "\\x1b[31m" in text


def test_the_stages_of_a_network_are_drawn():
    assert "What the stages" not in page(reports.binary(), title="Run", history=HISTORY)
    history = [line | {"gradient[conv1]": 0.02, "dead[conv1]": 0.3} for line in HISTORY]
    text = page(reports.binary(), title="Run", history=history)
    assert "Norm of the gradient over 2 epochs; at epoch 2, which was kept: conv1 0.02" in text
    assert "Dead units over 2 epochs; at epoch 2, which was kept: conv1 30.0 %" in text
    parse(text)


def test_training_is_captioned_with_the_epoch_that_was_kept():
    scores = (0.6, 0.9, 0.9, 0.7)
    history = [{"train_loss": n / 10, "val_auroc": score} for n, score in enumerate(scores)]
    text = page(reports.survival(), title="Run", history=history)
    assert "at epoch 2, which was kept: train loss 0.100" in text
    assert 'x1="33.33" x2="33.33"' in text


def test_the_page_is_the_same_every_time():
    assert page(reports.binary(), title="binary") == WRITTEN["binary"]
