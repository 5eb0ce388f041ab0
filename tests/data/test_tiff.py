"""TIFF: the whole range of its type, bright = dense, one page."""

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from radzoo.data.readers import find_reader, read_image
from radzoo.data.refusal import ImageRefused

BYTES = np.random.default_rng(0).integers(0, 256, (5, 7)).astype(np.uint8)
WORDS = np.random.default_rng(1).integers(0, 65536, (5, 7)).astype(np.uint16)
COLOUR = np.random.default_rng(2).integers(0, 256, (5, 7, 3)).astype(np.uint8)


def refusal(path, member="") -> str:
    with pytest.raises(ImageRefused) as caught:
        read_image(path, member)
    return caught.value.code


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits"])
@pytest.mark.parametrize(("pixels", "highest"), [(BYTES, 255), (WORDS, 65535)])
def test_grey_keeps_the_range_of_its_type(tmp_path, pixels, highest, compression):
    Pillow.fromarray(pixels).save(tmp_path / "a.tif", compression=compression)
    got = read_image(tmp_path / "a.tif").pixels
    np.testing.assert_allclose(got, pixels / highest, atol=1e-7)
    assert got.dtype == np.float32


def test_colour_becomes_luminance(tmp_path):
    Pillow.fromarray(COLOUR).save(tmp_path / "a.tif")
    want = COLOUR @ np.array([0.299, 0.587, 0.114]) / 255
    np.testing.assert_allclose(read_image(tmp_path / "a.tif").pixels, want, atol=1e-6)


@pytest.mark.parametrize(("pixels", "highest"), [(BYTES, 255), (WORDS, 65535)])
def test_white_is_zero_is_undone(tmp_path, pixels, highest):
    tags = ImageFileDirectory_v2()
    tags[262] = 0
    Pillow.fromarray(pixels).save(tmp_path / "a.tif", tiffinfo=tags)
    data = bytearray((tmp_path / "a.tif").read_bytes())
    place = data.find(b"\x06\x01\x03\x00")  # the tag, as Pillow may have written its own value
    data[place + 8 : place + 10] = b"\x00\x00"
    (tmp_path / "a.tif").write_bytes(data)
    stored = np.frombuffer(data, pixels.dtype)  # where the pixels stand does not matter here
    assert stored.size
    got = read_image(tmp_path / "a.tif").pixels
    plain = tmp_path / "b.tif"
    data[place + 8 : place + 10] = b"\x01\x00"
    plain.write_bytes(data)
    np.testing.assert_allclose(got, 1 - read_image(plain).pixels, atol=1e-6)


def test_of_several_pages_one_is_named(tmp_path):
    pages = [Pillow.fromarray(BYTES), Pillow.fromarray(255 - BYTES)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    assert refusal(tmp_path / "a.tif") == "multi-frame"
    np.testing.assert_allclose(
        read_image(tmp_path / "a.tif", "frame/2").pixels, 1 - BYTES / 255, atol=1e-6
    )
    assert refusal(tmp_path / "a.tif", "frame/3") == "no-member"


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_numbers_of_no_known_range_are_refused(tmp_path, dtype):
    Pillow.fromarray(BYTES.astype(dtype)).save(tmp_path / "a.tif")
    assert refusal(tmp_path / "a.tif") == "value-range"


def test_half_a_file_is_refused(tmp_path):
    Pillow.fromarray(WORDS).save(tmp_path / "a.tif", compression="tiff_lzw")
    data = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(data[: len(data) // 2])
    assert refusal(tmp_path / "a.tif") == "damaged"


def test_it_is_known_by_its_bytes(tmp_path):
    Pillow.fromarray(BYTES).save(tmp_path / "a.tif")
    assert find_reader((tmp_path / "a.tif").read_bytes()[:1024]).name == "tiff"
