"""Masks in files to a report."""

import csv
import math

import nibabel
import numpy as np
import pytest
from PIL import Image

from radzoo.core.errors import InputError, RefusedError, UsageError
from radzoo.core.mask_values import read_mask_values, write_mask_values
from radzoo.workflows.evaluation.masks import evaluate_masks
from radzoo.workflows.evaluation.options import EvaluateOptions

OPTIONS = EvaluateOptions(tolerance_mm=1.0, n_boot=200)
SPACING = np.array([0.5, 0.5, 2.0])


def save_nifti(path, labels, affine=None):
    nibabel.save(
        nibabel.Nifti1Image(
            labels.astype(np.uint8), np.diag([*SPACING, 1]) if affine is None else affine
        ),
        path,
    )
    return path.name


def write_table(path, rows):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def block(first, last, number=1):
    labels = np.zeros((12, 10, 8), dtype=np.uint8)
    labels[first:last, 2:8, 2:6] = number
    return labels


def find(report, name, label="label_1"):
    return next(one for one in report.metrics if (one.name, one.label) == (name, label))


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Four good pairs (one of them a missed structure, one turned round), and three bad ones."""
    tmp_path = tmp_path_factory.mktemp("pairs")
    both = block(2, 8) + block(8, 10, 2)
    turned = np.flip(both, 0)
    affine = np.diag([-0.5, 0.5, 2, 1.0])
    affine[0, 3] = 11 * 0.5
    shifted = np.diag([*SPACING, 1])
    shifted[0, 3] = 0.2
    files = {
        "both": save_nifti(tmp_path / "both.nii.gz", both),
        "turned": save_nifti(tmp_path / "turned.nii.gz", turned, affine),
        "longer": save_nifti(tmp_path / "longer.nii", block(2, 9)),
        "one": save_nifti(tmp_path / "one.nii", block(2, 8)),
        "off": save_nifti(tmp_path / "off.nii", both, shifted),
        "small": save_nifti(tmp_path / "small.nii", both[:6]),
    }
    pairs = [("both", "turned"), ("both", "longer"), ("one", "one"), ("one", "longer")]
    pairs += [("both", "off"), ("both", "small")]
    rows = [
        {
            "case_id": f"c{at}",
            "patient_id": f"p{at % 3}",
            "mask": files[one],
            "prediction": files[other],
        }
        for at, (one, other) in enumerate(pairs)
    ]
    rows.append(
        {"case_id": "gone", "patient_id": "p9", "mask": files["one"], "prediction": "no.nii"}
    )
    return write_table(tmp_path / "pairs.csv", rows)


@pytest.fixture(scope="module")
def heard():
    return []


@pytest.fixture(scope="module")
def report(table, heard):
    return evaluate_masks(table, OPTIONS, warn=heard.append).report


def test_from_files_to_averages_worked_by_hand(report, heard):
    assert (report.task, report.n_cases, report.n_patients) == ("segmentation", 4, 3)
    assert report.labels == ["label_1", "label_2"]
    # 6 slabs against 6, 7, 6 and 7; a slab more is 0.5 mm of one end.
    dice = find(report, "dice")
    assert dice.value == pytest.approx((1 + 12 / 13 + 1 + 12 / 13) / 4)
    assert (dice.n, dice.method) == (4, "bca")
    assert find(report, "dice_median").value == pytest.approx((1 + 12 / 13) / 2)
    assert find(report, "hd95").value == pytest.approx(0.25)
    assert (find(report, "nsd").value, find(report, "nsd").at) == (1.0, 1.0)
    slab_ml = 6 * 4 * 0.5 * 0.5 * 2 / 1000
    assert report.agreement[0].bias.value == pytest.approx(slab_ml / 2)
    spread = slab_ml / math.sqrt(3)  # of 0, 1, 0, 1 slabs: sqrt(4 * 0.25 / 3)
    assert report.agreement[0].upper_limit.value == pytest.approx(
        slab_ml / 2 + 1.959964 * spread, rel=1e-6
    )
    assert heard
    assert heard[0].startswith("3 of 7 cases were refused")


def test_what_cannot_be_compared_is_refused_with_its_reason(report):
    assert report.n_refused == 3
    assert [
        (one.case_id, one.reason.partition(":")[2].split(":")[0].strip()) for one in report.refused
    ] == [
        ("c4", "mask-off-grid"),
        ("c5", "mask-size"),
        ("gone", "missing-file"),
    ]


def test_empty_masks_are_counted_and_in_no_average(report):
    assert report.masks.empty["label_2"] == {"both": 2, "reference": 0, "prediction": 1}
    assert report.masks.empty["label_1"] == {"both": 0, "reference": 0, "prediction": 0}
    assert (find(report, "dice", "label_2").value, find(report, "dice", "label_2").n) == (1.0, 1)
    # But a missed lesion is a missed lesion, and a missing volume is missing.
    assert find(report, "lesion_sensitivity", "label_2").value == 0.5
    assert find(report, "volume_difference_ml", "label_2").n == 2
    assert any("label_2: empty masks" in one for one in report.warnings)


def test_the_order_of_rows_does_not_matter(table, report):
    lines = table.read_text().splitlines()
    turned = table.with_name("turned.csv")
    turned.write_text("\n".join([lines[0], *lines[:0:-1]]) + "\n")
    second = evaluate_masks(turned, OPTIONS).report
    assert {(one.name, one.label): one for one in report.metrics} == {
        (one.name, one.label): one for one in second.metrics
    }


def test_values_of_cases_written_and_read_again_give_the_same_report(report, tmp_path):
    patients = {f"c{at}": f"p{at % 3}" for at in range(4)}
    again = tmp_path / "values.csv"
    write_mask_values(again, report.masks.cases, patients)
    read = evaluate_masks(again, OPTIONS).report
    assert {(one.name, one.label): one for one in read.metrics} == {
        (one.name, one.label): one for one in report.metrics
    }
    assert read.masks.empty == report.masks.empty


def test_values_of_another_program(tmp_path):
    rows = [
        {"case_id": str(at), "dice:liver": value, "hd95:liver": 3}
        for at, value in enumerate([0.9, 0.8, "", 0.7, 0.2])
    ]
    report = evaluate_masks(
        write_table(tmp_path / "v.csv", rows), EvaluateOptions(n_boot=200)
    ).report
    dice = find(report, "dice", "liver")
    assert (dice.value, dice.n) == (pytest.approx(0.65), 4)
    assert dice.low < 0.65 < dice.high
    assert find(report, "hd95", "liver").n == 5
    assert [one.case_id for one in report.masks.worst][:2] == ["4", "3"]
    assert report.masks.tolerance_mm is None


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"case_id": "a", "dice:liver": 91}], "line 2, column 'dice:liver'"),
        ([{"case_id": "a", "dise:liver": 0.91}], "neither the columns mask"),
        ([{"case_id": "a", "dice:x": 0.9}, {"case_id": "a", "dice:x": 0.8}], "same case_id"),
        ([{"case_id": "a", "dice:x": 0.9, "empty:x": "yes"}], "needed both, reference"),
    ],
)
def test_values_that_cannot_be_are_named_by_line(tmp_path, rows, message):
    with pytest.raises(InputError, match=message):
        read_mask_values(write_table(tmp_path / "v.csv", rows))


def test_pictures_have_a_spacing_only_by_the_table(tmp_path):
    pixels = np.zeros((20, 20), dtype=np.uint8)
    pixels[5:15, 5:15] = 255
    Image.fromarray(pixels).save(tmp_path / "true.png")
    Image.fromarray(np.roll(pixels, 1, 1) // 255).save(tmp_path / "said.png")
    row = {"case_id": "a", "mask": "true.png", "prediction": "said.png", "structures": "lung"}
    pairs = write_table(tmp_path / "pairs.csv", [row])
    report = evaluate_masks(pairs, OPTIONS).report
    # 255 here and 1 there, and all that is not 0 is the lung.
    assert find(report, "dice", "lung").value == pytest.approx(0.9)
    assert any("without a spacing" in one for one in report.warnings)
    write_table(pairs, [{**row, "spacing_mm": "0.5 0.2"}])
    report = evaluate_masks(pairs, OPTIONS).report
    assert find(report, "hd", "lung").value == pytest.approx(0.2)
    write_table(pairs, [{**row, "structures": ""}])
    assert any("nothing can agree" in one for one in evaluate_masks(pairs, OPTIONS).report.warnings)


def test_structures_name_and_join_numbers(tmp_path):
    save_nifti(tmp_path / "a.nii", block(2, 5) + block(5, 8, 2) + block(8, 9, 3))
    save_nifti(tmp_path / "b.nii", block(2, 8, 2))
    row = {"case_id": "a", "mask": "a.nii", "prediction": "b.nii", "structures": "1=whole,2=whole"}
    report = evaluate_masks(write_table(tmp_path / "pairs.csv", [row]), OPTIONS).report
    assert report.labels == ["whole"]
    assert find(report, "dice", "whole").value == 1.0
    assert any("no name among the structures" in one for one in report.warnings)


@pytest.mark.parametrize(
    ("row", "options", "error", "id_"),
    [
        ({}, EvaluateOptions(), UsageError, "no-tolerance"),
        ({}, EvaluateOptions(tolerance_mm=-1), UsageError, "bad-tolerance"),
        ({"structures": "1=a,1=b"}, OPTIONS, InputError, "bad-structures"),
        ({"structures": "a=1"}, OPTIONS, InputError, "bad-structures"),
        ({"spacing_mm": "0.5"}, OPTIONS, InputError, "bad-spacing"),
        ({}, OPTIONS, RefusedError, "too-many-refused"),
    ],
)
def test_mistakes_are_named(tmp_path, row, options, error, id_):
    pairs = write_table(tmp_path / "p.csv", [{"mask": "a.nii", "prediction": "b.nii", **row}])
    with pytest.raises(error) as caught:
        evaluate_masks(pairs, options)
    assert caught.value.id == id_


def test_a_slice_is_an_image_and_not_all_border(tmp_path):
    labels = np.zeros((12, 12, 1), dtype=np.uint8)
    labels[2:10, 2:10] = 1
    save_nifti(tmp_path / "a.nii", labels)
    save_nifti(tmp_path / "b.nii", np.roll(labels, 1, 0))
    row = {"case_id": "a", "mask": "a.nii", "prediction": "b.nii"}
    report = evaluate_masks(write_table(tmp_path / "pairs.csv", [row]), OPTIONS).report
    # Of 28 border pixels each 14 are shared; the others lie 0.5 mm off.
    assert find(report, "assd").value == pytest.approx(0.25)
    assert find(report, "area_difference_mm2").value == 0
