"""DICOM objects of many frames: as a volume, or frame by frame."""

import numpy as np
import pytest
from dicoms import ENCODERS, make_dataset, save
from pydicom import Dataset, dcmread, uid
from pydicom.encaps import encapsulate, encapsulate_extended
from volumes import box, write_enhanced

from radzoo.data.readers import read_image
from radzoo.data.readers.dicom_file import GREY, open_dataset
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume import read_volume

PIXELS = box()
UP = [(0, 0, 2.0 * number) for number in range(4)]


def refusal(read, *arguments) -> str:
    with pytest.raises(ImageRefused) as caught:
        read(*arguments)
    return caught.value.code


def test_frames_go_where_their_positions_say(tmp_path):
    order = [2, 0, 3, 1]
    path = write_enhanced(tmp_path / "a.dcm", PIXELS[order], [UP[place] for place in order])
    volume = read_volume(path)
    np.testing.assert_array_equal(volume.values, PIXELS.astype(np.float32))
    assert volume.spacing_mm == pytest.approx((2.0, 0.7, 0.5))


def test_each_frame_has_its_own_rescaling(tmp_path):
    path = write_enhanced(tmp_path / "a.dcm", PIXELS, UP[::-1], slopes=[1, 2, 3, 4])
    want = (PIXELS * np.array([1, 2, 3, 4])[:, None, None])[::-1]
    np.testing.assert_array_equal(read_volume(path).values, want)


@pytest.mark.parametrize(
    ("positions", "code"),
    [
        pytest.param([UP[0], UP[1], UP[1], UP[2]], "duplicate-slices", id="two phases"),
        pytest.param([UP[0]] * 4, "duplicate-slices", id="a cine"),
        pytest.param([UP[0], UP[1], UP[3], (0, 0, 8)], "missing-slices", id="a gap"),
    ],
)
def test_frames_that_are_no_stack_are_refused(tmp_path, positions, code):
    path = write_enhanced(tmp_path / "a.dcm", PIXELS, positions)
    assert refusal(read_volume, path) == code


def test_frames_without_a_place_are_refused(tmp_path):
    dataset = make_dataset(PIXELS[0], NumberOfFrames=4, PixelData=PIXELS.tobytes())
    assert refusal(read_volume, save(dataset, tmp_path / "a.dcm")) == "no-geometry"


def test_fewer_groups_than_frames_are_refused(tmp_path):
    dataset = dcmread(write_enhanced(tmp_path / "a.dcm", PIXELS, UP))
    dataset.NumberOfFrames = 3
    dataset.save_as(tmp_path / "a.dcm")
    assert refusal(read_volume, tmp_path / "a.dcm") == "bad-header"
    assert refusal(read_image, tmp_path / "a.dcm", "frame/1") == "bad-header"


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("syntax", [uid.JPEGLSLossless, uid.JPEG2000Lossless])
def test_compressed_frames_are_the_same(tmp_path, syntax, extended):
    plain = read_volume(write_enhanced(tmp_path / "a.dcm", PIXELS, UP))
    dataset = dcmread(tmp_path / "a.dcm")
    dataset.file_meta.TransferSyntaxUID = syntax
    # JPEG-LS and JPEG 2000 of the encoders here hold unsigned numbers.
    dataset.PixelRepresentation = 0
    frames = [bytes(ENCODERS[syntax](image.astype(np.uint16))) for image in PIXELS]
    if extended:
        parts = encapsulate_extended(frames)
        dataset.PixelData, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = parts
    else:
        dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(tmp_path / "b.dcm")
    np.testing.assert_array_equal(read_volume(tmp_path / "b.dcm").values, plain.values)
    for number in (1, 4):
        member = f"frame/{number}"
        np.testing.assert_array_equal(
            read_image(tmp_path / "b.dcm", member).pixels,
            read_image(tmp_path / "a.dcm", member).pixels,
        )


def test_a_frame_of_another_size_than_the_header_is_refused(tmp_path):
    dataset = dcmread(write_enhanced(tmp_path / "a.dcm", PIXELS, UP))
    dataset.file_meta.TransferSyntaxUID = uid.JPEGLSLossless
    frames = [bytes(ENCODERS[uid.JPEGLSLossless](image.astype(np.uint16))) for image in PIXELS]
    frames[3] = bytes(ENCODERS[uid.JPEGLSLossless](np.zeros((50, 60), np.uint16)))
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB"
    dataset.save_as(tmp_path / "a.dcm")
    assert refusal(read_volume, tmp_path / "a.dcm") == "size-mismatch"


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_frame_alone_reads_like_a_file_of_its_own(tmp_path, number):
    frames = np.random.default_rng(1).integers(0, 255, (4, 3, 5)).astype(np.uint8)  # odd length
    dataset = make_dataset(frames[0], NumberOfFrames=4, PixelData=frames.tobytes())
    save(dataset, tmp_path / "a.dcm")
    alone = save(make_dataset(frames[number - 1]), tmp_path / "b.dcm")
    got = read_image(tmp_path / "a.dcm", f"frame/{number}")
    np.testing.assert_array_equal(got.pixels, read_image(alone).pixels)


def test_a_frame_has_its_own_window(tmp_path):
    dataset = dcmread(write_enhanced(tmp_path / "a.dcm", PIXELS, UP))
    for number, group in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        voi = Dataset()
        voi.WindowCenter, voi.WindowWidth, voi.VOILUTFunction = 500 * number, 400, "LINEAR_EXACT"
        group.FrameVOILUTSequence = [voi]
    dataset.save_as(tmp_path / "a.dcm")
    want = np.clip((PIXELS[2] - 1000.0) / 400 + 0.5, 0, 1)
    got = read_image(tmp_path / "a.dcm", "frame/3").pixels
    np.testing.assert_allclose(got, want, atol=1e-6)


@pytest.mark.parametrize(
    "member", ["frame/0", "frame/5", "frame/x", "frame/", "slice/1", "frame/²"]
)
def test_other_members_are_refused(tmp_path, member):
    path = write_enhanced(tmp_path / "a.dcm", PIXELS, UP)
    assert refusal(read_image, path, member) == "no-member"


def test_without_a_member_the_image_is_not_one(tmp_path):
    path = write_enhanced(tmp_path / "a.dcm", PIXELS, UP)
    assert refusal(read_image, path) == "multi-frame"


def test_thousands_of_frames_are_many_and_not_a_damaged_header(tmp_path, monkeypatch):
    monkeypatch.setattr("radzoo.data.readers.dicom.MAX_READS", 100)  # few frames are too many
    frames = 120
    places = [(0, 0, 2.0 * number) for number in range(frames)]
    path = write_enhanced(tmp_path / "a.dcm", np.zeros((frames, 2, 2), np.int16), places)
    dataset = dcmread(path)
    dataset["PerFrameFunctionalGroupsSequence"].is_undefined_length = True
    dataset.save_as(path)
    with pytest.raises(ImageRefused, match="too-many-elements"):
        open_dataset(path, GREY, pixels=True, max_reads=100)
    assert refusal(read_image, path) == "multi-frame"
    assert read_image(path, f"frame/{frames}").pixels.shape == (2, 2)
    assert read_volume(path).values.shape == (frames, 2, 2)
