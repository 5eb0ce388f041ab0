import re
import sys

import numpy as np
import pytest

from radzoo.core.errors import EnvironmentFailure
from radzoo.core.predictions import Predictions
from radzoo.core.report import MetricValue
from radzoo.core.report_parts import Subgroup
from radzoo.core.report_tasks import Agreement, Confusion, SurvivalCurve, SurvivalGroups
from radzoo.render.figures import FORMATS, draw_figures
from radzoo.render.figures.draw import name_files
from radzoo.workflows.evaluation.evaluate import evaluate_predictions
from radzoo.workflows.evaluation.options import EvaluateOptions


def value(name, number, label="Mass", half=0.05):
    return MetricValue(
        name=name, label=label, value=number, low=number - half, high=number + half, level=0.95,
        method="wilson", n=60,
    )  # fmt: skip


@pytest.fixture(scope="module")
def report():
    rows = np.arange(120)
    targets = (rows % 3 == 0).astype(float)
    scores = np.clip((rows * 37 % 100) / 130 + 0.2 * targets, 0, 1)
    names = tuple(map(str, rows))
    predictions = Predictions(("Mass",), names, names, targets[:, None], scores[:, None])
    options = EvaluateOptions(n_boot=20, decision_thresholds=(0.1, 0.3))
    return evaluate_predictions(predictions, options)


@pytest.fixture(scope="module")
def others(report):
    groups = [
        Subgroup(by="site", group="<b>&A", label="Mass", n=60, n_positive=20, judged=True,
                 metrics=[value("auroc", 0.8)]),
        Subgroup(by="site", group="B", label="Mass", n=4, n_positive=1, judged=False,
                 note="1 positive case", metrics=[]),
    ]  # fmt: skip
    curve = SurvivalCurve(
        group="high", n=9, n_events=2, times=[0, 1, 4], survival=[1, 0.8, 0.6], low=[1, 0.6, 0.3],
        high=[1, 0.9, 0.8],
    )  # fmt: skip
    return report.model_copy(update={
        "subgroups": groups,
        "confusion": Confusion(classes=["a", "b$^x"], counts=[[3, 1], [0, 0]]),
        "agreement": [Agreement(
            label="Mass", n=3, bias=value("bias", 1.0), lower_limit=value("lower", -2.0),
            upper_limit=value("upper", 4.0), means=[1, 2, 3], differences=[0, 1, 2],
        )],
        "survival": [SurvivalGroups(label="Mass", cut="at the median", censored=0.5,
                                    curves=[curve], log_rank_p=0.0001)],
    })  # fmt: skip


def test_every_part_of_a_report_has_its_figure(others):
    names = {name for name, _ in draw_figures(others, ["svg"])}
    assert names >= {
        "roc.svg", "precision-recall.svg", "reliability.svg", "scores.svg", "decision-curve.svg",
        "subgroups-auroc.svg", "bland-altman.svg", "survival.svg", "confusion.svg",
    }  # fmt: skip


def test_files_are_what_they_say_and_the_same_every_time(report):
    small = report.model_copy(update={"pr": [], "calibration": {}, "distributions": []})
    first = dict(draw_figures(small, FORMATS))
    assert first["roc.svg"].startswith(b"<?xml")
    assert first["roc.pdf"].startswith(b"%PDF")
    assert first["roc.png"].startswith(b"\x89PNG")
    # 3.5 inches at 300 dpi.
    assert int.from_bytes(first["roc.png"][16:20], "big") == 1050
    assert dict(draw_figures(small, FORMATS)) == first


def test_the_figure_says_the_number_of_the_report(report):
    (svg,) = [content for name, content in draw_figures(report, ["svg"]) if name == "roc.svg"]
    auroc = next(one for one in report.metrics if one.name == "auroc")
    words = re.sub(r"<[^>]+>", "", svg.decode())
    assert f"Mass: AUROC {auroc.value:.3f} ({auroc.low:.3f} to {auroc.high:.3f})" in words


def test_names_are_drawn_literally(others):
    figures = dict(draw_figures(others, ["svg"]))
    assert b"&lt;b&gt;&amp;A" in figures["subgroups-auroc.svg"]
    assert b"cannot judge" in figures["subgroups-auroc.svg"]


def test_files_of_labels_are_told_apart():
    assert name_files(["Mass"]) == {"Mass": ""}
    names = name_files(["Pleural Effusion", "pleural/effusion", "ÄÖ", "../x"])
    assert list(names.values()) == ["-pleural-effusion", "-pleural-effusion-2", "-3", "-x"]


def test_without_matplotlib_the_package_is_named(report, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(EnvironmentFailure) as error:
        list(draw_figures(report, ["svg"]))
    assert "matplotlib" in str(error.value)
