"""Where voxels lie in their file, as a child of the guard tells it."""

import numpy as np
import pytest
from dicoms import make_dicom
from volumes import box, write_series

from radzoo.core.orientation import find_turn
from radzoo.data.guard import Guard, Request
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume.message import open_volume
from radzoo.data.volume.origin import OF_PATIENT, open_origin


@pytest.fixture(scope="module")
def guard():
    with Guard(1) as guard:
        yield guard


def test_a_series(tmp_path, guard):
    stored = box()
    write_series(
        tmp_path / "ct", stored, orientation=(0, 1, 0, 0, 0, -1), PatientName="A^B",
        InstitutionName="Nowhere",
    )  # fmt: skip
    parts = ("002.dcm", "001.dcm", "004.dcm", "003.dcm")
    origin = open_origin(guard.ask(Request("origin", tmp_path / "ct", parts=parts)))
    volume = open_volume(guard.ask(Request("volume", tmp_path / "ct", parts=parts)))
    assert origin.shape == stored.shape
    # Stored slices are sorted along their normal, which here points to the right: -x.
    assert [one["00200032"]["Value"][0] for one in origin.sources] == [-10, -12, -14, -16]
    np.testing.assert_array_equal(origin.store(volume.values), stored - 1024.0)
    np.testing.assert_allclose(
        find_turn(origin.affine).apply_to_affine(origin.affine, origin.shape), volume.affine
    )
    # Names stand in the first header alone, and what nobody needs in none.
    assert "00100010" in origin.sources[0]
    assert not any("00100010" in header for header in origin.sources[1:])
    assert not any("00080080" in header for header in origin.sources)
    assert "InstitutionName" not in OF_PATIENT


def test_one_image(tmp_path, guard):
    image = make_dicom(tmp_path / "cr.dcm", np.zeros((4, 5), np.uint8))
    origin = open_origin(guard.ask(Request("origin", image)))
    assert (origin.shape, origin.flat, origin.affine) == ((1, 4, 5), True, None)
    assert origin.store(np.zeros((4, 5), np.uint16)).shape == (1, 4, 5)


def test_what_is_none(tmp_path, guard):
    (tmp_path / "x").write_bytes(b"no image")
    with pytest.raises(ImageRefused, match="unknown-format"):
        open_origin(guard.ask(Request("origin", tmp_path / "x")))
    np.savez(tmp_path / "x.npz", train_images=np.zeros((1, 2, 3, 4)))
    with pytest.raises(ImageRefused, match="no-geometry"):
        open_origin(guard.ask(Request("origin", tmp_path / "x.npz", "train_images/0")))
