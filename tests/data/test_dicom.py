"""DICOM to brightness: against pydicom's own functions, by law, and by hand."""

import io

import numpy as np
import pytest
from dicoms import CT, compress, lookup_table, make_dataset, make_dicom, put_frame, save
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut
from pydicom.sequence import Sequence
from strategies import signed_16_bits, stored_8_bits, stored_12_bits

from radzoo.data.readers import read_image
from radzoo.data.readers.dicom_grey import to_unit_range
from radzoo.data.refusal import ImageRefused

RAMP = np.linspace(0, 4095, 64 * 48).reshape(64, 48).astype(np.uint16)
COLOUR = np.random.default_rng(3).integers(0, 256, (32, 40, 3)).astype(np.uint8)


def scaled(values: np.ndarray) -> np.ndarray:
    return (values - values.min()) / (values.max() - values.min())


def refusal(path) -> str:
    with pytest.raises(ImageRefused) as caught:
        read_image(path)
    return caught.value.code


WINDOWS = {
    "linear": {"WindowCenter": 2000, "WindowWidth": 1500},
    "exact": {"WindowCenter": 2000, "WindowWidth": 1500, "VOILUTFunction": "LINEAR_EXACT"},
    "sigmoid": {"WindowCenter": 2000, "WindowWidth": 9000, "VOILUTFunction": "SIGMOID"},
    "first of several": {"WindowCenter": [900, 10], "WindowWidth": [800, 20]},
    "rescaled": {
        "WindowCenter": 100, "WindowWidth": 300, "RescaleSlope": 0.5, "RescaleIntercept": -200,
    },
    "falling": {
        "WindowCenter": -700, "WindowWidth": 900, "RescaleSlope": -1, "RescaleIntercept": 0,
    },
}  # fmt: skip


@pytest.mark.parametrize("attributes", WINDOWS.values(), ids=WINDOWS)
def test_windows_are_those_of_pydicom(attributes, tmp_path):
    dataset = make_dataset(RAMP, BitsStored=12, SOPClassUID=CT, **attributes)
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    values = apply_voi_lut(apply_modality_lut(RAMP, dataset), dataset, index=0)
    # pydicom maps onto the stored range after rescaling, the other way round if it falls.
    ends = apply_modality_lut(np.array([0, 4095]), dataset)
    want = (values - ends[0]) / (ends[1] - ends[0])
    np.testing.assert_allclose(got, want, atol=2e-7)
    assert got.dtype == np.float32


def test_modality_table_and_window_are_those_of_pydicom(tmp_path):
    table = [int(entry) for entry in np.sqrt(np.arange(4096)) * 1000]
    dataset = make_dataset(RAMP, BitsStored=12, ModalityLUTSequence=lookup_table(table, 0))
    dataset.ModalityLUTSequence[0].ModalityLUTType = "US"
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    np.testing.assert_allclose(got, scaled(apply_modality_lut(RAMP, dataset)), atol=1e-6)


def test_voi_table_is_that_of_pydicom_and_goes_before_a_window(tmp_path):
    table = [int(entry) for entry in 65535 * (np.arange(3000) / 2999) ** 2]
    dataset = make_dataset(
        RAMP, BitsStored=12, VOILUTSequence=lookup_table(table, 500),
        WindowCenter=10, WindowWidth=5,
    )  # fmt: skip
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    np.testing.assert_allclose(got, apply_voi_lut(RAMP, dataset) / 65535, atol=1e-6)


def test_functional_groups_of_an_enhanced_object_are_obeyed(tmp_path):
    dataset = make_dataset(RAMP, BitsStored=12, NumberOfFrames=1)
    window, rescale, shared = Dataset(), Dataset(), Dataset()
    window.WindowCenter, window.WindowWidth = 1000, 400
    rescale.RescaleSlope, rescale.RescaleIntercept = 1, -1000
    shared.FrameVOILUTSequence = Sequence([window])
    shared.PixelValueTransformationSequence = Sequence([rescale])
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    want = np.clip((RAMP - 1000.0 - 999.5) / 399 + 0.5, 0, 1)
    np.testing.assert_allclose(got, want, atol=1e-6)


@given(stored_8_bits)
def test_8_bits_without_window_keep_their_whole_range(stored):
    np.testing.assert_array_equal(
        to_unit_range(make_dataset(stored), stored), stored.astype(np.float32) / np.float32(255)
    )


