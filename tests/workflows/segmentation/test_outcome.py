"""What is kept of masks: files, tables that can be read again, and the numbers they give."""

import numpy as np
import pytest
from mask_phantoms import draw_pictures
from PIL import Image

from radzoo.core.case import Case, Refused
from radzoo.core.errors import InputError
from radzoo.core.mask_pairs import read_mask_pairs
from radzoo.core.report_tasks import MaskCase
from radzoo.core.segmentation import SegmentationPlan, Structure
from radzoo.workflows.evaluation.masks import evaluate_masks
from radzoo.workflows.run.folder import RunFolder
from radzoo.workflows.segmentation.folds import mask_headline
from radzoo.workflows.segmentation.mask_names import name_files
from radzoo.workflows.segmentation.mask_output import choose_format, number_classes
from radzoo.workflows.segmentation.outcome import keep_masks, options_of
from radzoo.workflows.segmentation.segmented import PackedMask, Segmented, SegmentedCase

PLAN = SegmentationPlan(
    dimensions=2, structures=[Structure(number=3, name="disc")], size=(32, 32), patch=(32, 32),
    batch_size=2, normalisation="none",
)  # fmt: skip


def test_masks_are_measured_as_they_were_written(tmp_path):
    rows = draw_pictures(tmp_path, 3, value=3)
    cases = [
        Case(
            row["case_id"], tmp_path / row["path"], {}, patient_id="p", mask=tmp_path / row["mask"]
        )
        for row in rows
    ]
    found = []
    for at, case in enumerate(cases):
        with Image.open(case.mask) as mask:
            classes = (np.asarray(mask) > 0).astype(np.uint8)
        classes[:20] *= at != 1  # of the second case the upper half is missed
        found.append(SegmentedCase(case, PackedMask.pack(classes)))
    run, options = RunFolder(tmp_path / "run"), options_of(0, PLAN)
    said = Segmented(tuple(found), (Refused("gone", "unreadable: it is"),))
    measured = keep_masks(run, "test", said, PLAN, "model", options)
    dice = [case.values["dice"] for case in measured.cases]
    assert (dice[0], dice[2]) == (1, 1)
    assert 0.4 < dice[1] < 0.95
    assert measured.refused == [Refused("gone", "unreadable: it is")]
    pairs = read_mask_pairs(run.path / "pairs-test.csv")
    assert [pair.case_id for pair in pairs] == ["c0", "c1", "c2", "gone"]
    with Image.open(pairs[0].prediction) as mask:
        assert set(np.unique(np.asarray(mask))) == {0, 3}
    again = evaluate_masks(run.path / "pairs-test.csv", options).report
    assert again.masks.cases == measured.cases
    assert mask_headline(measured.cases).value == pytest.approx(np.mean(dice))


def test_numbers_are_those_that_were_declared():
    several = [
        Structure(number=5, name="a"), Structure(number=2, name="b"), Structure(number=9, name="a"),
    ]  # fmt: skip
    assert number_classes(np.array([0, 1, 2], np.uint8), several, white=False).tolist() == [0, 5, 2]
    every = [Structure(number=0, name="all")]
    assert number_classes(np.array([0, 1], np.uint8), every, white=False).tolist() == [0, 1]
    assert number_classes(np.array([0, 1], np.uint8), every, white=True).tolist() == [0, 255]


def test_a_volume_is_no_picture():
    volume = PackedMask.pack(np.zeros((3, 4, 5), np.uint8), np.eye(4))
    assert choose_format(None, volume) == "nifti"
    with pytest.raises(InputError, match="one picture"):
        choose_format("png", volume)


def test_names_of_files_are_safe_and_hold_no_patient():
    cases = [
        Case("a/b/scan one.nii.gz", "x", {}), Case("b/Scan one.nii", "x", {}),
        Case("x/smith-2.png", "x", {}, patient_id="SMITH"), Case("../..", "x", {}),
        Case("a\\c.dcm", "x", {}, patient_id="77"),
    ]  # fmt: skip
    assert name_files(cases) == [
        "scan_one", "Scan_one-00002", "case-00003", "case-00004", "c",
    ]  # fmt: skip


def test_the_headline_is_the_mean_over_structures():
    cases = [
        MaskCase(case_id="1", label="a", values={"dice": 0.5}),
        MaskCase(case_id="2", label="a", values={"dice": 0.7}),
        MaskCase(case_id="1", label="b", values={"dice": 0.9}),
        MaskCase(case_id="1", label="c", values={"dice": None}),
    ]
    found = mask_headline(cases)
    assert found.value == pytest.approx(0.75)
    assert (found.label, found.n, found.low) == ("mean of 2 structures", 2, None)
    assert found.note == "1 of 3 structures have no pair of masks"
