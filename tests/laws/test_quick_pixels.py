"""The quick way to a square: the values are those of the ordinary way, whatever a header says."""

import numpy as np
import pytest
from dicoms import compress, make_dataset, save
from hypothesis import given
from hypothesis import strategies as st
from pydicom import uid
from pydicom.encaps import encapsulate, get_frame

from radzoo.core.window import Window
from radzoo.data.readers import dicom_quick
from radzoo.data.readers.dicom import read_dicom
from radzoo.data.resize import Target
from radzoo.data.shrink import RAMP_ERROR, Table, block_means, find_ramp

SYNTAXES = (
    uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.JPEGLSLossless,
    uid.JPEGLosslessSV1, uid.JPEG2000Lossless, uid.RLELossless,
)  # fmt: skip
FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


@st.composite
def images(draw):
    """Stored values, 8 x 10, and a header that may say anything about them."""
    bits = draw(st.integers(6, 16))
    signed = draw(st.booleans())
    allocated = 8 if bits <= 8 else 16
    low = -(2 ** (bits - 1)) if signed else 0
    seed = draw(st.integers(0, 1000))
    values = np.random.default_rng(seed).integers(low, low + 2**bits, (8, 10))
    stored = values.astype(f"{'i' if signed else 'u'}{allocated // 8}")
    header = {
        "BitsStored": bits,
        "PhotometricInterpretation": draw(st.sampled_from(["MONOCHROME1", "MONOCHROME2"])),
    }
    if draw(st.booleans()):
        header |= {
            "WindowCenter": draw(st.integers(-2000, 2000)) / 2,
            "WindowWidth": draw(st.integers(2, 5000)),
            "VOILUTFunction": draw(st.sampled_from(FUNCTIONS)),
        }
    if draw(st.booleans()):
        slope = draw(st.sampled_from([0.5, 1, -2]))
        header |= {"RescaleSlope": slope, "RescaleIntercept": draw(st.integers(-1100, 100))}
    if draw(st.booleans()):
        header["PixelPaddingValue"] = int(draw(st.sampled_from(sorted(set(values.flat)))))
    return stored, header


def values_on_the_quick_way(path, monkeypatch, window=None):
    """Return the values that the quick way averages; None if it leaves the file alone."""
    seen = []

    def keep(stored, table, target):
        seen.append(table.shown[stored.astype(np.int64) - table.first])
        return np.zeros((target.size, target.size), np.float32)

    with monkeypatch.context() as patch:
        patch.setattr(dicom_quick, "shrink", keep)
        small = dicom_quick.read_small(path, Target(2, fit="squash", exact=True), window)
    assert (small is None) == (not seen)
    return seen[0] if seen else None


@given(images(), st.sampled_from(SYNTAXES))
def test_values_are_those_of_the_ordinary_way(tmp_path_factory, image, syntax):
    stored, header = image
    dataset = make_dataset(stored, **header)
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax.is_encapsulated:
        compress(dataset, stored.view(f"u{stored.itemsize}"), syntax)
    path = save(dataset, tmp_path_factory.mktemp("quick") / "a.dcm")
    with pytest.MonkeyPatch.context() as monkeypatch:
        quick = values_on_the_quick_way(path, monkeypatch)
    if quick is not None:
        np.testing.assert_array_equal(quick, read_dicom(path).pixels)


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_common_files_go_the_quick_way(tmp_path, monkeypatch, syntax):
    stored = np.arange(80, dtype=np.uint16).reshape(8, 10) * 50
    dataset = make_dataset(stored, BitsStored=12, WindowCenter=2000, WindowWidth=3000)
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax.is_encapsulated:
        compress(dataset, stored, syntax)
    path = save(dataset, tmp_path / "a.dcm")
    quick = values_on_the_quick_way(path, monkeypatch)
    np.testing.assert_array_equal(quick, read_dicom(path).pixels)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"NumberOfFrames": 2, "Rows": 4}, id="two frames"),
        pytest.param({"BitsStored": 10}, id="more bits than stored"),
        pytest.param({"PixelPaddingValue": 50}, id="padding and no window"),
        pytest.param({"PhotometricInterpretation": "PALETTE COLOR"}, id="palette"),
        pytest.param({"PixelData": b"\0" * 100}, id="too few pixels"),
        pytest.param({"Modality": "RTDOSE", "Rows": 0}, id="no rows"),
    ],
)
def test_all_else_is_left_to_the_ordinary_way(tmp_path, monkeypatch, header):
    stored = np.arange(80, dtype=np.uint16).reshape(8, 10) * 50
    path = save(make_dataset(stored, **{"BitsStored": 12, **header}), tmp_path / "a.dcm")
    assert values_on_the_quick_way(path, monkeypatch) is None


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"PixelRepresentation": 2}, id="neither signed nor unsigned"),
        pytest.param({"SamplesPerPixel": None}, id="no samples"),
        pytest.param({"HighBit": 15}, id="values at the top of their word"),
    ],
)
@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_headers_that_the_ordinary_way_minds(tmp_path, monkeypatch, header, syntax):
    dataset = make_dataset(np.arange(80, dtype=np.uint16).reshape(8, 10), BitsStored=12)
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax.is_encapsulated:
        compress(dataset, np.arange(80, dtype=np.uint16).reshape(8, 10), syntax)
    for keyword, value in header.items():
        setattr(dataset, keyword, value)
    path = save(dataset, tmp_path / "a.dcm")
    assert values_on_the_quick_way(path, monkeypatch) is None


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_files_that_end_too_soon_or_too_late(tmp_path, monkeypatch, syntax):
    stored = np.arange(80, dtype=np.uint16).reshape(8, 10) * 50
    dataset = make_dataset(stored, BitsStored=12, WindowCenter=2000, WindowWidth=3000)
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax.is_encapsulated:
        compress(dataset, stored, syntax)
    path = save(dataset, tmp_path / "a.dcm")
    data = path.read_bytes()
    for wrong in (data[:-1], data[:-8], data[:-20], data + b"\x08\x00\x40\x11SQ\0\0"):
        path.write_bytes(wrong)
        assert values_on_the_quick_way(path, monkeypatch) is None
    padding = b"\xfc\xff\xfc\xff" + (b"OB\0\0" if not syntax.is_implicit_VR else b"")
    path.write_bytes(data + padding + b"\x02\0\0\0\0\0")
    assert values_on_the_quick_way(path, monkeypatch) is not None
    np.testing.assert_array_equal(
        values_on_the_quick_way(path, monkeypatch), read_dicom(path).pixels
    )


