"""Squares made from averages and from reduced JPEG 2000: near the exact ones, or exact."""

import imagecodecs
import numpy as np
import pytest
from dicoms import make_dataset, put_frame, save
from PIL import Image as Pillow
from pydicom import uid

from radzoo.data.readers import dicom_quick, dicom_reduced
from radzoo.data.readers.dicom_reduced import decode_reduced, find_levels
from radzoo.data.readers.jpeg_2000 import find_planes, read_codestream, thin
from radzoo.data.readers.raster_quick import read_small_raster
from radzoo.data.refusal import ImageRefused
from radzoo.data.resize import Target
from radzoo.data.square import read_square
from radzoo.demo.phantom import PhantomOptions, draw_phantom

WINDOW = {"WindowCenter": 2048, "WindowWidth": 3600, "BitsStored": 12}


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    pixels = draw_phantom(3, PhantomOptions(size=1024)).pixels.astype(np.uint16)
    return np.ascontiguousarray(pixels[:1023, :901])  # sizes that no factor divides


def encode(pixels: np.ndarray, **options: object) -> bytes:
    how = {"level": 0, "reversible": True, "bitspersample": 12, "codecformat": "j2k"}
    return bytes(imagecodecs.jpeg2k_encode(pixels, **how | options))


def make_2000(path, pixels, frame=None, **attributes):
    dataset = make_dataset(pixels, **WINDOW | attributes)
    return save(put_frame(dataset, frame or encode(pixels), uid.JPEG2000Lossless), path)


def differences(path, **target) -> np.ndarray:
    """Quick less exact, in steps of 255."""
    quick, exact = (
        read_square(path, "", Target(**target, exact=exact)).pixels / 257 for exact in (False, True)
    )
    return np.abs(quick - exact)


@pytest.mark.parametrize("fit", ["pad", "crop", "squash"])
@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_averages_are_near_exact_squares(tmp_path, picture, fit, interpolation, photometric):
    dataset = make_dataset(picture, PhotometricInterpretation=photometric, **WINDOW)
    path = save(dataset, tmp_path / "a.dcm")
    away = differences(path, size=100, fit=fit, interpolation=interpolation, edge=120)
    assert 0 < away.mean() < 0.2
    assert away.max() < 10


@pytest.mark.parametrize(("size", "levels"), [(150, 1), (100, 2), (60, 3), (250, 1)])
@pytest.mark.parametrize("reversible", [True, False])
def test_reduced_decoding_is_near_exact_squares(tmp_path, picture, size, levels, reversible):
    frame = encode(picture, reversible=reversible, level=0 if reversible else 70)
    stream = read_codestream(frame)
    assert find_levels(stream, *picture.shape, Target(size)) == levels
    away = differences(make_2000(tmp_path / "a.dcm", picture, frame), size=size)
    assert 0 < away.mean() < 0.4
    assert np.sqrt((away**2).mean()) < 0.65  # 52 dB; sharp edges, and few pixels in all


@pytest.mark.parametrize("levels", [1, 2, 3])
@pytest.mark.parametrize("signed", [True, False])
def test_reduced_values_are_those_around_them(picture, levels, signed):
    stored = picture.astype(np.int16) - 2048 if signed else picture
    frame = encode(stored)
    stream = read_codestream(frame)
    assert (stream.bits, stream.signed) == (12, signed)
    step = 2**levels
    reduced = decode_reduced(frame, stream, picture.shape, levels)
    assert reduced.shape == (-(-1023 // step), -(-901 // step))
    away = reduced - stored[::step, ::step].astype(int)
    assert abs(away.mean()) < 4
    assert np.corrcoef(reduced.ravel(), stored[::step, ::step].ravel())[0, 1] > 0.99


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param({"WindowWidth": None}, id="no window"),
        pytest.param({"PixelPaddingValue": 0}, id="padding"),
        pytest.param({"Modality": "MR"}, id="no radiograph"),
        pytest.param({"BitsStored": 14}, id="other bits than the codestream"),
    ],
)
def test_no_reduced_decoding_where_it_would_not_mean_the_same(
    tmp_path, picture, monkeypatch, attributes
):
    path = make_2000(tmp_path / "a.dcm", picture, **attributes)
    monkeypatch.delattr(dicom_quick, "shrink_reduced")
    assert differences(path, size=100).mean() < 0.2


