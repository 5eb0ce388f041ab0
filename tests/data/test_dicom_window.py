"""CT in Hounsfield units: its own window, one that was asked for, or the wide one."""

import numpy as np
import pytest
from dicoms import CT, make_dataset, make_dicom, save
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from radzoo.core.errors import UsageError
from radzoo.core.window import DEFAULT_CT, WINDOWS, Window
from radzoo.data.guard import Guard, Request
from radzoo.data.readers import read_image
from radzoo.data.readers.dicom_grey import to_unit_range
from radzoo.data.refusal import ImageRefused

HU = np.array([[-3024, -1000, -600, 0, 40, 150, 1000, 3071]], np.int16)
SCAN = {"Modality": "CT", "SOPClassUID": CT, "RescaleIntercept": 0, "RescaleSlope": 1}


def shown(hu: np.ndarray, center: float, width: float) -> np.ndarray:
    return np.clip((hu - (center - width / 2)) / width, 0, 1)


def test_ct_without_a_window_is_shown_from_air_to_dense_bone(tmp_path):
    got = read_image(make_dicom(tmp_path / "a.dcm", HU, **SCAN)).pixels
    np.testing.assert_allclose(got, shown(HU, 0, 2000), atol=1e-6)
    assert (DEFAULT_CT.center, DEFAULT_CT.width) == (0, 2000)


def test_ct_with_a_window_keeps_it(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", HU, **SCAN, WindowCenter=40, WindowWidth=401)
    np.testing.assert_allclose(read_image(path).pixels, shown(HU, 39.5, 400), atol=1e-6)


@pytest.mark.parametrize("own", [{}, {"WindowCenter": 7, "WindowWidth": 9}], ids=["none", "own"])
@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_that_is_asked_for_goes_first(name, own, tmp_path):
    """Stored values are not HU here: 24 is -1000."""
    stored = (HU.astype(np.int32) + 1024).clip(0).astype(np.uint16)
    path = make_dicom(tmp_path / "a.dcm", stored, **SCAN | own | {"RescaleIntercept": -1024})
    window = WINDOWS[name]
    hu = stored - 1024.0
    np.testing.assert_allclose(
        read_image(path, window=window).pixels, shown(hu, window.center, window.width), atol=1e-6
    )


@given(st.floats(-2000, 2000), st.floats(0.1, 5000))
def test_half_a_width_below_is_black_and_above_is_white(center, width):
    dataset = make_dataset(HU, **SCAN)
    got = to_unit_range(dataset, HU, Window(center, width))
    np.testing.assert_allclose(got, shown(HU.astype(float), center, width), atol=1e-5)


def test_a_child_of_the_guard_shows_the_window_too(tmp_path):
    """Large enough for the quick way, which makes a table of its own."""
    hu = np.linspace(-1200, 1200, 64 * 64).reshape(64, 64).astype(np.int16)
    path = make_dicom(tmp_path / "a.dcm", hu, **SCAN, WindowCenter=7, WindowWidth=9)
    with Guard(1) as guard:
        answers = [
            guard.ask(Request("pixels", path, size=16, exact=exact, window=WINDOWS["lung"]))
            for exact in (False, True)
        ]
    want = shown(hu, -600, 1500).reshape(16, 4, 16, 4).mean((1, 3))
    for answer in answers:
        got = np.frombuffer(answer.body, np.uint16).reshape(16, 16) / 65535
        assert np.abs(got - want)[2:-2].max() < 0.02


NOT_CT = {
    "another modality": {"Modality": "MR"},
    "other units": {"RescaleType": "US"},
    "a localizer": {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]},
}


@pytest.mark.parametrize("attributes", NOT_CT.values(), ids=NOT_CT)
def test_what_is_not_in_hounsfield_units_has_no_ct_window(attributes, tmp_path):
    path = make_dicom(tmp_path / "a.dcm", HU, **SCAN | attributes)
    with pytest.raises(ImageRefused, match="not-hounsfield"):
        read_image(path, window=WINDOWS["lung"])
    np.testing.assert_allclose(read_image(path).pixels, (HU + 3024.0) / 6095, atol=1e-6)


def test_the_units_of_an_enhanced_object_stand_in_its_groups(tmp_path):
    transform, shared = Dataset(), Dataset()
    transform.RescaleSlope, transform.RescaleIntercept, transform.RescaleType = 1, 0, "US"
    shared.PixelValueTransformationSequence = Sequence([transform])
    dataset = make_dataset(HU, Modality="CT", SharedFunctionalGroupsSequence=Sequence([shared]))
    with pytest.raises(ImageRefused, match="not-hounsfield"):
        read_image(save(dataset, tmp_path / "a.dcm"), window=WINDOWS["lung"])


def test_a_picture_or_colour_has_no_ct_window(tmp_path):
    Pillow.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "a.png")
    colour = make_dicom(tmp_path / "a.dcm", np.zeros((4, 4, 3), np.uint8), Modality="CT")
    for path in (tmp_path / "a.png", colour):
        with pytest.raises(ImageRefused, match="not-hounsfield"):
            read_image(path, window=WINDOWS["lung"])


def test_windows_are_named_or_written_as_numbers():
    assert Window.parse("lung") == Window(-600, 1500)
    assert Window.parse("-600/1500.5") == Window(-600, 1500.5)
    assert str(Window.parse("brain")) == "40/80"
    assert Window.parse(str(WINDOWS["bone"])) == WINDOWS["bone"]


@pytest.mark.parametrize(
    "text", ["", "lungs", "1", "1/0", "1/-5", "nan/4", "1/inf", "a/b", "1/2/3"]
)
def test_what_is_no_window_is_refused(text):
    with pytest.raises(UsageError, match="CT window"):
        Window.parse(text)
