"""How pixels lie in a DICOM file: bits, byte orders, colour spaces, floating point."""

import imagecodecs
import numpy as np
import pytest
from dicoms import compress, make_dataset, make_dicom, put_frame, save
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from pydicom import dcmread, uid
from pydicom.pixels.processing import apply_color_lut
from strategies import stored_12_bits

from radzoo.data.readers import read_image
from radzoo.data.refusal import ImageRefused

RAMP = np.linspace(0, 4095, 64 * 48).reshape(64, 48).astype(np.uint16)
# Smooth, so that colour that is stored at half the width loses little.
SMOOTH = np.stack(
    [np.add.outer(np.arange(32) * 2, np.arange(40) * step) % 256 for step in (1, 2, 3)], -1
).astype(np.uint8)


def luminance(rgb: np.ndarray) -> np.ndarray:
    return (rgb.astype(float) @ [0.299, 0.587, 0.114]) / 255


@given(stored_12_bits, st.integers(0, 15), st.sampled_from([uid.ExplicitVRLittleEndian,
                                                            uid.RLELossless]))  # fmt: skip
def test_values_at_the_top_of_their_word_and_overlays_below(tmp_path_factory, stored, low, syntax):
    folder = tmp_path_factory.getbasetemp()
    plain = read_image(make_dicom(folder / "plain.dcm", stored, BitsStored=12)).pixels
    shifted = (stored << 4 | low).astype(np.uint16)
    dataset = make_dataset(shifted, BitsStored=12)
    if syntax == uid.RLELossless:
        dataset = compress(dataset, shifted, syntax)
    dataset.HighBit = 15
    got = read_image(save(dataset, folder / "shifted.dcm")).pixels
    np.testing.assert_array_equal(got, plain)


def test_signed_values_at_the_top_of_their_word(tmp_path):
    stored = np.array([[-2048, -1, 0, 2047]], np.int16)
    dataset = make_dataset((stored << 4).astype(np.int16), BitsStored=12)
    dataset.HighBit = 15
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    np.testing.assert_allclose(got, (stored + 2048.0) / 4095, atol=1e-6)


def test_signed_12_bits_under_overlays(tmp_path):
    """Overlays above the value look like a sign: the sign is the highest stored bit."""
    stored = np.array([[-2048, -1, 0, 2047]], np.int16)
    dirty = ((stored.view(np.uint16) & 0x0FFF) | 0x5000).view(np.int16)
    got = read_image(make_dicom(tmp_path / "a.dcm", dirty, BitsStored=12)).pixels
    np.testing.assert_allclose(got, (stored + 2048.0) / 4095, atol=1e-6)


@pytest.mark.parametrize("high_bit", [3, 99])
def test_a_high_bit_that_cannot_be_is_ignored(high_bit, tmp_path):
    plain = read_image(make_dicom(tmp_path / "a.dcm", RAMP, BitsStored=12)).pixels
    dataset = make_dataset(RAMP, BitsStored=12)
    dataset.HighBit = high_bit
    np.testing.assert_array_equal(read_image(save(dataset, tmp_path / "b.dcm")).pixels, plain)


@pytest.mark.parametrize("keyword", ["FloatPixelData", "DoubleFloatPixelData"])
def test_floating_point_pixels(keyword, tmp_path):
    kind = "<f4" if keyword == "FloatPixelData" else "<f8"
    values = np.linspace(-3, 5, 12).reshape(3, 4).astype(kind)
    dataset = make_dataset(np.zeros((3, 4), np.uint16), BitsAllocated=8 * values.itemsize)
    for unused in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
        delattr(dataset, unused)
    setattr(dataset, keyword, values.tobytes())
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    np.testing.assert_allclose(got, (values + 3) / 8, atol=1e-6)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_floating_point_that_is_no_number_is_refused(value, tmp_path):
    values = np.array([[0, 1, value, 3]], "<f4")
    dataset = make_dataset(np.zeros((1, 4), np.uint16), BitsAllocated=32)
    for unused in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
        delattr(dataset, unused)
    dataset.FloatPixelData = values.tobytes()
    with pytest.raises(ImageRefused, match="not-finite"):
        read_image(save(dataset, tmp_path / "a.dcm"))


