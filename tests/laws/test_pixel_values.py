"""Pixel values: whatever a header says, they are those of pydicom's own functions.

pydicom maps a window onto the range of the stored values behind the modality transform;
the same numbers on the scale 0..1 are what the recipe promises.
"""

import numpy as np
import pytest
from dicoms import compress, lookup_table, make_dataset, save
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread, uid
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

from radzoo.data.readers import read_image
from radzoo.data.readers.dicom_grey import to_unit_range

SYNTAXES = (
    uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
)  # fmt: skip
LOSSLESS = (
    uid.RLELossless, uid.JPEGLossless, uid.JPEGLosslessSV1, uid.JPEGLSLossless,
    uid.JPEG2000Lossless, uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL,
)  # fmt: skip
FUNCTIONS = (None, "LINEAR", "LINEAR_EXACT", "SIGMOID")


@st.composite
def stored_values(draw):
    """Stored values of any depth and sign, and the attributes that say so."""
    bits = draw(st.integers(2, 16))
    signed = draw(st.booleans())
    allocated = 8 if bits <= 8 and draw(st.booleans()) else 16
    low = -(2 ** (bits - 1)) if signed else 0
    values = draw(st.lists(st.integers(low, low + 2**bits - 1), min_size=12, max_size=12))
    kind = f"{'i' if signed else 'u'}{allocated // 8}"
    return np.array(values, kind).reshape(3, 4), {"BitsStored": bits}


@st.composite
def windows(draw):
    center = draw(st.integers(-3000, 3000)) / 2
    width = draw(st.integers(2, 6000))
    function = draw(st.sampled_from(FUNCTIONS))
    named = {} if function is None else {"VOILUTFunction": function}
    if draw(st.booleans()):
        return {"WindowCenter": center, "WindowWidth": width, **named}
    return {"WindowCenter": [center, 7], "WindowWidth": [width, 9], **named}


rescales = st.sampled_from(
    [
        {}, {"RescaleSlope": 1, "RescaleIntercept": -1024},
        {"RescaleSlope": 0.5, "RescaleIntercept": 3}, {"RescaleSlope": -2, "RescaleIntercept": 0},
    ]
)  # fmt: skip


def whole_words(stored):
    """pydicom compresses 8 stored bits of 16 as if they were 8 of 8."""
    return {"BitsStored": 8 * stored.itemsize}


def through_pydicom(path) -> np.ndarray:
    """Return the same image by pydicom alone, on the scale of the recipe."""
    dataset = dcmread(path)
    bits = dataset.BitsStored
    low = -(2 ** (bits - 1)) if dataset.PixelRepresentation else 0
    ends = apply_modality_lut(np.array([low, low + 2**bits - 1]), dataset)
    with np.errstate(over="ignore"):  # a steep sigmoid
        shown = apply_voi_lut(apply_modality_lut(dataset.pixel_array, dataset), dataset, index=0)
    unit = (shown - ends[0]) / float(ends[1] - ends[0])
    return 1 - unit if dataset.PhotometricInterpretation == "MONOCHROME1" else unit


@given(
    stored_values(), rescales, windows(), st.sampled_from(SYNTAXES),
    st.sampled_from(["MONOCHROME1", "MONOCHROME2"]),
)  # fmt: skip
def test_windows_of_any_depth_sign_and_encoding(tmp_path_factory, image, rescale, window, syntax,
                                                photometric):  # fmt: skip
    stored, depth = image
    dataset = make_dataset(
        stored, PhotometricInterpretation=photometric, **depth, **rescale, **window
    )
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax == uid.ExplicitVRBigEndian:
        dataset.PixelData = stored.astype(stored.dtype.newbyteorder(">")).tobytes()
    path = save(dataset, tmp_path_factory.getbasetemp() / "law.dcm")
    np.testing.assert_allclose(read_image(path).pixels, through_pydicom(path), atol=1e-6)