@given(stored_12_bits)
def test_more_bits_without_window_go_from_lowest_to_highest(stored):
    got = to_unit_range(make_dataset(stored, BitsStored=12), stored)
    if stored.min() == stored.max():
        assert (got == 0).all()
    else:
        np.testing.assert_allclose(got, scaled(stored.astype(float)), atol=1e-7)


@given(stored_12_bits, st.sampled_from([*WINDOWS.values(), {}]))
def test_monochrome1_is_one_minus_monochrome2(stored, attributes):
    plain = make_dataset(stored, BitsStored=12, **attributes)
    inverted = make_dataset(
        stored, BitsStored=12, PhotometricInterpretation="MONOCHROME1", **attributes
    )
    np.testing.assert_allclose(
        to_unit_range(inverted, stored), 1 - to_unit_range(plain, stored), atol=1e-7
    )


@given(signed_16_bits)
def test_signed_values_keep_their_order(stored):
    got = to_unit_range(make_dataset(stored), stored)
    assert (np.diff(got.ravel()[np.argsort(stored.ravel(), kind="stable")]) >= 0).all()


@given(stored_12_bits, st.integers(0, 4095), st.integers(0, 4095))
def test_padding_is_black_and_does_not_count_for_the_range(stored, first, last):
    dataset = make_dataset(stored, BitsStored=12)
    dataset.add_new("PixelPaddingValue", "US", first)
    dataset.add_new("PixelPaddingRangeLimit", "US", last)
    got = to_unit_range(dataset, stored)
    padding = (stored >= min(first, last)) & (stored <= max(first, last))
    assert (got[padding] == 0).all()
    kept = stored[~padding].astype(float)
    if kept.size and kept.min() < kept.max():
        np.testing.assert_allclose(got[~padding], scaled(kept), atol=1e-7)


def test_padding_of_monochrome1_is_black_too(tmp_path):
    stored = np.array([[4095, 4095, 0], [1000, 2000, 3000]], dtype=np.uint16)
    dataset = make_dataset(stored, BitsStored=12, PhotometricInterpretation="MONOCHROME1")
    dataset.add_new("PixelPaddingValue", "US", 4095)
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    np.testing.assert_allclose(got, [[0, 0, 1], [2 / 3, 1 / 3, 0]], atol=1e-6)


def test_padding_written_unsigned_for_signed_pixels_is_understood():
    stored = np.array([[-2000, 0, 100]], dtype=np.int16)
    dataset = make_dataset(stored)
    dataset.add_new("PixelPaddingValue", "US", 65536 - 2000)
    np.testing.assert_allclose(to_unit_range(dataset, stored), [[0, 0, 1]])


@pytest.mark.parametrize(
    "attributes",
    [
        {"WindowCenter": 100, "WindowWidth": 0},
        {"WindowCenter": 100, "WindowWidth": 1},
        {"WindowCenter": 100, "WindowWidth": -5, "VOILUTFunction": "SIGMOID"},
        {"WindowCenter": None, "WindowWidth": None},
    ],
    ids=["zero", "one", "negative", "blank"],
)
def test_a_window_without_width_counts_as_none(attributes):
    dataset = make_dataset(RAMP, BitsStored=12, **attributes)
    np.testing.assert_allclose(to_unit_range(dataset, RAMP), scaled(RAMP * 1.0), atol=1e-6)


def test_bits_above_bits_stored_are_ignored(tmp_path):
    dirty = (RAMP | 0xF000).astype(np.uint16)
    clean = read_image(make_dicom(tmp_path / "a.dcm", RAMP, BitsStored=12)).pixels
    got = read_image(make_dicom(tmp_path / "b.dcm", dirty, BitsStored=12)).pixels
    np.testing.assert_array_equal(got, clean)


