"""DICOM without preamble: read if it begins as a data set must, and not otherwise."""

import numpy as np
import pytest
from dicoms import compress, make_dataset
from hypothesis import given
from hypothesis import strategies as st
from pydicom import uid
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

from radzoo.data.folder import find_images
from radzoo.data.readers import read_image
from radzoo.data.readers.bare import bare_encoding
from radzoo.data.refusal import ImageRefused

RAMP = np.linspace(0, 4095, 64 * 48).reshape(64, 48).astype(np.uint16)


def bare_bytes(dataset, *, implicit: bool = False, meta: bool = False) -> bytes:
    """The data set as it would be written without preamble."""
    whole = DicomBytesIO()
    whole.is_implicit_VR, whole.is_little_endian = implicit, True
    write_dataset(whole, dataset)
    first = DicomBytesIO()
    first.is_implicit_VR, first.is_little_endian = False, True
    write_dataset(first, dataset.file_meta)
    return (first.getvalue() if meta else b"") + whole.getvalue()


def whole_dataset():
    return make_dataset(RAMP, BitsStored=12, StudyDate="20200101", ImageType=["ORIGINAL"])


@pytest.mark.parametrize("implicit", [False, True], ids=["explicit", "implicit"])
@pytest.mark.parametrize("meta", [False, True], ids=["no meta", "meta"])
def test_a_bare_data_set_reads_as_the_whole_file(implicit, meta, tmp_path):
    dataset = whole_dataset()
    if implicit:
        dataset.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian
    (tmp_path / "a").write_bytes(bare_bytes(dataset, implicit=implicit, meta=meta))
    np.testing.assert_allclose(read_image(tmp_path / "a").pixels, RAMP / 4095, atol=1e-6)


def test_a_bare_compressed_file_is_read_by_its_meta(tmp_path):
    dataset = compress(whole_dataset(), RAMP, uid.JPEGLSLossless)
    (tmp_path / "a").write_bytes(bare_bytes(dataset, meta=True))
    np.testing.assert_allclose(read_image(tmp_path / "a").pixels, RAMP / 4095, atol=1e-6)


def test_a_folder_finds_it(tmp_path):
    (tmp_path / "a").write_bytes(bare_bytes(whole_dataset()))
    assert [file.dicom for file in find_images(tmp_path)[0]] == [True]


@given(st.binary(max_size=200), st.sampled_from([b"\x08\x00", b"\x02\x00", b"\x08\x00\x05\x00CS"]))
def test_other_bytes_are_no_data_set(tail, head):
    assert bare_encoding(head + tail) is None


def spoilt(place: int, value: bytes) -> bytes:
    data = bytearray(bare_bytes(whole_dataset()))
    data[place : place + len(value)] = value
    return bytes(data)


SPOILT = {
    "another first group": spoilt(0, b"\x10\x00"),
    "an unknown element": spoilt(2, b"\x07\x00"),
    "another kind of value": spoilt(4, b"LO"),
    "an odd length": spoilt(6, b"\x09\x00"),
    "a long value": spoilt(6, b"\x00\x10"),
    "the same element thrice": b"\x08\x00\x05\x00CS\x02\x00AB" * 3 + bytes(40),
    "cut": bare_bytes(whole_dataset())[:20],
    "big endian": b"\x00\x08\x00\x05CS\x00\x0aISO_IR 100",
    "meta without a syntax": b"\x02\x00\x00\x00UL\x04\x00\x00\x00\x00\x00" + b"\x08\x00" * 9,
}


@pytest.mark.parametrize("data", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_beginning_is_refused(data, tmp_path):
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(ImageRefused, match="unknown-format"):
        read_image(tmp_path / "a")
