"""`radzoo show FILE` as a user meets it."""

import json

import numpy as np
import pytest
from dicoms import make_dicom
from PIL import Image as Pillow
from rich.console import Console

from radzoo.data.refusal import REASONS
from radzoo.render.preview import preview_blocks
from radzoo.workflows.preview import HINTS


@pytest.fixture
def ct(tmp_path):
    """A quarter each of air, water, a padding value, and bone; wide pixels, a canary name."""
    stored = np.full((8, 8), 1024, np.uint16)
    stored[:4, :4], stored[4:, :4], stored[4:, 4:] = 24, 63_000, 2024
    return make_dicom(
        tmp_path / "ct.dcm", stored, Modality="CT", RescaleSlope=1, RescaleIntercept=-1024,
        RescaleType="HU", PixelPaddingValue=63_000, PixelSpacing=[1, 2], BitsStored=16,
        WindowCenter=0, WindowWidth=1999, PatientName="CANARY", PatientID="CANARY",
        SeriesDescription="CANARY",
    )  # fmt: skip


def test_values_before_and_after_are_told_and_nobodys_name(ct, radzoo):
    code, out, err = radzoo("show", ct, "--json")
    shown = json.loads(out)
    assert (code, err) == (0, "")
    assert (shown["rows"], shown["columns"], shown["modality"]) == (8, 8, "CT")
    assert shown["stored"] == [24, 63_000]
    assert (shown["values"], shown["unit"]) == ([-1000, 1000], "HU")
    assert (shown["window"], shown["shown"]) == ("LINEAR of the file", [-999.5, 998.5])
    assert (shown["share_black"], shown["share_white"]) == (0.5, 0.25)
    assert shown["grey"] == [0, 1]
    assert "CANARY" not in out


@pytest.mark.parametrize(
    ("header", "window", "ends"),
    [
        pytest.param({"WindowCenter": [40, 8], "WindowWidth": [20, 9], "VOILUTFunction": "SIGMOID"},
                     "SIGMOID of the file, first of 2", [30, 50], id="two"),
        pytest.param({"WindowCenter": 40, "WindowWidth": 20, "VOILUTFunction": "LINEAR_EXACT"},
                     "LINEAR_EXACT of the file", [30, 50], id="exact"),
        pytest.param({"WindowCenter": 40, "WindowWidth": 20, "VOILUTFunction": "LINEAR_EXACT",
                      "PhotometricInterpretation": "MONOCHROME1"},
                     "LINEAR_EXACT of the file", [50, 30], id="inverted"),
        pytest.param({"WindowCenter": 40, "WindowWidth": 0},
                     "none in the file, lowest to highest value", [7, 63], id="no width"),
        pytest.param({"Modality": "CT"},
                     "none in the file, the usual one of CT", [-1000, 1000], id="CT"),
        pytest.param({"BitsStored": 8},
                     "none in the file, all values of 8 bits", [0, 255], id="8 bits"),
    ],
)  # fmt: skip
def test_the_window_that_made_the_picture_is_named(header, window, ends, tmp_path, radzoo):
    stored = np.arange(64, dtype=np.uint16).reshape(8, 8)
    stored[0] = 7
    path = make_dicom(tmp_path / "a.dcm", stored, **{"BitsStored": 12, "Modality": "DX"} | header)
    shown = json.loads(radzoo("show", path, "--json")[1])
    assert (shown["window"], shown["shown"]) == (window, ends)


def test_a_png_of_16_bits_shows_its_values(tmp_path, radzoo):
    Pillow.fromarray(np.array([[0, 13107]], np.uint16)).save(tmp_path / "a.png")
    shown = json.loads(radzoo("show", tmp_path / "a.png", "--json")[1])
    assert shown["stored"] == [0, 13107]
    assert shown["grey"] == pytest.approx([0, 0.2])


def test_a_page_without_picture_in_a_pipe(ct, radzoo):
    code, out, err = radzoo("show", ct)
    words = " ".join(out.split())
    assert (code, err) == (0, "")
    assert "values -1,000 to 1,000 HU" in words
    assert "50.0% black, 25.0% white" in words
    assert "\u2580" not in out


