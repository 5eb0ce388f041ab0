"""Small files that ask for much, and headers that lie: refused before anything is decoded."""

import struct
import zlib

import imagecodecs
import numpy as np
import pytest
from dicoms import compress, make_dataset, put_frame, save
from PIL import Image as Pillow
from pydicom import uid
from pydicom.encaps import get_frame

from radzoo.data.door import check_growth, check_pixels, check_scans
from radzoo.data.readers import read_image
from radzoo.data.readers.dicom_file import open_dataset
from radzoo.data.readers.dicom_palette import check_palette
from radzoo.data.readers.npz import close_archives
from radzoo.data.refusal import ImageRefused
from radzoo.data.resize import Target
from radzoo.data.square import read_square

GREY = np.arange(64 * 48, dtype=np.uint16).reshape(64, 48)
SMALL = (GREY >> 4).astype(np.uint8)
J2K = bytes(imagecodecs.jpeg2k_encode(SMALL, level=0, codecformat="j2k", reversible=True))


def refusal(path) -> str:
    with pytest.raises(ImageRefused) as caught:
        read_image(path)
    return caught.value.code


def framed(tmp_path, frame, syntax, pixels=SMALL, **attributes):
    return save(put_frame(make_dataset(pixels, **attributes), frame, syntax), tmp_path / "a.dcm")


CODECS = {
    "JPEG": (uid.JPEGBaseline8Bit, b"\xff\xc0"),
    "JPEG lossless": (uid.JPEGLosslessSV1, b"\xff\xc3"),
    "JPEG-LS": (uid.JPEGLSLossless, b"\xff\xf7"),
}


@pytest.mark.parametrize(("syntax", "marker"), CODECS.values(), ids=CODECS)
@pytest.mark.parametrize("field", [5, 7, 9], ids=["rows", "columns", "samples"])
def test_a_frame_header_that_differs_is_refused(syntax, marker, field, tmp_path):
    dataset = compress(make_dataset(SMALL), SMALL, syntax)
    data = save(dataset, tmp_path / "a.dcm").read_bytes()
    place = data.find(marker) + field
    (tmp_path / "a.dcm").write_bytes(data[:place] + b"\x03" + data[place + 1 :])
    assert refusal(tmp_path / "a.dcm") == "size-mismatch"


@pytest.mark.parametrize(("syntax", "marker"), CODECS.values(), ids=CODECS)
def test_a_frame_of_countless_markers_is_refused(syntax, marker, tmp_path):
    data = compress(make_dataset(SMALL), SMALL, syntax)
    frame = get_frame(data.PixelData, 0)
    comments = b"\xff\xfe\x00\x02" * 10_000
    assert refusal(framed(tmp_path, frame[:2] + comments + frame[2:], syntax)) == "damaged"


def test_a_codestream_of_countless_starts_is_refused(tmp_path):
    starts = J2K[:50] * 10_001
    assert refusal(framed(tmp_path, starts + J2K, uid.JPEG2000)) == "damaged"


@pytest.mark.parametrize("place", [11, 15, 41], ids=["columns", "rows", "samples"])
@pytest.mark.parametrize("syntax", [uid.JPEG2000, uid.HTJ2KLossless], ids=["J2K", "HTJ2K"])
def test_a_siz_marker_that_differs_is_refused(syntax, place, tmp_path):
    frame = J2K[:place] + b"\x05" + J2K[place + 1 :]
    assert refusal(framed(tmp_path, frame, syntax)) == "size-mismatch"


def test_a_decoy_in_front_of_the_codestream_is_refused(tmp_path):
    lie = J2K[:8] + struct.pack(">II", 60000, 60000) + J2K[16:]
    assert refusal(framed(tmp_path, J2K[:60] + lie, uid.JPEG2000)) == "damaged"


SEGMENTS = {
    "one too few": ([1, 64], "size-mismatch"),
    "far too many": ([200, 64, 70], "size-mismatch"),
    "backwards": ([2, 64, 30], "damaged"),
    "twice the same": ([2, 64, 64], "damaged"),
    "beyond the end": ([2, 64, 9999], "damaged"),
    "not after the table": ([2, 60, 90], "damaged"),
}


@pytest.mark.parametrize(("table", "code"), SEGMENTS.values(), ids=SEGMENTS)
def test_an_rle_table_that_cannot_be_is_refused(table, code, tmp_path):
    head = struct.pack("<16I", *table, *[0] * (16 - len(table)))
    path = framed(tmp_path, head + b"\x81\0" * 60, uid.RLELossless, GREY)
    assert refusal(path) == code


def test_a_cut_rle_table_is_refused(tmp_path):
    assert refusal(framed(tmp_path, b"\1\0\0\0" * 5, uid.RLELossless, GREY)) == "damaged"


@pytest.mark.parametrize("bits", [0, 12, 65528])
def test_words_of_a_size_that_is_not_are_refused(bits, tmp_path):
    assert refusal(save(make_dataset(SMALL, BitsAllocated=bits), tmp_path / "a")) == "bad-header"


def element(group: int, number: int, value: bytes, vr: bytes = b"UN") -> bytes:
    return struct.pack("<HH2sHI", group, number, vr, 0, len(value)) + value


def inserted(tmp_path, extra: bytes):
    """A good file with more bytes in front of its modality."""
    path = save(make_dataset(SMALL), tmp_path / "a.dcm")
    data = path.read_bytes()
    place = data.find(b"\x08\x00\x60\x00")
    path.write_bytes(data[:place] + extra + data[place:])
    return path


