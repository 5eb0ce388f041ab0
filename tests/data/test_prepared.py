"""The prepared store: decoded once, whole or not at all, found again, checked."""

import json
import os
import stat

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from strategies import unit_images

from radzoo.core.case import Case
from radzoo.core.entry import PlaneInput
from radzoo.core.errors import EnvironmentFailure
from radzoo.data.prepared import prepare
from radzoo.data.resize import FITS, INTERPOLATIONS, quantise, resize


@pytest.fixture
def cases(tmp_path):
    made = []
    for number in range(4):
        path = tmp_path / f"{number}.png"
        pixels = np.random.default_rng(number).integers(0, 256, (12, 12)).astype(np.uint8)
        Pillow.fromarray(pixels).save(path)
        made.append(Case(f"case {number}", path, {}))
    return made


def run(cases, cache, **options):
    settings = {"size": 12, "fit": "pad", "interpolation": "bilinear", "workers": 1, **options}
    return prepare(cases, cache=cache, **settings)


def stored(cases):
    return np.stack([np.asarray(Pillow.open(case.path)) for case in cases]).astype(np.uint16) * 257


def test_images_are_those_of_the_files(cases, tmp_path):
    got = run(cases, tmp_path / "cache")
    np.testing.assert_array_equal(got.images, stored(cases))
    assert isinstance(got.images, np.memmap)
    assert (got.cases, got.refused, got.reused) == (tuple(cases), (), False)


def test_a_second_run_decodes_nothing(cases, tmp_path, monkeypatch):
    first = run(cases, tmp_path / "cache")
    monkeypatch.setattr("radzoo.data.prepared.Guard", None)
    again = run(cases, tmp_path / "cache")
    assert again.reused
    np.testing.assert_array_equal(again.images, first.images)


def test_refused_files_are_values_also_when_found_again(cases, tmp_path):
    cases[1].path.write_bytes(b"rubbish")
    cases.append(Case("gone", tmp_path / "gone.png", {}))
    for reused in (False, True):
        got = run(cases, tmp_path / "cache")
        assert got.reused is reused
        assert [case.case_id for case in got.cases] == ["case 0", "case 2", "case 3"]
        assert [one.case_id for one in got.refused] == ["case 1", "gone"]
        assert got.refused[0].reason.startswith("unknown-format: ")
        np.testing.assert_array_equal(got.images, stored(got.cases))


def test_nothing_readable_is_no_error_here(tmp_path):
    for reused in (False, True):
        got = run([Case("gone", tmp_path / "gone.png", {})], tmp_path / "cache")
        assert got.images.shape == (0, 12, 12)
        assert (len(got.refused), got.reused) == (1, reused)


@pytest.mark.parametrize("damage", ["flip a bit", "cut", "index", "lose"])
def test_a_damaged_store_is_made_again(damage, cases, tmp_path):
    run(cases, tmp_path / "cache")
    (images,) = (tmp_path / "cache").rglob("images.npy")
    index = images.with_name("index.json")
    if damage == "flip a bit":
        data = bytearray(images.read_bytes())
        data[-1] ^= 1
        images.write_bytes(data)
    elif damage == "cut":
        os.truncate(images, images.stat().st_size - 10)
    elif damage == "index":
        index.write_text("{}")
    else:
        images.unlink()
    got = run(cases, tmp_path / "cache")
    assert not got.reused
    np.testing.assert_array_equal(got.images, stored(cases))


def test_a_changed_file_or_setting_is_decoded_anew(cases, tmp_path):
    run(cases, tmp_path / "cache")
    assert not run(cases, tmp_path / "cache", size=8).reused
    assert not run(cases, tmp_path / "cache", fit="crop").reused
    Pillow.fromarray(np.zeros((12, 12), np.uint8)).save(cases[0].path)
    got = run(cases, tmp_path / "cache")
    assert not got.reused
    assert got.images[0].max() == 0


def test_an_interrupted_run_leaves_nothing(cases, tmp_path):
    def stop(items):
        yield from list(items)[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(cases, tmp_path / "cache", track=stop)
    assert list((tmp_path / "cache" / "prepared").iterdir()) == []
    assert not run(cases, tmp_path / "cache").reused


def test_the_store_is_private_and_names_nobody(cases, tmp_path):
    named = [Case("case", cases[0].path, {}, patient_id="CANARY")]
    run(named, tmp_path / "cache")
    (folder,) = (tmp_path / "cache" / "prepared").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "CANARY" not in folder.name + (folder / "index.json").read_text()
    assert json.loads((folder / "index.json").read_text())["recipe"] == 1


def test_a_cache_that_cannot_be_written_is_said(cases, tmp_path):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(EnvironmentFailure, match="cannot write"):
        run(cases, tmp_path / "cache")


# --- resizing ---


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("fit", FITS)
@given(pixels=unit_images, size=st.integers(1, 20))
def test_resized_images_are_square_and_in_range(fit, interpolation, pixels, size):
    got = resize(pixels, size, fit=fit, interpolation=interpolation)
    assert got.shape == (size, size)
    assert got.min() >= 0
    assert got.max() <= 1


@pytest.mark.parametrize("fit", ["crop", "squash"])
@given(value=st.floats(0, 1, width=32), size=st.integers(1, 20))
def test_a_flat_image_stays_flat(fit, value, size):
    flat = np.full((7, 9), value, np.float32)
    got = resize(flat, size, fit=fit, interpolation="bilinear")
    np.testing.assert_allclose(got, value, atol=1e-6)


def test_padding_keeps_the_middle_and_adds_black():
    got = resize(np.ones((4, 8), np.float32), 8, fit="pad", interpolation="bilinear")
    assert (got[2:6] == 1).all()
    assert (got[:2] == 0).all()
    assert (got[6:] == 0).all()


def test_a_crop_after_resizing_the_shorter_edge_takes_less_of_the_image():
    """Shorter edge 8 to 256, middle 224: the middle 7 of 8 pixels, as torchvision does it."""
    ramp = np.tile(np.arange(16, dtype=np.float32) / 15, (8, 1))
    whole = resize(ramp, 224, fit="crop", interpolation="bilinear")
    part = resize(ramp, 224, fit="crop", interpolation="bilinear", edge=256)
    scaled = resize(ramp[:, 4:12], 256, fit="crop", interpolation="bilinear")
    assert part.shape == (224, 224)
    assert np.ptp(part) == pytest.approx(np.ptp(whole) * 7 / 8, rel=0.02)
    assert part[112] == pytest.approx(scaled[128, 16:240], abs=0.01)


def test_the_edge_scales_with_the_size_of_the_input():
    plane = PlaneInput(channels=1, size=224, mean=[0.0], std=[1.0], fit="crop", resize=256)
    assert [plane.edge_at(size) for size in (224, 448, 64)] == [256, 512, 73]
    assert PlaneInput(channels=1, size=224, mean=[0.0], std=[1.0]).edge_at(224) is None


def test_cropping_keeps_the_middle():
    pixels = np.zeros((4, 8), np.float32)
    pixels[:, 2:6] = 1
    assert (resize(pixels, 4, fit="crop", interpolation="bilinear") == 1).all()


def test_shrinking_is_antialiased():
    stripes = np.tile(np.array([0, 1], np.float32), (64, 32))
    got = resize(stripes, 8, fit="pad", interpolation="bilinear")
    assert np.abs(got - 0.5).max() < 0.1


def test_rounding_keeps_both_ends():
    got = quantise(np.array([0, 0.5, 1], np.float32))
    assert (got.dtype, got.tolist()) == (np.uint16, [0, 32768, 65535])
