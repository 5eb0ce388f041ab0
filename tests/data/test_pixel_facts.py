"""Numbers of pixels as they are stored."""

import numpy as np
from dicoms import make_dicom
from PIL import Image as Pillow

from radzoo.data.guard import Guard, Request
from radzoo.data.pixel_facts import air_of, read_pixel_facts

CHEST = np.full((64, 64), 24, np.uint16)
CHEST[16:48, 16:48] = 1064


def make_ct(path, intercept):
    return make_dicom(path, CHEST, Modality="CT", RescaleSlope="1", RescaleIntercept=intercept)


def test_air_of_ct_tells_whether_it_is_rescaled(tmp_path):
    assert read_pixel_facts(make_ct(tmp_path / "a.dcm", "-1024"))["air_hu"] == -1000
    assert read_pixel_facts(make_ct(tmp_path / "b.dcm", "0"))["air_hu"] == 24


def test_an_edge_inside_the_body_is_not_taken_for_air():
    body = CHEST - 24.0
    body[:, :40] = 1040
    assert air_of(body) is None
    assert air_of(np.where(CHEST > 1000, 300.0, 40.0)) is None
    assert air_of(np.where(CHEST > 1000, 40.0, -1000.0)) == -1000


def test_saturated_share_is_told_through_the_guard(tmp_path):
    pixels = np.full((10, 10), 7, np.uint8)
    pixels[0, :3] = 255
    Pillow.fromarray(pixels).save(tmp_path / "a.png")
    (tmp_path / "words.txt").write_text("no image")
    with Guard(1) as guard:
        picture, words = guard.map(
            Request("stored", tmp_path / name) for name in ("a.png", "words.txt")
        )
    assert picture.fields["stored"]["saturated"] == 0.03
    assert words.fields["stored"] == {}
