"""PNG, JPEG and arrays: the range of a type becomes 0..1; the door refuses the rest."""

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from PIL import Image as Pillow
from strategies import stored_8_bits

from radzoo.data.door import check_pixels, open_regular
from radzoo.data.luminance import to_luminance
from radzoo.data.readers import READERS, read_image
from radzoo.data.readers.npz import close_archives, read_array, read_shapes
from radzoo.data.refusal import REASONS, ImageRefused, describe_reason

GREY = np.arange(48, dtype=np.uint8).reshape(6, 8) * 5
DEEP = np.arange(48, dtype=np.uint16).reshape(6, 8) * 1365


def save(path, pixels, **options):
    Pillow.fromarray(pixels).save(path, **options)
    return path


def refusal(path, member=""):
    with pytest.raises(ImageRefused) as caught:
        read_image(path, member)
    return caught.value.code


def test_8_bit_png_is_read_exactly(tmp_path):
    got = read_image(save(tmp_path / "a.png", GREY)).pixels
    np.testing.assert_array_equal(got, GREY.astype(np.float32) / np.float32(255))


def test_16_bit_png_is_read_exactly(tmp_path):
    got = read_image(save(tmp_path / "a.png", DEEP)).pixels
    np.testing.assert_array_equal(got, DEEP.astype(np.float32) / np.float32(65535))
    assert got.max() > 0.97


def test_the_first_bytes_count_not_the_suffix(tmp_path):
    path = save(tmp_path / "a.png", GREY).rename(tmp_path / "a.dcm")
    assert read_image(path).pixels.shape == (6, 8)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "LA", "1", "CMYK"])
def test_other_modes_become_brightness(mode, tmp_path):
    picture = Pillow.fromarray(np.where(GREY > 100, 255, 0).astype(np.uint8)).convert(mode)
    path = tmp_path / "a"
    picture.save(
        path, "JPEG" if mode == "CMYK" else "PNG", **({"quality": 100} if mode == "CMYK" else {})
    )
    assert np.abs(read_image(path).pixels - (GREY > 100)).max() < 0.1


@given(stored_8_bits)
def test_equal_colours_are_their_own_luminance(grey):
    np.testing.assert_array_equal(to_luminance(np.stack([grey] * 3, -1)), grey)


def test_luminance_of_the_primaries():
    primaries = np.eye(3, dtype=np.uint8)[None] * 255
    np.testing.assert_allclose(to_luminance(primaries)[0] / 255, [0.299, 0.587, 0.114], atol=1e-6)


def test_the_orientation_in_exif_is_obeyed(tmp_path):
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise
    path = save(tmp_path / "a.png", GREY, exif=exif)
    np.testing.assert_allclose(read_image(path).pixels, np.rot90(GREY, -1) / 255, atol=1e-6)


def test_half_a_file_is_damaged(tmp_path):
    path = save(tmp_path / "a.jpg", np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8))
    path.write_bytes(path.read_bytes()[:600])
    assert refusal(path) == "damaged"


def test_a_png_that_claims_too_many_pixels_is_refused_before_decoding(tmp_path):
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    data = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + data + b"\0\0\0\0IDAT" + b"\0" * 2000)
    assert refusal(path) == "too-many-pixels"


# --- archives ---


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "a.npz"
    images = np.random.default_rng(0).integers(0, 256, (5, 7, 7)).astype(np.uint8)
    colour = np.random.default_rng(1).integers(0, 256, (5, 7, 7, 3)).astype(np.uint8)
    np.savez_compressed(
        path, train_images=images, colour=colour, unit=images / 255, wide=images * 2.0,
        volume=np.zeros((2, 4, 4, 4), np.uint8), nan=np.full((1, 3, 3), np.nan),
        train_labels=np.arange(5)[:, None],
    )  # fmt: skip
    yield path, images, colour
    close_archives()


def test_rows_are_read_in_any_order(archive):
    path, images, _ = archive
    for row in (3, 0, 4, 1):
        got = read_image(path, f"train_images/{row}").pixels
        np.testing.assert_array_equal(got, images[row].astype(np.float32) / np.float32(255))


def test_rows_of_an_array_too_large_to_keep_are_the_same(archive, monkeypatch):
    path, images, _ = archive
    monkeypatch.setattr("radzoo.data.readers.npz.KEEP_BYTES", 10)
    for row in (3, 0, 4):
        got = read_image(path, f"train_images/{row}").pixels
        np.testing.assert_array_equal(got, images[row].astype(np.float32) / np.float32(255))


def test_colour_and_unit_rows(archive):
    path, images, colour = archive
    want = colour[2] @ [0.299, 0.587, 0.114] / 255
    np.testing.assert_allclose(read_image(path, "colour/2").pixels, want, atol=1e-6)
    np.testing.assert_allclose(read_image(path, "unit/1").pixels, images[1] / 255, atol=1e-6)


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("train_images/5", "no-member"), ("nothing/0", "no-member"), ("", "no-member"),
        ("train_images/-1", "no-member"), ("wide/0", "value-range"), ("volume/0", "volume"),
        ("nan/0", "not-finite"), ("train_labels/0", "volume"),
    ],
)  # fmt: skip
def test_rows_that_are_no_picture_are_refused(archive, member, code):
    assert refusal(archive[0], member) == code


def test_objects_are_never_unpickled(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, train_labels=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ImageRefused, match="damaged"):
        read_array(path, "train_labels")


def test_a_zip_of_something_else_has_no_arrays(tmp_path):
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme.txt", "hello")
    assert read_shapes(path) == {}


def test_an_array_beyond_the_limit_is_refused(archive):
    with pytest.raises(ImageRefused, match="file-too-big"):
        read_array(archive[0], "train_labels", limit_bytes=39)


# --- the door ---


def test_special_files_are_refused_at_once(tmp_path):
    fifo = tmp_path / "a.png"
    os.mkfifo(fifo)
    assert refusal(fifo) == "special-file"
    assert refusal(tmp_path) == "special-file"
    assert refusal(tmp_path / "none") == "missing-file"
    (tmp_path / "link").symlink_to(tmp_path / "none")
    assert refusal(tmp_path / "link") == "missing-file"
    assert refusal(Path("/dev/null")) == "special-file"


def test_an_empty_and_a_huge_file_are_refused(tmp_path):
    empty, huge = tmp_path / "a", tmp_path / "b"
    empty.touch()
    with huge.open("wb") as file:
        file.truncate(3 * 1024**3)
    assert (refusal(empty), refusal(huge)) == ("empty-file", "file-too-big")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_closed_file_is_refused(tmp_path):
    path = save(tmp_path / "a.png", GREY)
    path.chmod(0)
    assert refusal(path) == "no-permission"


def test_text_is_no_image(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_text("not an image")
    assert refusal(path) == "unknown-format"


@pytest.mark.parametrize("size", [(0, 5), (5, -1), (2**14, 2**14)])
def test_sizes_out_of_bounds(size):
    with pytest.raises(ImageRefused):
        check_pixels(*size)


def test_reasons_are_a_closed_table():
    with pytest.raises(ValueError, match="not a reason"):
        ImageRefused("made-up")
    assert all(describe_reason(code).startswith(f"{code}: ") for code in REASONS)


def test_opening_gives_the_bytes(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    with open_regular(path) as file:
        assert isinstance(file, io.BufferedReader)
        assert file.read() == b"abc"


@pytest.mark.parametrize("name", READERS)
def test_every_reader_is_called_by_its_name(name):  # dicom, raster, npz
    assert READERS[name].name == name