def test_exact_squares_never_see_the_quick_way(tmp_path, picture, monkeypatch):
    path = make_2000(tmp_path / "a.dcm", picture)
    monkeypatch.delattr(dicom_quick, "read_small")
    assert read_square(path, "", Target(100, exact=True)).rows == 1023
    with pytest.raises(ImportError):
        read_square(path, "", Target(100))


@pytest.mark.parametrize(
    ("place", "byte", "size"),
    [
        pytest.param(27, 128, 100, id="tiles"),
        pytest.param(19, 1, 100, id="an offset"),
        pytest.param(41, 3, 100, id="three components"),
        pytest.param(None, 0, 100, id="no levels"),
        pytest.param(0, 0xFF, 470, id="hardly smaller"),
    ],
)
def test_whole_decoding_where_the_stream_or_the_size_asks_for_it(picture, place, byte, size):
    frame = bytearray(encode(picture))
    assert find_levels(read_codestream(bytes(frame)), *picture.shape, Target(100)) == 2
    if place is None:
        place = frame.find(b"\xff\x52") + 9
    elif place == 27:  # 128 columns and no more
        frame[26] = 0
    frame[place] = byte
    assert find_levels(read_codestream(bytes(frame)), *picture.shape, Target(size)) == 0


def test_a_header_that_overrules_itself_is_left_alone(picture):
    frame = encode(picture)
    assert read_codestream(frame).plain
    place = frame.find(b"\xff\x90")
    region = b"\xff\x5e\x00\x05\x00\x00\x07"
    for again in (b"\xff\x5c", b"\xff\x52"):
        start = frame.find(again)
        segment = frame[start : start + 2 + int.from_bytes(frame[start + 2 : start + 4], "big")]
        assert not read_codestream(frame[:place] + segment + frame[place:]).plain
        in_tile = place + 12
        assert not read_codestream(frame[:in_tile] + segment + frame[in_tile:]).plain
    assert not read_codestream(frame[:place] + region + frame[place:]).plain
    high_throughput = bytearray(frame)
    high_throughput[frame.find(b"\xff\x52") + 12] |= 0x40
    assert not read_codestream(bytes(high_throughput)).plain


@pytest.mark.parametrize(
    ("style", "thinned"),
    [(0x40, True), (0x60, False), (0x41, False), (0x42, False)],
    ids=["usual", "three guard bits", "one step for all", "steps of two bytes, too few"],
)
def test_only_known_quantisation_is_thinned(picture, style, thinned):
    frame = bytearray(encode(picture))
    frame[frame.find(b"\xff\x5c") + 4] = style
    stream = read_codestream(bytes(frame))
    assert bool(stream.exponents) == thinned
    assert thin(bytes(frame), stream, 1, 2)[1].bits == (10 if thinned else 12)


def test_a_codestream_in_a_box_is_decoded_as_it_is(picture):
    frame = encode(picture, codecformat="jp2")
    stream = read_codestream(frame)
    assert stream.plain
    assert thin(frame, stream, 1, 0) == (frame, stream)
    assert find_planes(stream, 100) == 0