HEADERS = {
    "a million elements": b"".join(
        struct.pack("<HH2sH", 9, number % 60000, b"SH", 0) for number in range(60_000)
    ),
    "numbers without end": element(8, 8, b"A\\" * 40_000),
    "more than the file holds": struct.pack("<HH2sHI", 8, 8, b"UN", 0, 2**32 - 16),
    "sequences in sequences": 2000 * (
        b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    ),
}  # fmt: skip


@pytest.mark.parametrize("extra", HEADERS.values(), ids=HEADERS)
def test_a_header_without_measure_is_refused(extra, tmp_path):
    assert refusal(inserted(tmp_path, extra)) in {"damaged", "too-many-elements"}


def test_a_sequence_of_very_many_items_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("radzoo.data.readers.dicom.MAX_READS", 2000)
    items = b"\xfe\xff\x00\xe0\0\0\0\0" * 5000 + b"\xfe\xff\xdd\xe0\0\0\0\0"
    path = inserted(tmp_path, b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + items)
    assert refusal(path) == "too-many-elements"


def test_a_header_is_not_read_beyond_what_is_wanted(tmp_path):
    path = inserted(tmp_path, b"".join(
        struct.pack("<HH2sH", 9, number, b"SH", 0) for number in range(60_000)
    ))  # fmt: skip
    assert open_dataset(path, ("SOPClassUID",), pixels=False).SOPClassUID


def palette(*words: int):
    dataset = make_dataset(SMALL, PhotometricInterpretation="PALETTE COLOR")
    for name in ("Red", "Green", "Blue"):
        dataset.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [0, 0, 16])
        data = np.array(words, "<u2").tobytes()
        dataset.add_new(f"Segmented{name}PaletteColorLookupTableData", "OW", data)
    return dataset


def test_a_palette_grows_to_its_own_size_and_no_further():
    check_palette(palette(0, 1, 0, 1, 65535, 9))
    check_palette(palette(0, 2, 5, 6, 2, 1, 0, 0))  # the third repeats the first
    with pytest.raises(ImageRefused, match="inflates-too-far"):
        check_palette(palette(0, 1, 0, 1, 65535, 9, 1, 65535, 0))
    with pytest.raises(ImageRefused, match="inflates-too-far"):
        check_palette(palette(0, 1, 0, 1, 40000, 9, *[2, 2, 0, 0] * 2))
    with pytest.raises(ImageRefused, match="bad-header"):
        check_palette(palette(0, 1, 0, 2, 2, 0, 0))


def png(width: int, height: int, data: bytes, *more: tuple[bytes, bytes]):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), *more, (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


@pytest.mark.parametrize(
    ("size", "data", "code"),
    [
        pytest.param(60000, b"", "too-many-pixels", id="claimed"),
        pytest.param(8000, zlib.compress(bytes(8001 * 8000)), "inflates-too-far", id="blank"),
    ],
)
def test_pictures_that_grow_are_refused(size, data, code, tmp_path):
    (tmp_path / "a.png").write_bytes(png(size, size, data))
    assert refusal(tmp_path / "a.png") == code


@pytest.mark.parametrize("size", [8, 512], ids=["as it is", "shrunk"])
def test_a_png_of_countless_chunks_is_refused_before_they_are_read(tmp_path, size):
    data = zlib.compress(bytes((size + 1) * size))
    path = tmp_path / "a.png"
    path.write_bytes(png(size, size, data, *[(b"tEXt", b"a\0b")] * 900))
    assert read_square(path, "", Target(64)).rows == size
    path.write_bytes(png(size, size, data, *[(b"tEXt", b"a\0b")] * 1100))
    assert refusal(path) == "too-many-elements"
    with pytest.raises(ImageRefused, match="too-many-elements"):
        read_square(path, "", Target(64))


def test_a_jpeg_of_many_scans_is_refused(tmp_path):
    path = tmp_path / "a.jpg"
    Pillow.fromarray(SMALL).save(path, progressive=True)
    assert read_image(path).pixels.shape == (64, 48)
    data = path.read_bytes()
    start = data.rfind(b"\xff\xda")
    path.write_bytes(data[:-2] + data[start:-2] * 120 + data[-2:])
    assert refusal(path) == "inflates-too-far"


def test_a_dicom_jpeg_of_many_scans_is_refused(tmp_path):
    frame = bytes(imagecodecs.jpeg8_encode(SMALL))
    start = frame.rfind(b"\xff\xda")
    frame = frame[:-2] + frame[start:-2] * 120 + frame[-2:]
    assert refusal(framed(tmp_path, frame, uid.JPEGBaseline8Bit)) == "inflates-too-far"


def test_where_the_bounds_lie():
    check_growth(1000, 32 * 1024**2)
    check_growth(10**6, 300 * 10**6)
    check_scans(b"\xff\xda" * 100)
    check_pixels(8192, 8192)
    for beyond in (
        lambda: check_growth(10**6, 300 * 10**6 + 1),
        lambda: check_scans(b"\xff\xda" * 101),
        lambda: check_pixels(8192, 8193),
        lambda: check_pixels(8192, 8192, 3),
        lambda: check_pixels(0, 5),
    ):
        with pytest.raises(ImageRefused):
            beyond()


def test_a_row_that_is_too_large_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("radzoo.data.readers.npz.MAX_ROW_BYTES", 1000)
    np.savez_compressed(tmp_path / "a.npz", images=np.zeros((2, 40, 40), np.uint8))
    with pytest.raises(ImageRefused, match="too-many-pixels"):
        read_image(tmp_path / "a.npz", "images/0")
    close_archives()
