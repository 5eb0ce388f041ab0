"""What the page says of metrics of every task: families, names, explanations, an example gate."""

import numpy as np
from render.html import reports

from radzoo.core.mask_values import LIMITS
from radzoo.metrics.decisions.risk_coverage import selective_metrics
from radzoo.render import words
from radzoo.render.html import page
from radzoo.render.html.flow import find_flow
from radzoo.render.html.headline import example_gate, find_headlines
from radzoo.render.html.label_section import describe_labels
from radzoo.workflows.evaluation.gates import judge_gate, parse_gate
from radzoo.workflows.evaluation.mask_summary import SIZES, Structure, list_wanted


def families(report):
    """What stands under which heading in the table of the first label, and how it is explained."""
    (label, *_) = describe_labels(report)
    return {family: [one.name for one in values] for family, values in label.groups.items()}


def test_metrics_are_grouped_and_explained_as_those_of_their_task():
    report = reports.regression()
    slope = reports.value("calibration_slope", 0.97, "age")
    report = report.model_copy(update={"metrics": [*report.metrics, slope]})
    assert families(report) == {"Numbers": ["mae", "rmse", "ccc", "calibration_slope"]}
    text = page(report, title="x")
    assert "grades" not in text
    assert "how much the true number rises" in text


def test_metrics_of_masks_are_named_grouped_and_explained():
    names = ("dice", "dice_median", "hd95", "hd95_median", "hd", "nsd", "iou_median", "sensitivity",
             "volume_difference_ml", "relative_area_difference", "lesion_sensitivity")  # fmt: skip
    report = reports.segmentation()
    metrics = [reports.value(name, 0.5, "liver", n=58) for name in names]
    report = report.model_copy(update={"metrics": metrics})
    assert families(report) == {
        "Overlap": ["dice", "dice_median", "iou_median", "sensitivity"],
        "Surface distance": ["hd95", "hd95_median", "hd", "nsd"],
        "Volume": ["volume_difference_ml", "relative_area_difference"],
        "Lesions": ["lesion_sensitivity"],
    }
    titles = [words.title_of(name) for name in names]
    assert titles[3:5] == ["HD95, median (mm)", "HD (mm)"]
    assert titles[6] == "IoU, median"
    assert titles[8] == "Volume difference (mL)"
    assert "voxels that the prediction has" in words.explain_metric("sensitivity", "segmentation")
    assert words.explain_metric("dice_median", "segmentation").endswith("median over cases")
    assert "diseased" not in page(report, title="x")


def test_every_average_of_masks_has_words():
    columns = {name: np.ones(2) for name in LIMITS}
    columns |= {f"{size}_difference_{unit}": np.ones(2) for size, unit in SIZES}
    for wanted in list_wanted(Structure("liver", columns, None)):
        assert words.explain_metric(wanted.name, "segmentation")
        assert words.family_of(wanted.name, "segmentation") != "Other"


def test_an_empty_mask_is_not_counted_though_its_lesions_are():
    report = reports.segmentation()
    lesions = reports.value("lesion_sensitivity", 0.8, "liver", n=60)
    report = report.model_copy(update={"metrics": [lesions, *report.metrics]})
    (liver, _) = find_flow(report).labels
    assert (liver.left_out, liver.counted) == (2, 58)


def test_the_example_of_a_gate_is_about_a_number_of_the_task():
    def example(report):
        return example_gate(report, find_headlines(report))

    assert example(reports.binary(gates=[])) == "auroc.low < 0.80"
    assert example(reports.regression()) == "mae.high > 8.1"
    assert example(reports.segmentation()) == "dice.low < 0.80"
    for make in (reports.binary, reports.regression, reports.segmentation):
        assert (judge_gate(make(), parse_gate(example(make()))).observed or 0) > 0


def test_selective_prediction_and_sets_are_explained():
    assert all(words.explain_metric(one.name, "binary") for one in selective_metrics())
    text = page(reports.binary(), title="x")
    assert "LAC takes every class" in text