@pytest.mark.parametrize("fragments", [2, 3])
def test_a_frame_in_several_fragments_goes_the_quick_way(tmp_path, monkeypatch, fragments):
    stored = np.arange(80, dtype=np.uint16).reshape(8, 10) * 50
    dataset = make_dataset(stored, BitsStored=12, WindowCenter=2000, WindowWidth=3000)
    frame = get_frame(compress(dataset, stored, uid.JPEGLSLossless).PixelData, 0)
    dataset.PixelData = encapsulate([frame], fragments_per_frame=fragments)
    path = save(dataset, tmp_path / "a.dcm")
    quick = values_on_the_quick_way(path, monkeypatch)
    np.testing.assert_array_equal(quick, read_dicom(path).pixels)


def test_a_frame_that_begins_elsewhere_is_left_to_the_ordinary_way(tmp_path, monkeypatch):
    stored = np.arange(80, dtype=np.uint16).reshape(8, 10) * 50
    dataset = make_dataset(stored, BitsStored=12, WindowCenter=2000, WindowWidth=3000)
    path = save(compress(dataset, stored, uid.JPEGLSLossless), tmp_path / "a.dcm")
    table = b"\xfe\xff\x00\xe0\x04\0\0\0"
    path.write_bytes(path.read_bytes().replace(table + b"\0", table + b"\x08"))
    assert values_on_the_quick_way(path, monkeypatch) is None


def test_a_swarm_of_fragments_is_left_to_the_ordinary_way(tmp_path, monkeypatch):
    stored = np.arange(80, dtype=np.uint16).reshape(8, 10) * 50
    dataset = make_dataset(stored, BitsStored=12, WindowCenter=2000, WindowWidth=3000)
    frame = get_frame(compress(dataset, stored, uid.JPEGLSLossless).PixelData, 0)
    dataset.PixelData = encapsulate([frame], fragments_per_frame=3)
    path = save(dataset, tmp_path / "a.dcm")
    monkeypatch.setattr(dicom_quick, "MOST_FRAGMENTS", 3)
    assert values_on_the_quick_way(path, monkeypatch) is None


def test_a_window_asked_for_counts(tmp_path, monkeypatch):
    stored = np.arange(80, dtype=np.int16).reshape(8, 10) * 20 - 1000
    path = save(make_dataset(stored, Modality="CT"), tmp_path / "a.dcm")
    lung = Window(-600, 1500)
    quick = values_on_the_quick_way(path, monkeypatch, lung)
    np.testing.assert_array_equal(quick, read_dicom(path, window=lung).pixels)
    assert quick[0, 0] == pytest.approx((-1000 + 1350) / 1500)


@given(
    st.integers(1, 40), st.integers(1, 40), st.integers(1, 7), st.integers(1, 7),
    st.sampled_from(["u1", "u2", "i1", "i2"]), st.booleans(), st.integers(0, 100),
)  # fmt: skip
def test_blocks_are_means_of_shown_values(rows, columns, down, across, kind, curved, seed):
    random = np.random.default_rng(seed)
    ends = np.iinfo(kind)
    stored = random.integers(ends.min, ends.max, (rows, columns), kind, endpoint=True)
    first = int(stored.min())
    domain = np.arange(first, int(stored.max()) + 1) - first
    low, high = sorted(random.integers(0, len(domain), 2))
    shown = np.clip((domain - low) / max(1, high - low), 0, 1)
    shown = shown**2 if curved else shown[:: random.choice([1, -1])]
    means = block_means(stored, Table(first, shown.astype(np.float32)), (down, across))
    looked_up = shown[stored.astype(int) - first]
    for row, column in np.ndindex(means.shape):
        block = looked_up[row * down :, column * across :][:down, :across]
        assert means[row, column] == pytest.approx(block.mean(), abs=RAMP_ERROR)


@given(st.integers(0, 4000), st.integers(1, 4000), st.integers(1, 2**16))
def test_a_ramp_is_told_from_a_curve(low, width, length):
    even = np.clip((np.arange(length) - low) / width, 0, 1).astype(np.float32)
    ramp = find_ramp(Table(-7, even))
    assert ramp is not None
    steps = np.clip(np.arange(length) - 7, ramp.low, ramp.high) - ramp.low
    np.testing.assert_allclose(ramp.at_low + ramp.per_step * steps, even, atol=RAMP_ERROR)
    bent = np.sqrt(np.linspace(0, 1, 500, dtype=np.float32))
    assert find_ramp(Table(0, bent)) is None