@pytest.mark.parametrize(("most", "planes"), [(0, 0), (1.9, 0), (2, 1), (7, 2), (10**9, 2)])
def test_planes_are_left_out_while_they_are_worth_little(picture, most, planes):
    assert find_planes(read_codestream(encode(picture)), most) == planes
    assert find_planes(read_codestream(encode(picture, reversible=False, level=70)), most) == 0


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("kind", ["picture", "noise", "checks", "black", "white"])
def test_thinned_values_are_nearly_the_same(picture, kind, signed):
    random = np.random.default_rng(5)
    checks = np.indices(picture.shape).sum(axis=0) % 2 * 4095
    pixels = {
        "picture": picture, "noise": random.integers(0, 4096, picture.shape), "checks": checks,
        "black": picture * 0, "white": picture * 0 + 4095,
    }[kind]  # fmt: skip
    stored = pixels.astype(np.int16) - 2048 if signed else pixels.astype(np.uint16)
    frame = encode(stored)
    stream = read_codestream(frame)
    whole = decode_reduced(frame, stream, picture.shape, 2)
    fewer = decode_reduced(*thin(frame, stream, 2, 2), picture.shape, 2) << 2
    away = fewer - whole
    assert -12 < away.mean() <= 0  # rounded down, each time by less than 4
    rough = {"picture": 30, "noise": 400}.get(kind, 1)  # diagonal detail is left out
    assert away.std() < rough


def test_what_a_newer_decoder_refuses_is_decoded_whole(tmp_path, picture, monkeypatch):
    path = make_2000(tmp_path / "a.dcm", picture)
    monkeypatch.setattr(dicom_reduced, "thin", lambda frame, stream, *_: (frame[:50], stream))
    assert differences(path, size=100).max() == 0


@pytest.mark.parametrize("frame", [b"", b"\xff\x4f\xff\x51" + b"\0" * 60, b"no codestream" * 9])
def test_what_is_no_codestream_is_left_alone(frame):
    stream = read_codestream(frame)
    assert stream is None or not stream.plain


def save_picture(path, picture, kind):
    grey = (picture >> 4).astype(np.uint8)
    if kind == "PNG 16":
        Pillow.fromarray(picture * 16).save(path, "PNG")
    elif kind == "PNG 8":
        Pillow.fromarray(grey).save(path, "PNG")
    else:
        image = Pillow.fromarray(grey)
        coloured = Pillow.merge("RGB", [image, image.point(lambda value: value // 2), image])
        (coloured if kind == "JPEG colour" else image).save(path, "JPEG", quality=90)
    return path


@pytest.mark.parametrize("kind", ["PNG 16", "PNG 8", "JPEG", "JPEG colour"])
@pytest.mark.parametrize("size", [100, 230, 52])
def test_pictures_are_near_exact_squares(tmp_path, picture, kind, size):
    path = save_picture(tmp_path / "a", picture, kind)
    assert read_small_raster(path, Target(size)) is not None
    away = differences(path, size=size)
    assert 0 < away.mean() < 0.3
    assert away.max() < 10


def test_pictures_that_lie_on_their_side_are_left_to_the_ordinary_way(tmp_path, picture):
    turned = Pillow.Exif()
    turned[0x0112] = 6
    path = tmp_path / "a.jpg"
    Pillow.fromarray((picture >> 4).astype(np.uint8)).save(path, "JPEG", exif=turned)
    assert read_small_raster(path, Target(100)) is None
    assert read_square(path, "", Target(100)).rows == 901


@pytest.mark.parametrize("mode", ["CMYK", "RGB", "LA", "P"])
def test_pictures_of_other_kinds_are_left_to_the_ordinary_way(tmp_path, mode):
    path = tmp_path / "a"
    Pillow.new(mode, (300, 300)).save(path, "JPEG" if mode == "CMYK" else "PNG")
    assert read_small_raster(path, Target(50)) is None


def test_damaged_pictures_are_left_to_the_ordinary_way(tmp_path, picture):
    path = save_picture(tmp_path / "a", picture, "PNG 8")
    path.write_bytes(path.read_bytes()[:5000])
    assert read_small_raster(path, Target(100)) is None
    with pytest.raises(ImageRefused):
        read_square(path, "", Target(100))


def test_a_member_that_is_not_there_is_not_read_quickly(tmp_path):
    path = save(make_dataset(np.zeros((200, 200), np.uint16)), tmp_path / "a.dcm")
    target = Target(50)
    assert read_square(path, "frame/1", target).rows == 200
    with pytest.raises(ImageRefused, match="no-member"):
        read_square(path, "frame/2", target)