@pytest.mark.parametrize("padding", [np.nan, -1000.0])
def test_floating_point_padding_is_black(padding, tmp_path):
    values = np.array([[padding, 1, 2, 3]], "<f4")
    dataset = make_dataset(np.zeros((1, 4), np.uint16), BitsAllocated=32)
    for unused in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
        delattr(dataset, unused)
    dataset.FloatPixelData, dataset.FloatPixelPaddingValue = values.tobytes(), padding
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    np.testing.assert_allclose(got, [[0, 0, 0.5, 1]], atol=1e-6)


def test_ybr_with_half_the_colour_columns(tmp_path):
    ybr = np.asarray(Pillow.fromarray(SMOOTH).convert("YCbCr"))
    pairs = ybr.reshape(32, 20, 2, 3)
    packed = np.concatenate([pairs[..., 0], pairs[..., 0, 1:]], -1)  # Y1 Y2 Cb Cr
    dataset = make_dataset(SMOOTH, PhotometricInterpretation="YBR_FULL_422")
    dataset.PixelData = packed.tobytes()
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    assert np.abs(got - luminance(SMOOTH)).max() < 0.03


def test_ybr_in_planes(tmp_path):
    ybr = np.asarray(Pillow.fromarray(SMOOTH).convert("YCbCr"))
    dataset = make_dataset(ybr, PhotometricInterpretation="YBR_FULL", PlanarConfiguration=1)
    dataset.PixelData = ybr.transpose(2, 0, 1).tobytes()
    got = read_image(save(dataset, tmp_path / "a.dcm")).pixels
    assert np.abs(got - luminance(SMOOTH)).max() < 0.02


@pytest.mark.parametrize("photometric", ["YBR_RCT", "YBR_ICT"])
def test_jpeg_2000_undoes_its_own_colour_transform(photometric, tmp_path):
    reversible = photometric == "YBR_RCT"
    frame = imagecodecs.jpeg2k_encode(
        SMOOTH, level=0 if reversible else 90, codecformat="j2k", reversible=reversible, mct=True
    )
    syntax = uid.JPEG2000Lossless if reversible else uid.JPEG2000
    dataset = make_dataset(SMOOTH, PhotometricInterpretation=photometric)
    path = save(put_frame(dataset, bytes(frame), syntax), tmp_path / "a.dcm")
    np.testing.assert_allclose(
        read_image(path).pixels, luminance(SMOOTH), atol=1e-6 if reversible else 0.02
    )


@pytest.mark.parametrize("photometric", ["YBR_FULL_422", "YBR_FULL", "RGB"])
def test_colour_jpeg_reads_as_pydicom_reads_it(photometric, tmp_path):
    """A JFIF marker means YBR, whatever the header says."""
    import io

    buffer = io.BytesIO()
    Pillow.fromarray(SMOOTH // 2).save(buffer, "JPEG", quality=95, subsampling="4:2:2")
    dataset = make_dataset(SMOOTH, PhotometricInterpretation=photometric)
    path = save(put_frame(dataset, buffer.getvalue(), uid.JPEGBaseline8Bit), tmp_path / "a.dcm")
    got = read_image(path).pixels
    if photometric != "RGB":  # of RGB pydicom warns, which is an error here
        assert np.abs(got - luminance(dcmread(path).pixel_array)).max() < 0.02
    assert np.abs(got - luminance(np.asarray(Pillow.open(buffer)))).max() < 0.02


@pytest.mark.parametrize("segmented", [False, True], ids=["plain", "segmented"])
def test_palettes_are_those_of_pydicom(segmented, tmp_path):
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8) * 3
    dataset = make_dataset(pixels, PhotometricInterpretation="PALETTE COLOR")
    for number, name in enumerate(("Red", "Green", "Blue")):
        dataset.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [256, 0, 16])
        # discrete: 1 entry; linear: 255 more, up to a top of its own
        top = 60000 - 20000 * number
        words = np.array([0, 1, 0, 1, 255, top], "<u2").tobytes()
        if segmented:
            dataset.add_new(f"Segmented{name}PaletteColorLookupTableData", "OW", words)
        else:
            entries = np.linspace(0, top, 256).astype("<u2").tobytes()
            dataset.add_new(f"{name}PaletteColorLookupTableData", "OW", entries)
    path = save(dataset, tmp_path / "a.dcm")
    source = dcmread(path)
    want = apply_color_lut(source.pixel_array, source).astype(float) @ [0.299, 0.587, 0.114]
    np.testing.assert_allclose(read_image(path).pixels, want / 65535, atol=1e-5)
    assert want.max() > 30000