def test_the_picture_has_square_pixels_and_the_grey_of_the_window(ct, tmp_path, radzoo):
    code, _, err = radzoo("show", ct, "--png", tmp_path / "a.png", "--window", "0/4000")
    assert code == 0
    assert "shows a patient" in err
    picture = np.asarray(Pillow.open(tmp_path / "a.png"))
    assert picture.shape == (4, 8)
    assert picture[[0, 0, 3, 3], [0, 7, 0, 7]].tolist() == pytest.approx([64, 128, 0, 191], abs=1)
    assert (tmp_path / "a.png").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("words", "code", "id_"),
    [
        (("show", "resnet18", "--png", "a.png"), 2, "not-a-file"),
        (("show", "no/such.dcm"), 3, "no-preview"),
        (("show", "nosuch.png"), 3, "no-preview"),
        (("show", "bad.png"), 3, "no-preview"),
        (("show", "bad.png", "--window", "lungs"), 2, "window"),
        (("show", "bad.png", "--png", "a.jpg"), 2, "wrong-suffix"),
    ],
)
def test_what_cannot_be_shown(words, code, id_, tmp_path, monkeypatch, radzoo):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    got, out, err = radzoo(*words, "--json")
    assert (got, out) == (code, "")
    assert json.loads(err)["error"]["id"] == id_


@pytest.mark.parametrize(
    ("member", "said", "hint"),
    [
        ("frame/9", "has no such frame, array or row (it has 5, numbered 1 to 5)", "--member"),
        ("slice", 'has no such frame, array or row"', "--member"),
        ("", "holds more than one frame", "--member frame/1"),
    ],
)
def test_the_hint_fits_the_refusal(member, said, hint, tmp_path, radzoo):
    pixels = np.zeros((5, 8, 8), np.uint8)
    path = make_dicom(tmp_path / "a.dcm", pixels[0], NumberOfFrames=5, PixelData=pixels.tobytes())
    code, _, err = radzoo("show", path, "--member", member, "--json")
    assert code == 3
    assert said in err
    assert hint in json.loads(err)["error"]["hint"]


def test_every_hint_belongs_to_a_reason():
    assert set(HINTS) <= set(REASONS)


def test_a_volume_shows_its_middle_slice(tmp_path, radzoo):
    import nibabel

    values = np.zeros((4, 6, 5), np.int16)
    values[:, :, 2] = 100
    nibabel.save(nibabel.Nifti1Image(values, np.diag([1, 1, 3, 1])), tmp_path / "v.nii.gz")
    code, out, _ = radzoo("show", tmp_path / "v.nii.gz", "--json", "--png", tmp_path / "v.png")
    shown = json.loads(out)
    assert (code, shown["slices"], shown["slice"]) == (0, 5, 3)
    assert shown["values"] == [0, 100]
    assert (np.asarray(Pillow.open(tmp_path / "v.png")) == 255).all()


def test_blocks_fit_and_keep_the_proportions(capsys):
    picture = np.tile(np.array([0, 255], np.uint8), (40, 20))
    text = preview_blocks(picture, columns=20, lines=50)
    lines = text.plain.rstrip("\n").split("\n")
    assert (len(lines), len(lines[0])) == (10, 20)
    Console(force_terminal=True, color_system="truecolor", width=20, no_color=False).print(text)
    assert "\x1b[38;2;" in capsys.readouterr().out


def test_nothing_is_overwritten_unasked_and_the_image_never(ct, tmp_path, radzoo):
    image, notes = tmp_path / "im.png", tmp_path / "notes.png"
    Pillow.fromarray(np.zeros((6, 6), np.uint8)).save(image)
    notes.write_text("mine")
    before = image.read_bytes()
    assert radzoo("show", image, "--png", notes)[0] == 2
    assert radzoo("show", image, "--png", image, "--overwrite")[0] == 2
    assert (notes.read_text(), image.read_bytes()) == ("mine", before)
    assert radzoo("show", image, "--png", notes, "--overwrite")[0] == 0
    assert notes.read_bytes().startswith(b"\x89PNG")


def test_a_window_is_for_hounsfield_units_only(tmp_path, radzoo):
    image = tmp_path / "im.png"
    Pillow.fromarray(np.zeros((6, 6), np.uint8)).save(image)
    code, _, err = radzoo("show", image, "--window", "lung")
    assert code == 3
    assert "not-hounsfield" in err
