"""Whole images through a network that sees what is bright: the mask comes back on their grid."""

from dataclasses import replace

import nibabel
import numpy as np
import pytest
import torch
from PIL import Image
from volumes import write_series

from radzoo.core.case import Case, Refused
from radzoo.core.entry import PlaneInput
from radzoo.core.segmentation import SegmentationPlan, Structure
from radzoo.data.guard import Guard
from radzoo.data.prepared import Working
from radzoo.models.device import Engine
from radzoo.workflows.evaluation.mask_files import measure_pairs
from radzoo.workflows.segmentation.infer import (
    Inference,
    Segmenter,
    segment_case,
    segment_cases,
)
from radzoo.workflows.segmentation.mask_output import make_pair, write_case

CPU = Engine(torch.device("cpu"), amp=False)
ORGAN = (Structure(number=7, name="organ"),)


class Bright(torch.nn.Module):
    """Says how far a value lies above 500."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor(0.01))

    def forward(self, image):
        above = (image[:, :1] - 500) * self.weight
        return torch.cat([-above, above], dim=1)


def plan_of(dimensions, patch, spacing=None):
    return SegmentationPlan(
        dimensions=dimensions, structures=list(ORGAN), spacing_mm=spacing, size=patch,
        patch=patch, batch_size=2, normalisation="ct", low=0, high=1000, intensity="range",
    )  # fmt: skip


VOLUMES = Segmenter(Bright(), plan_of(3, (16, 16, 16), (1.5, 1.0, 1.2)))


def ball(affine, shape):
    """Values that fall from 1000 to 0 across the surface of a ball of 14 mm, off the middle."""
    places = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), -1) @ affine[:3, :3].T
    away = np.linalg.norm(places - places.reshape(-1, 3).mean(0) - (2, -3, 1), axis=-1)
    return 1000 / (1 + np.exp((away - 14) / 1.5))


def turned(degrees, *, flip=False):
    """An affine with odd steps, turned about two axes, perhaps with one axis the other way."""
    a = np.radians(degrees)
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_x = about_z[[2, 0, 1]][:, [2, 0, 1]]
    affine = np.eye(4)
    affine[:3, :3] = about_z @ about_x @ np.diag([-0.83 if flip else 0.83, 1.1, 2.3])
    affine[:3, 3] = (13, -40, 5)
    return affine


def segment_and_measure(cases, references, folder, segmenters=(VOLUMES,)):
    """Write what was found as files; gives them, and the Dice of each against its reference."""
    found = list(segment_cases(segmenters, cases, CPU, Inference(), workers=1))
    pairs = []
    with Guard(1) as guard:
        for at, (one, case, truth) in enumerate(zip(found, cases, references, strict=True)):
            stem = folder / f"out{at}"
            path = write_case(stem, one, ORGAN, guard, wanted=None, model="test")
            pair = make_pair(case, path, ORGAN, folder)
            pairs.append(replace(pair, reference=truth, prediction=path))
    measured = measure_pairs(pairs, (), 1.0, workers=1)
    return [pair.prediction for pair in pairs], [one.cases[0].values["dice"] for one in measured]


AFFINES = (turned(0), turned(0, flip=True), turned(17), turned(80, flip=True))


@pytest.fixture(scope="module")
def nifti(tmp_path_factory):
    """Straight, flipped, oblique, swapped and flipped volumes with their masks."""
    folder = tmp_path_factory.mktemp("nifti")
    cases = []
    for at, affine in enumerate(AFFINES):
        values = ball(affine, (40, 36, 17)).astype(np.float32)
        nibabel.save(nibabel.Nifti1Image(values, affine), folder / f"image{at}.nii")
        truth = (7 * (values > 500)).astype(np.uint8)
        nibabel.save(nibabel.Nifti1Image(truth, affine), folder / f"truth{at}.nii")
        cases.append(Case(str(at), folder / f"image{at}.nii", {}))
    return cases, [folder / f"truth{at}.nii" for at in range(len(AFFINES))]


def test_nifti_volumes_come_back_on_their_own_voxels(tmp_path, nifti):
    paths, dice = segment_and_measure(*nifti, tmp_path)
    assert min(dice) > 0.98
    for path, truth, affine in zip(paths, nifti[1], AFFINES, strict=True):
        again, wanted = nibabel.load(path), np.asarray(nibabel.load(truth).dataobj) > 0
        np.testing.assert_allclose(again.affine, affine, atol=1e-5)
        labels = np.asarray(again.dataobj)
        assert set(np.unique(labels)) == {0, 7}
        assert 2 * (labels[wanted] > 0).sum() / ((labels > 0).sum() + wanted.sum()) > 0.98


def test_networks_of_other_grids_are_averaged_where_the_image_is(tmp_path, nifti):
    other = Segmenter(Bright(), plan_of(3, (16, 16, 16), (1.0, 1.3, 0.9)))
    cases, truths = nifti
    _, dice = segment_and_measure(cases[2:3], truths[2:3], tmp_path, (VOLUMES, other))
    assert dice[0] > 0.98


def test_a_dicom_series_comes_back_on_its_own_voxels(tmp_path):
    affine = np.diag([2.0, 0.7, 0.5, 1.0])
    values = ball(affine, (20, 50, 60))
    stored = (values + 1024).astype(np.int16)
    write_series(tmp_path / "series", stored, step=2.0, StudyInstanceUID="1.2.9")
    case = Case("a", tmp_path / "series", {})
    (found,) = segment_cases([VOLUMES], [case], CPU, Inference(), workers=1)
    labels = found.mask.open()
    truth = values > 500
    assert labels.shape == truth.shape
    both = 2 * ((labels > 0) & truth).sum() / ((labels > 0).sum() + truth.sum())
    assert both > 0.98

    # As DICOM SEG its segments count from 1, and its names say which structure is meant.
    pytest.importorskip("highdicom")
    with Guard(1) as guard:
        paths = [
            write_case(tmp_path / "out", found, ORGAN, guard, wanted=kind, model="test")
            for kind in ("seg", "nifti")
        ]
    pair = make_pair(case, paths[0], ORGAN, tmp_path)
    pair = replace(pair, reference=paths[1], prediction=paths[0])
    (measured,) = measure_pairs([pair], (), 1.0, workers=1)
    assert [(one.label, one.values["dice"]) for one in measured.cases] == [("organ", 1.0)]


def picture_case(folder, shape):
    values = ball(np.diag([0.4, 0.4, 1.0, 1]), (*shape, 1))[..., 0]
    Image.fromarray((values / 4).astype(np.uint8)).save(folder / "image.png")
    Image.fromarray((7 * (values > 500)).astype(np.uint8)).save(folder / "truth.png")
    return Case("a", folder / "image.png", {})


@pytest.mark.parametrize("fit", ["pad", "squash", "crop"])
def test_a_picture_comes_back_on_its_own_pixels(tmp_path, fit):
    case = picture_case(tmp_path, (131, 97))
    contract = PlaneInput(
        channels=3, size=64, value_range=(0.0, 1020.0), mean=[0, 0, 0], std=[1, 1, 1], fit=fit
    )
    plan = plan_of(2, (32, 32)).model_copy(update={"normalisation": "none"})
    segmenter = Segmenter(Bright(), plan, contract, 3, Working(64, fit))
    (found,) = segment_cases([segmenter], [case], CPU, Inference(), workers=1)
    labels = found.mask.open() > 0
    with Image.open(tmp_path / "truth.png") as picture:
        truth = np.asarray(picture) > 0
    assert labels.shape == truth.shape == (131, 97)
    assert 2 * (labels & truth).sum() / (labels.sum() + truth.sum()) > 0.98


def test_small_pieces_go_and_the_largest_stays(tmp_path):
    affine = np.diag([1.0, 1.0, 1.0, 1.0])
    values = np.zeros((30, 30, 30), np.float32)
    values[2:12, 2:12, 2:12] = 1000  # 1 mL
    values[20:25, 20:25, 20:25] = 1000  # 0.125 mL
    nibabel.save(nibabel.Nifti1Image(values, affine), tmp_path / "image.nii")
    case = Case("a", tmp_path / "image.nii", {})
    plan = plan_of(3, (16, 16, 16))
    segmenter = Segmenter(Bright(), plan, mirrored=(0, 1, 2))
    with Guard(1) as guard:
        answer = guard.ask(segmenter.request(case))
    for how, n in (
        (Inference(), 1125), (Inference(keep_largest=True), 1000),
        (Inference(min_volume_ml=0.2), 1000), (Inference(min_volume_ml=0.1), 1125),
        (Inference(flips=True, overlap=0.25), 1125),
    ):  # fmt: skip
        assert segment_case([segmenter], answer, CPU, how).open().sum() == n


def test_an_unreadable_image_is_refused_and_the_others_are_not(tmp_path):
    (tmp_path / "broken.nii").write_bytes(b"no image")
    affine = np.eye(4)
    nibabel.save(
        nibabel.Nifti1Image(np.zeros((16, 16, 16), np.float32), affine), tmp_path / "a.nii"
    )
    cases = [Case("x", tmp_path / "broken.nii", {}), Case("a", tmp_path / "a.nii", {})]
    broken, whole = segment_cases([VOLUMES], cases, CPU, Inference(), workers=1)
    assert isinstance(broken, Refused)
    assert broken.case_id == "x"
    assert whole.mask.shape == (16, 16, 16)
