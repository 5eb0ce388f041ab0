"""What the page is made of: axes, counts by threshold, forests, checklists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from render.html.reports import EVERY, binary, cases, count, point

from radzoo.core.predictions import Predictions
from radzoo.core.report_values import Curve
from radzoo.render.html.checklist import checklist
from radzoo.render.html.checklists import load_checklists
from radzoo.render.html.flow import group_reason
from radzoo.render.html.forest import find_forests
from radzoo.render.html.label_section import draw_curves
from radzoo.render.html.plot import MOST_TICKS, Scale, round_out, steps
from radzoo.render.html.thresholds import count_points, make_slider
from radzoo.render.html.value_plots import still_at_risk
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions


@pytest.mark.parametrize(
    ("scale", "ticks"),
    [
        (Scale("x"), ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (Scale("x", percent=True), ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]),
        (Scale("x", -0.1, 0.1, percent=True, mirrored=True), ["10 %", "5 %", "0 %", "5 %", "10 %"]),
        (Scale("x", 0, 1825), ["0", "500", "1000", "1500"]),
        (Scale("x", -3.1, 2.9), ["-3", "-2", "-1", "0", "1", "2"]),
    ],
)
def test_ticks_are_round(scale, ticks):
    assert [text for _, text in scale.ticks] == ticks


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_lie_on_the_axis_in_order(low, span):
    places = [place for place, _ in Scale("x", low, low + span).ticks]
    assert 1 <= len(places) <= MOST_TICKS + 1
    assert places == sorted(places)
    assert all(0 <= place <= 1 for place in places)


@given(st.lists(st.floats(-1e6, 1e6), max_size=5))
def test_an_axis_holds_its_values(values):
    axis = round_out("x", values)
    assert axis.low < axis.high
    assert all(axis.low < value < axis.high for value in values)


def test_steps_hold_until_the_next_point():
    assert steps([0, 1, 3], [1.0, 0.8, 0.5]) == ([0, 1, 1, 3, 3], [1.0, 1.0, 0.8, 0.8, 0.5])


def test_counts_of_the_slider_are_those_of_the_cases():
    targets, scores = cases()
    report = binary()
    slider = make_slider(report, "Edema")
    points = slider.data["points"]
    assert points[0] == (None, 0, 0)
    for threshold, tp, fp in points[1::37]:
        assert (tp, fp) == count(targets, scores, threshold)[:2]
    assert points[slider.start][0] == 0.5
    assert {0.0, 0.04, 0.96} < {one[0] for one in points}
    assert slider.clustered
    assert slider.data["z"] == pytest.approx(1.959964, abs=1e-6)


def test_the_threshold_of_the_report_is_among_the_points_once():
    targets, scores = cases(40)
    here = point("Edema", targets, scores, threshold=0.123)
    n, m = int(targets.sum()), int((targets == 0).sum())
    curve = Curve(label="Edema", x=[0, 1 / m, 1], y=[0, 1 / n, 1], thresholds=[None, 0.9, 0.1])
    counted = (here.true_positive, here.false_positive)
    assert count_points(curve, here) == [(None, 0, 0), (0.9, 1, 1), (0.123, *counted), (0.1, n, m)]
    at_a_score = here.model_copy(update={"threshold": 0.9})
    assert [one[0] for one in count_points(curve, at_a_score)] == [None, 0.9, 0.1]


def test_a_forest_has_no_value_where_nothing_can_be_judged():
    site, sex = find_forests(binary(), "Edema")
    assert [row.value and row.value.value for row in site.rows] == [0.86, 0.79, None]
    assert site.rows[2].at is None
    assert 0 < site.rows[1].low < site.rows[1].at < site.rows[0].at < site.rows[0].high < 100
    assert [gap.by for gap in sex.gaps] == ["sex"]


@pytest.mark.parametrize(("time", "n"), [(0, 10), (1, 8), (1.5, 5), (2, 5), (3, 1), (3.1, None)])
def test_who_is_at_risk(time, n):
    assert still_at_risk([1, 2, 3], [8, 5, 1], 10, time) == n


def test_precision_is_compared_with_the_share_of_a_class():
    curve = Curve(label="A", x=[0, 0.5, 1], y=[1, 0.8, 1 / 3])
    of_class = EVERY["multiclass"]().model_copy(update={"pr": [curve]})
    (plot,) = draw_curves(of_class, "A", "label-1")
    assert plot.lines[0].points == "0.00,66.67 100.00,66.67"
    assert "dashed" in plot.caption
    bare = of_class.model_copy(update={"metrics": of_class.metrics[:2]})
    (plot,) = draw_curves(bare, "A", "label-1")
    assert len(plot.lines) == 1
    assert "dashed" not in plot.caption + plot.alt


def test_equal_reasons_fall_together():
    assert group_reason("missing slices (3 of 40)") == "missing slices"
    assert group_reason("no image (again)") == "no image (again)"


def test_checklists_are_whole():
    lists = load_checklists()
    claim = [item.number for item in lists["CLAIM 2024"]]
    assert claim == [str(n) for n in range(1, 45)]
    tripod = [item.number for item in lists["TRIPOD+AI"]]
    assert len(tripod) == len(set(tripod)) == 44
    for items in lists.values():
        for item in items:
            assert item.parts or item.write
            assert item.asks


def test_a_checklist_claims_only_what_the_report_has():
    full, bare = checklist(binary()), checklist(EVERY["regression"]())
    filled = {
        name: {one.item.number: one.filled for one in answers["TRIPOD+AI"]}
        for name, answers in (("full", full), ("bare", bare))
    }
    assert filled["full"]["24"] == "yes"
    assert filled["bare"]["24"] == "no"
    assert filled["full"]["10"] == "partly"
    assert filled["bare"]["10"] == "no"
    assert filled["bare"]["23a"] == "yes"
    failures = {one.item.number: one for one in bare["CLAIM 2024"]}["39"]
    assert (failures.filled, failures.where) == ("no", [])
    assert failures.write
    shown = checklist(binary(), further=frozenset({"gallery"}))["CLAIM 2024"]
    assert next(one for one in shown if one.item.number == "39").filled == "partly"


def test_the_slider_of_an_evaluation_counts_its_cases():
    targets, scores = cases(150)
    names = tuple(f"c{row}" for row in range(150))
    predictions = Predictions(("Edema",), names, names, targets[:, None], scores[:, None])
    report = evaluate_predictions(predictions, EvaluateOptions(n_boot=0, threshold="youden"))
    slider = make_slider(report, "Edema")
    for threshold, tp, fp in slider.data["points"][1:]:
        assert (tp, fp) == count(targets, scores, threshold)[:2]
    assert len(slider.data["points"]) > 25
    assert not slider.clustered
