import numpy as np
import pytest
from dicoms import make_dicom
from volumes import box, write_series

from radzoo.core.case import Case
from radzoo.data.guard import Guard, Request
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.message import open_mask, open_volume
from radzoo.export.dicom_seg import Algorithm
from radzoo.workflows.mask_writing import find_origin, write_mask

NAMES, MODEL = {1: "liver", 2: "spleen"}, Algorithm("m")


@pytest.fixture(scope="module")
def guard():
    with Guard(1) as guard:
        yield guard


def case_of(path, **options):
    return Case("c", path, {}, **options)


@pytest.mark.parametrize("form", ["nifti", "seg"])
def test_a_series_by_the_guard(tmp_path, guard, form):
    pytest.importorskip("highdicom")
    write_series(tmp_path / "ct", box(), StudyInstanceUID="1.2.9", orientation=(0, 1, 0, 0, 0, -1))
    case = case_of(tmp_path / "ct", parts=("001.dcm", "002.dcm", "003.dcm", "004.dcm"))
    volume = open_volume(guard.ask(Request("volume", case.path, parts=case.parts)))
    labels = (volume.values > 0).astype(np.uint16) + 1
    path = write_mask(
        tmp_path / "out" / "c.1",
        labels,
        NAMES,
        find_origin(guard, case),
        form=form,
        algorithm=MODEL,
    )
    assert path.name == ("c.1.nii.gz" if form == "nifti" else "c.1.seg.dcm")
    answer = guard.ask(Request("mask", path, image=case.path, parts=case.parts))
    np.testing.assert_array_equal(open_mask(answer).labels, labels)


def test_one_image_becomes_a_picture(tmp_path, guard):
    image = make_dicom(tmp_path / "cr.dcm", np.zeros((4, 5), np.uint8))
    labels = np.arange(20, dtype=np.uint16).reshape(4, 5)
    origin = find_origin(guard, case_of(image))
    path = write_mask(tmp_path / "c", labels, NAMES, origin, form="nifti", algorithm=MODEL)
    assert path.name == "c.png"
    np.testing.assert_array_equal(open_mask(guard.ask(Request("mask", path, image=image))).labels,
                                  labels)  # fmt: skip


def test_an_image_that_is_none(tmp_path, guard):
    (tmp_path / "x").write_bytes(b"no image")
    with pytest.raises(ImageRefused, match="unknown-format"):
        find_origin(guard, case_of(tmp_path / "x"))
