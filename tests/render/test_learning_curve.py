"""A learning curve fits 80 columns, and what is foretold is told apart from what was measured."""

import pytest
from rich.console import Console

from radzoo.core.learning_report import CurveMean, FittedLaw, LearningReport, Prediction
from radzoo.render.learning_curve import CURVE_COLUMNS, curve_rows, render_curve
from radzoo.render.rows import write_rows


@pytest.fixture
def report():
    return LearningReport(
        out="out", model="resnet18", task="binary", metric="auroc", level=0.95, n_test=1234,
        n_boot=100, points=[], law=FittedLaw(ceiling=0.95, drop=0.8, exponent=0.5),
        means=[
            CurveMean(share=0.1, n_patients=1000, n_repeats=3, value=0.8, low=0.7, high=0.9),
            CurveMean(share=1, n_patients=10_000, n_repeats=3, value=0.9, low=0.85, high=0.95),
        ],
        predictions=[
            Prediction(
                times=2, n_patients=20_000, value=0.92, low=0.8, high=0.97,
                gain=0.02, gain_low=-0.01, gain_high=0.05,
            )
        ],
        warnings=["no growth could be shown"],
    )  # fmt: skip


def draw(report):
    console = Console(width=80, record=True)
    console.print(render_curve(report))
    return console.export_text()


def test_nothing_is_cut_at_80_columns(report):
    text = draw(report)
    assert "…" not in text
    assert all(len(line) <= 80 for line in text.splitlines())
    for seen in ("patients", "of now", "10,000", "0.850 to 0.950", "20,000", "! no growth"):
        assert seen in text


def test_the_gain_has_its_sign_and_interval(report):
    assert "+0.020 (-0.010 to +0.050)" in " ".join(draw(report).split())


def test_every_interval_is_drawn_on_one_scale(report):
    lines = [line for line in draw(report).splitlines() if "●" in line]
    assert len(lines) == 3
    assert lines[0].index("●") < lines[1].index("●") < lines[2].index("●")


@pytest.mark.parametrize("output", ["csv", "md", "tex"])
def test_measured_and_foretold_are_told_apart_for_other_programs(report, output):
    text = write_rows(CURVE_COLUMNS, curve_rows(report), output)
    assert text.count("measured") == 2
    assert text.count("extrapolated") == 1
