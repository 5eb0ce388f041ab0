"""The form in which images are kept: depth and margin change nothing of the middle."""

import numpy as np
import pytest
from PIL import Image as Pillow

from radzoo.data.engines.local import decode_locally
from radzoo.data.prepared import Working, prepare_folder
from radzoo.data.prepared.building import Job
from radzoo.data.prepared.key import key_of


def images(cases, folder, working):
    key = key_of(cases, working)
    job = Job(key, cases, working, lambda requests: decode_locally(requests, 1))
    return prepare_folder(folder, job, log=print)


@pytest.mark.parametrize(
    ("fit", "edge"), [("pad", None), ("squash", None), ("crop", None), ("crop", 14), ("crop", 20)]
)
@pytest.mark.parametrize("margin", [1, 2, 5])
def test_a_margin_leaves_the_middle_as_it_is(make_cases, tmp_path, fit, edge, margin):
    cases = make_cases(2, shape=(30, 41))
    plain = images(cases, tmp_path / "plain", Working(10, fit, "bilinear", edge))
    wide = images(cases, tmp_path / "wide", Working(10, fit, "bilinear", edge, margin=margin))
    np.testing.assert_array_equal(wide.images, plain.images)
    assert wide.whole.shape == (2, 10 + 2 * margin, 10 + 2 * margin)


def test_the_margin_of_a_crop_is_what_the_image_has_there(make_cases, tmp_path):
    cases = make_cases(1, shape=(20, 20))
    got = images(cases, tmp_path / "a", Working(10, "crop", "bilinear", 20, margin=7))
    original = np.asarray(Pillow.open(cases[0].path)).astype(np.uint16) * 257
    np.testing.assert_array_equal(got.whole[0, 2:-2, 2:-2], original)
    assert got.whole[0, :2].max() == 0


def test_eight_bits_are_the_sixteen_rounded(make_cases, tmp_path):
    cases = make_cases(3)
    deep = images(cases, tmp_path / "deep", Working(20))
    flat = images(cases, tmp_path / "flat", Working(20, dtype="uint8"))
    assert flat.images.dtype == np.uint8
    np.testing.assert_array_equal(
        flat.images[:, 4:16], [np.asarray(Pillow.open(c.path)) for c in cases]
    )
    np.testing.assert_array_equal(flat.images, np.rint(deep.images / 257))


@pytest.mark.parametrize(
    "change", [{"size": 11}, {"fit": "crop"}, {"interpolation": "bicubic"}, {"edge": 30},
               {"dtype": "uint8"}, {"margin": 1}],
)  # fmt: skip
def test_every_setting_has_a_key_of_its_own(make_cases, change):
    cases, settings = make_cases(1), {"size": 10}
    assert key_of(cases, Working(**settings)) != key_of(cases, Working(**(settings | change)))


def test_by_content_a_moved_file_is_the_same_and_a_changed_one_is_not(make_cases, tmp_path):
    import os
    from dataclasses import replace

    cases, working = make_cases(2), Working(10)
    by_time, by_content = key_of(cases, working), key_of(cases, working, verify_content=True)
    moved = cases[0].path.rename(tmp_path / "moved.png")
    there = [replace(cases[0], path=moved), cases[1]]
    assert key_of(there, working) != by_time
    assert key_of(there, working, verify_content=True) == by_content
    status = moved.stat()
    data = bytearray(moved.read_bytes())
    data[-1] ^= 1
    moved.write_bytes(data)
    os.utime(moved, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert key_of(there, working, verify_content=True) != by_content


def test_the_order_of_cases_counts(make_cases):
    cases = make_cases(2)
    for content in (False, True):
        one, other = (key_of(c, Working(10), verify_content=content) for c in (cases, cases[::-1]))
        assert one != other


def test_exact_images_are_others_and_have_another_key(make_cases, tmp_path):
    cases = make_cases(2, shape=(60, 80))
    quick, exact = Working(20), Working(20, exact=True)
    assert key_of(cases, quick) != key_of(cases, exact)
    first, second = (
        images(cases, tmp_path / name, how).images.astype(int)
        for name, how in (("quick", quick), ("exact", exact))
    )
    assert 0 < np.abs(first - second).mean() < 257 * 4  # of noise, the worst case
