"""Outlines of the worst masks: the right slice, the right colours, and nothing unasked."""

import io

import nibabel
import numpy as np
import pytest
from PIL import Image

from radzoo.core.mask_pairs import MaskPair, read_mask_pairs, write_mask_pairs
from radzoo.core.report_tasks import MaskCase, MaskCases
from radzoo.workflows.evaluation.mask_gallery import NO_IMAGE, make_overlays
from radzoo.workflows.evaluation.outlines import (
    BOTH_COLOUR,
    PREDICTION_COLOUR,
    REFERENCE_COLOUR,
    draw_outlines,
    outline,
)


def colours(png):
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).reshape(-1, 3)
    return {tuple(map(int, one)) for one in pixels}, Image.open(io.BytesIO(png)).size


def test_both_outlines_are_drawn_and_square_voxels_stay_square():
    mask = np.zeros((60, 60), bool)
    mask[20:40, 20:40] = True
    seen, size = colours(draw_outlines(np.zeros((60, 60)), mask, mask))
    assert BOTH_COLOUR in seen
    assert PREDICTION_COLOUR not in seen
    assert size[0] == size[1]
    seen, size = colours(draw_outlines(np.zeros((60, 60)), mask, np.roll(mask, 3, 0), (2.0, 1.0)))
    assert {REFERENCE_COLOUR, PREDICTION_COLOUR, BOTH_COLOUR} <= seen
    assert size[1] / size[0] == pytest.approx(2 * 46 / 40, rel=0.15)


def test_an_outline_is_the_two_outermost_pixels():
    mask = np.zeros((9, 9), bool)
    mask[1:8, 1:8] = True
    assert outline(mask).sum() == 49 - 9
    assert not outline(mask)[4, 4]


@pytest.fixture
def volume(tmp_path):
    """A volume of 8 slices whose masks differ in one voxel of slice 2 and ten of slice 6."""
    affine = np.diag([-1.0, -1.0, 2.0, 1.0])  # NIfTI counts to the right: this is LPS as it is
    truth, found = np.zeros((20, 20, 8), np.uint8), np.zeros((20, 20, 8), np.uint8)
    truth[5:15, 5:15] = found[5:15, 5:15] = 2
    found[5, 5, 1] = 0
    found[5:15, 5, 5] = 0
    values = np.random.default_rng(0).normal(size=truth.shape).astype(np.float32)
    for name, array in (("image", values), ("mask", truth), ("found", found)):
        nibabel.save(nibabel.Nifti1Image(array, affine), tmp_path / f"{name}.nii")
    return tmp_path


def overlays_of(folder, **more):
    pair = MaskPair(
        "patient-7", "p", folder / "mask.nii", folder / "found.nii", image=folder / "image.nii",
        structures=((2, "organ"),),
    )  # fmt: skip
    write_mask_pairs(folder / "pairs.csv", [pair])
    (again,) = read_mask_pairs(folder / "pairs.csv")
    assert again == pair
    case = MaskCase(case_id="patient-7", label="organ", values={"dice": 0.9})
    masks = MaskCases(tolerance_mm=1, empty={}, worst=[case], cases=[case])
    return make_overlays(masks, [again], **more)


def test_the_slice_that_differs_most_is_shown(volume):
    (one,) = overlays_of(volume, pictured=True)
    assert (one.slice, one.name, one.label, one.dice) == (6, "worst 1", "organ", 0.9)
    seen, _ = colours(one.png)
    assert {REFERENCE_COLOUR, PREDICTION_COLOUR, BOTH_COLOUR} <= seen
    assert "nobody says whether text is burned" in one.note


def test_no_picture_unasked_and_no_case_id_unasked(volume):
    assert overlays_of(volume) == []
    (one,) = overlays_of(volume, pictured=True, with_ids=True)
    assert one.name == "patient-7"


def test_a_pair_without_an_image_says_so(tmp_path):
    case = MaskCase(case_id="a", label="organ", values={})
    masks = MaskCases(tolerance_mm=1, empty={}, worst=[case], cases=[case])
    (one,) = make_overlays(masks, [MaskPair("a", "", None, None)], pictured=True)
    assert (one.png, one.note) == (None, NO_IMAGE)
