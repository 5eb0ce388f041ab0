"""The page in a browser: the slider moves numbers, nothing complains, nothing is fetched."""

from urllib.parse import quote

import numpy as np
import pytest
from render.html.browser import browse
from render.html.reports import NASTY, binary, cases, count, multilabel

from radzoo.render.html import page

Z = 1.959963984540054


def wilson(part, whole):
    share = part / whole
    middle = (share + Z**2 / (2 * whole)) / (1 + Z**2 / whole)
    half = Z / (1 + Z**2 / whole) * np.sqrt(share * (1 - share) / whole + Z**2 / (4 * whole**2))
    return f"{middle - half:.3f} to {middle + half:.3f}"


@pytest.fixture
def written(tmp_path):
    def write(report):
        path = tmp_path / "page.html"
        path.write_text(page(report, title="Test"), "utf-8")
        return path

    return write


def test_a_page_begins_with_the_numbers_of_the_report(written):
    report = binary()
    shown = browse(written(report))
    parts = shown.parts("label-1")
    for value in report.operating_points[0].metrics:
        assert parts[value.name] == f"{value.value:.3f}"
        assert parts[f"{value.name}-interval"] == f"{value.low:.3f} to {value.high:.3f}"
    assert 'role="status" hidden' in shown.text
    assert shown.complaints == []


def test_a_moved_threshold_gives_the_numbers_of_numpy(written):
    shown = browse(written(binary()), "#threshold=0.3&prevalence=0.05")
    parts = shown.parts("label-1")
    targets, scores = cases()
    threshold = min(scores[scores >= 0.3].min(), 0.32)  # 0.32 is an edge of the bins
    tp, fp, fn, tn = count(targets, scores, 0.3)
    assert parts["threshold"] == f"{threshold:.4g}"
    assert [parts[name] for name in ("tp", "fp", "fn", "tn")] == [str(n) for n in (tp, fp, fn, tn)]
    for name, part, whole in (
        ("sensitivity", tp, tp + fn),
        ("specificity", tn, tn + fp),
        ("ppv", tp, tp + fp),
        ("npv", tn, tn + fn),
    ):
        assert parts[name] == f"{part / whole:.3f}"
        assert parts[f"{name}-interval"] == wilson(part, whole)
        assert parts[f"{name}-n"] == str(whole)
    hit, alarm = tp / (tp + fn), fp / (fp + tn)
    logit = np.log(hit * 0.05 / (alarm * 0.95))
    spread = Z * np.sqrt((1 - hit) / hit / (tp + fn) + (1 - alarm) / alarm / (fp + tn))
    ends = [1 / (1 + np.exp(-(logit + move))) for move in (0, -spread, spread)]
    assert parts["ppv-at"] == f"{ends[0]:.3f}"
    assert parts["ppv-at-interval"] == f"{ends[1]:.3f} to {ends[2]:.3f}"
    right = 0.95 * (1 - alarm)
    assert parts["npv-at"] == f"{right / (right + 0.05 * (1 - hit)):.3f}"
    assert "optimistic" in parts["state"]
    assert "too narrow" in parts["state"]
    assert 'role="status" hidden' not in shown.text
    assert f'id="label-1-roc-marker" cx="{100 * alarm:.10f}'[:-1] in shown.text
    assert shown.complaints == []


def test_a_link_names_its_label_whatever_it_is_called(written):
    shown = browse(written(multilabel()), f"#threshold[{quote(NASTY)}]=0.7")
    targets, scores = cases()
    at_start, moved = count(targets, scores, 0.5), count(targets, scores, 0.7)
    tp = [shown.parts(f"label-{n}")["tp"] for n in range(1, 6)]
    assert tp == [str(at_start[0])] * 3 + [str(moved[0])] + [str(at_start[0])]
    folded = [shown.text.partition(f'<section id="label-{n}">')[2][:200] for n in range(1, 6)]
    assert ['<details open="">' in text for text in folded] == [True, False, False, True, False]
    assert shown.complaints == []


def test_ends_of_the_slider_have_no_number_that_does_not_exist(written):
    parts = browse(written(binary()), "#threshold=2").parts("label-1")
    assert parts["threshold"] == "above every score"
    assert (parts["tp"], parts["fp"]) == ("0", "0")
    assert (parts["ppv"], parts["ppv-interval"], parts["ppv-at-interval"]) == ("-", "-", "-")
    assert parts["specificity"] == "1.000"


def test_what_would_be_fetched_is_stopped_and_noticed(written):
    """The law above cannot hold for want of a network: a page that asks for one is noticed."""
    path = written(binary())
    text = path.read_text("utf-8").replace("</main>", '<img src="http://localhost:9/x.png"></main>')
    path.write_text(text.replace("</body>", "<script>alert(1)</script></body>"), "utf-8")
    complaints = browse(path).complaints
    assert any("img-src" in line or "default-src" in line for line in complaints)
    assert any("script-src" in line for line in complaints)