SYNTAXES = {
    syntax.name: syntax
    for syntax in (
        uid.JPEGLossless, uid.JPEGLosslessSV1, uid.JPEGLSLossless, uid.JPEG2000Lossless,
        uid.RLELossless,
    )
}  # fmt: skip


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES)
def test_lossless_syntaxes_change_nothing(syntax, kind, tmp_path):
    pixels = (RAMP >> 4).astype(kind) if kind == np.uint8 else RAMP
    plain = read_image(make_dicom(tmp_path / "a.dcm", pixels)).pixels
    packed = save(compress(make_dataset(pixels), pixels, syntax), tmp_path / "b.dcm")
    np.testing.assert_array_equal(read_image(packed).pixels, plain)


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES)
def test_signed_values_survive_compression(syntax, tmp_path):
    signed = (RAMP.astype(np.int16) - 1000).astype(np.int16)
    plain = read_image(make_dicom(tmp_path / "a.dcm", signed)).pixels
    # JPEG and JPEG-LS know no sign: the bits are stored as they are.
    source = signed if syntax == uid.JPEG2000Lossless else signed.view(np.uint16)
    packed = save(compress(make_dataset(signed), source, syntax), tmp_path / "b.dcm")
    np.testing.assert_array_equal(read_image(packed).pixels, plain)


@pytest.mark.parametrize(
    ("syntax", "bits", "step"),
    [(uid.JPEGBaseline8Bit, 8, 255), (uid.JPEGExtended12Bit, 12, 4095)],
    ids=["8 bits", "12 bits"],
)
def test_lossy_jpeg_is_close(syntax, bits, step, tmp_path):
    pixels = (RAMP >> 4).astype(np.uint8) if bits == 8 else RAMP
    dataset = make_dataset(pixels, BitsStored=bits, WindowCenter=step / 2 + 0.5,
                           WindowWidth=step + 1)  # fmt: skip
    plain = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    packed = save(compress(dataset, pixels, syntax), tmp_path / "b.dcm")
    assert np.abs(read_image(packed).pixels - plain).max() < 0.01


def test_deflated_files_are_read(tmp_path):
    plain = read_image(make_dicom(tmp_path / "a.dcm", RAMP, BitsStored=12)).pixels
    dataset = make_dataset(RAMP, BitsStored=12)
    dataset.file_meta.TransferSyntaxUID = uid.DeflatedExplicitVRLittleEndian
    np.testing.assert_array_equal(read_image(save(dataset, tmp_path / "b.dcm")).pixels, plain)


def luminance(rgb: np.ndarray) -> np.ndarray:
    return (rgb.astype(float) @ [0.299, 0.587, 0.114]) / 255


@pytest.mark.parametrize("planar", [0, 1])
def test_colour_becomes_luminance(planar, tmp_path):
    dataset = make_dataset(COLOUR, PlanarConfiguration=planar)
    if planar:
        dataset.PixelData = COLOUR.transpose(2, 0, 1).tobytes()
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    np.testing.assert_allclose(got, luminance(COLOUR), atol=1e-6)


@pytest.mark.parametrize("syntax", [uid.RLELossless, uid.JPEGLSLossless, uid.JPEG2000Lossless],
                         ids=lambda syntax: syntax.name)  # fmt: skip
def test_compressed_colour_becomes_luminance(syntax, tmp_path):
    dataset = compress(make_dataset(COLOUR), COLOUR, syntax)
    if syntax == uid.JPEG2000Lossless:
        dataset.PhotometricInterpretation = "YBR_RCT"
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    np.testing.assert_allclose(got, luminance(COLOUR), atol=1e-6)


def test_colour_jpeg_is_what_pillow_makes_of_it(tmp_path):
    smooth = np.stack([np.add.outer(np.arange(32), np.arange(40)) * step for step in (1, 2, 3)], -1)
    buffer = io.BytesIO()
    Pillow.fromarray(smooth.astype(np.uint8)).save(buffer, "JPEG", quality=95, subsampling=0)
    dataset = make_dataset(smooth.astype(np.uint8), PhotometricInterpretation="YBR_FULL")
    put_frame(dataset, buffer.getvalue(), uid.JPEGBaseline8Bit)
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    want = luminance(np.asarray(Pillow.open(io.BytesIO(buffer.getvalue()))))
    assert np.abs(got - want).max() < 0.01


def test_ybr_becomes_luminance(tmp_path):
    ybr = np.asarray(Pillow.fromarray(COLOUR).convert("YCbCr"))
    path = make_dicom(tmp_path / "a.dcm", ybr, PhotometricInterpretation="YBR_FULL")
    assert np.abs(read_image(path).pixels - luminance(COLOUR)).max() < 0.02


