"""The prepared store: decoded once, whole or not at all, found again, checked."""

import json
import os
import stat

import numpy as np
import pytest
from PIL import Image as Pillow

from radzoo.core.case import Case
from radzoo.core.errors import EnvironmentFailure
from radzoo.data.guard import Guard
from radzoo.data.prepared import prepare
from radzoo.data.recipe import RECIPE_VERSION


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


@pytest.fixture
def no_decoding(monkeypatch):
    monkeypatch.setattr("radzoo.data.engines.local.Guard", None)


def test_a_second_run_decodes_nothing(cases, tmp_path, no_decoding):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("radzoo.data.engines.local.Guard", Guard)
        first = run(cases, tmp_path / "cache")
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


def test_an_interrupted_run_leaves_nothing_that_looks_whole(cases, tmp_path):
    def stop(items):
        yield from list(items)[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(cases, tmp_path / "cache", track=stop)
    (left,) = (tmp_path / "cache" / "prepared").iterdir()
    assert left.name.endswith(".partial")
    assert not run(cases, tmp_path / "cache").reused
    (whole,) = (tmp_path / "cache" / "prepared").iterdir()
    assert sorted(file.name for file in whole.iterdir()) == ["images.npy", "index.json"]


def test_the_array_is_one_that_numpy_reads(cases, tmp_path):
    got = run(cases, tmp_path / "cache")
    (images,) = (tmp_path / "cache").rglob("images.npy")
    np.testing.assert_array_equal(np.load(images), got.images)


def test_the_store_is_private_and_names_nobody(cases, tmp_path):
    named = [Case("case", cases[0].path, {}, patient_id="CANARY")]
    run(named, tmp_path / "cache")
    (folder,) = (tmp_path / "cache" / "prepared").iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "CANARY" not in folder.name + (folder / "index.json").read_text()
    assert json.loads((folder / "index.json").read_text())["recipe"] == RECIPE_VERSION


def test_a_cache_that_cannot_be_written_is_said(cases, tmp_path):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(EnvironmentFailure, match="cannot write"):
        run(cases, tmp_path / "cache")