@settings(max_examples=40)
@given(
    stored_values(), rescales, windows(), st.sampled_from(LOSSLESS),
    st.sampled_from(["MONOCHROME1", "MONOCHROME2"]),
)  # fmt: skip
def test_lossless_compression_changes_no_value(tmp_path_factory, image, rescale, window, syntax,
                                               photometric):  # fmt: skip
    """pydicom reads the same values uncompressed: its own decoders have no say here."""
    stored, depth = image
    header = {"PhotometricInterpretation": photometric, **depth, **rescale, **window}
    folder = tmp_path_factory.getbasetemp()
    want = through_pydicom(save(make_dataset(stored, **header), folder / "plain.dcm"))
    unsigned = stored.view(f"u{stored.itemsize}")  # no codec but JPEG 2000 knows signs
    dataset = compress(make_dataset(stored, **header | whole_words(stored)), unsigned, syntax)
    dataset.BitsStored, dataset.HighBit = depth["BitsStored"], depth["BitsStored"] - 1
    path = save(dataset, folder / "compressed.dcm")
    np.testing.assert_allclose(read_image(path).pixels, want, atol=1e-6)


tables = st.lists(st.integers(0, 65535), min_size=2, max_size=50, unique=True)


@given(stored_values(), tables, st.integers(-100, 100))
def test_a_voi_table_is_looked_up_as_by_pydicom(image, entries, first):
    stored, depth = image
    dataset = make_dataset(stored, **depth, VOILUTSequence=lookup_table(entries, max(first, 0)))
    values = stored.astype(np.int32)
    table = np.array(entries)
    want = (apply_voi_lut(values, dataset) - table.min()) / float(np.ptp(table))
    # pydicom holds the index in 16 bits: beyond them it wraps around.
    fits = (values - max(first, 0)) < 2**16
    np.testing.assert_allclose(to_unit_range(dataset, stored)[fits], want[fits], atol=1e-6)


@given(stored_values(), tables)
def test_a_modality_table_goes_before_the_window(image, entries):
    stored, depth = image
    sequence = lookup_table(entries, 0)
    dataset = make_dataset(
        stored, **depth, ModalityLUTSequence=sequence, WindowCenter=30000, WindowWidth=20000
    )
    values = apply_modality_lut(stored.astype(np.int32), dataset).astype(float)
    want = np.clip((values - 29999.5) / 19999 + 0.5, 0, 1)
    np.testing.assert_allclose(to_unit_range(dataset, stored), want, atol=1e-6)


@pytest.mark.parametrize("first", [-1024, 64512], ids=["signed", "written unsigned"])
@pytest.mark.parametrize("bits", [8, 16])
def test_a_table_may_begin_below_zero(first, bits):
    """Worked by hand: -1024 is the first entry, -1023 the second, and so on."""
    stored = np.array([[-2000, -1024, -1023, -1022, 3000]], np.int16)
    dataset = make_dataset(stored, VOILUTSequence=lookup_table([0, 50, 200], 0, bits))
    dataset.VOILUTSequence[0]["LUTDescriptor"].VR = "SS" if first < 0 else "US"
    dataset.VOILUTSequence[0].LUTDescriptor = [3, first, bits]
    np.testing.assert_allclose(to_unit_range(dataset, stored), [[0, 0, 0.25, 1, 1]], atol=1e-6)


@pytest.mark.parametrize("packing", ["words", "bytes", "two in a word"])
def test_tables_of_8_bits_come_in_three_packings(packing, tmp_path):
    entries = np.array([10, 60, 110, 210], np.uint8)
    dataset = make_dataset(np.array([[0, 1, 2, 3, 900]], np.uint16))
    sequence = lookup_table([0], 0, 8)
    item = sequence[0]
    item.LUTDescriptor = [4, 0, 8]
    if packing == "words":
        item.add_new("LUTData", "US", [int(entry) for entry in entries])
    elif packing == "bytes":
        item.add_new("LUTData", "OW", entries.tobytes())
    else:
        item.add_new("LUTData", "US", [int(word) for word in entries.view("<u2")])
    dataset.VOILUTSequence = sequence
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    np.testing.assert_allclose(got, [[0, 0.25, 0.5, 1, 1]], atol=1e-6)


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_tables_in_words_follow_the_byte_order_of_the_file(syntax, tmp_path):
    stored = np.array([[0, 1, 2]], np.uint16)
    big = ">" if syntax == uid.ExplicitVRBigEndian else "<"
    dataset = make_dataset(stored)
    dataset.PixelData = stored.astype(f"{big}u2").tobytes()
    sequence = lookup_table([0], 0)
    sequence[0].LUTDescriptor = [3, 0, 16]
    sequence[0].add_new("LUTData", "OW", np.array([0, 300, 1200], f"{big}u2").tobytes())
    dataset.VOILUTSequence = sequence
    dataset.file_meta.TransferSyntaxUID = syntax
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    np.testing.assert_allclose(got, [[0, 0.25, 1]], atol=1e-6)