def test_palettes_are_applied(tmp_path):
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8)
    dataset = make_dataset(pixels, PhotometricInterpretation="PALETTE COLOR")
    red, green, blue = (np.linspace(0, top, 256).astype("<u2") for top in (65535, 30000, 0))
    for name, entries in (("Red", red), ("Green", green), ("Blue", blue)):
        dataset.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [256, 0, 16])
        dataset.add_new(f"{name}PaletteColorLookupTableData", "OW", entries.tobytes())
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    want = (0.299 * red[pixels] + 0.587 * green[pixels]) / 65535
    np.testing.assert_allclose(got, want, atol=1e-5)


def test_spacing_and_photometric_are_kept(tmp_path):
    path = make_dicom(tmp_path / "a.dcm", RAMP, PhotometricInterpretation="MONOCHROME1",
                      ImagerPixelSpacing=[0.1, 0.2])  # fmt: skip
    image = read_image(path)
    assert (image.spacing_mm, image.photometric) == ((0.1, 0.2), "MONOCHROME1")


# --- what is refused, and why ---


def lying_frame(rows: int, columns: int) -> bytes:
    """A JPEG 2000 codestream whose SIZ claims another size than it holds."""
    frame = bytearray(put_frame_source())
    frame[8:12], frame[12:16] = columns.to_bytes(4, "big"), rows.to_bytes(4, "big")
    return bytes(frame)


def put_frame_source() -> bytes:
    import imagecodecs

    return bytes(imagecodecs.jpeg2k_encode(RAMP, level=0, codecformat="j2k", reversible=True))


def test_a_codestream_that_lies_about_its_size_is_refused(tmp_path):
    dataset = put_frame(make_dataset(RAMP), lying_frame(60000, 60000), uid.JPEG2000Lossless)
    assert refusal(save(dataset, tmp_path / "a.dcm")) == "size-mismatch"


def test_a_jpeg_that_lies_about_its_size_is_refused(tmp_path):
    pixels = (RAMP >> 4).astype(np.uint8)
    dataset = compress(make_dataset(pixels), pixels, uid.JPEGBaseline8Bit)
    dataset.Rows = 128
    assert refusal(save(dataset, tmp_path / "a.dcm")) == "size-mismatch"


def test_a_deflated_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("radzoo.data.readers.dicom_file.MAX_INFLATED_BYTES", 10_000)
    dataset = make_dataset(np.zeros((200, 200), np.uint16))
    dataset.file_meta.TransferSyntaxUID = uid.DeflatedExplicitVRLittleEndian
    path = save(dataset, tmp_path / "a.dcm")
    assert path.stat().st_size < 10_000
    assert refusal(path) == "inflates-too-far"


ATTRIBUTES = {
    "multi-frame": {"NumberOfFrames": 2},
    "too-many-pixels": {"Rows": 60000, "Columns": 60000},
    "bad-header": {"RescaleSlope": 0},
    "mask-not-image": {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.66.4"},
    "unknown-colours": {"PhotometricInterpretation": "HSV"},
}


@pytest.mark.parametrize(("code", "attributes"), ATTRIBUTES.items(), ids=ATTRIBUTES)
def test_what_cannot_be_used_is_refused(code, attributes, tmp_path):
    assert refusal(make_dicom(tmp_path / "a.dcm", RAMP, **attributes)) == code


@pytest.mark.parametrize("keyword", ["PhotometricInterpretation", "BitsAllocated", "Rows"])
def test_an_incomplete_header_is_refused(keyword, tmp_path):
    dataset = make_dataset(RAMP)
    delattr(dataset, keyword)
    assert refusal(save(dataset, tmp_path / "a.dcm")) == "bad-header"


def test_an_object_without_pixels_is_no_image(tmp_path):
    dataset = make_dataset(RAMP)
    del dataset.PixelData
    assert refusal(save(dataset, tmp_path / "a.dcm")) == "no-image"


def test_missing_pixels_are_refused(tmp_path):
    dataset = make_dataset(RAMP)
    dataset.PixelData = dataset.PixelData[:100]
    assert refusal(save(dataset, tmp_path / "a.dcm")) in {"damaged", "undecodable"}


def test_no_word_of_a_library_or_header_reaches_the_refusal(tmp_path, capfd, caplog):
    dataset = make_dataset(RAMP, PatientName="CANARY", PatientID="CANARY")
    dataset.PixelData = b"CANARYCANARY"
    path = save(dataset, tmp_path / "a.dcm")
    with pytest.raises(ImageRefused) as caught:
        read_image(path)
    assert "CANARY" not in str(caught.value) + caplog.text + "".join(capfd.readouterr())
