"""Volumes and masks through the guard: the same as without it, and nothing of whose it is."""

import json

import numpy as np
import pytest
from masks import write_segments
from volumes import box, write_series

from radzoo.core.case import Case
from radzoo.data.guard import Guard, Request
from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume import read_volume
from radzoo.data.volume.message import ask_mask, ask_volume, open_mask, open_volume

SECRET = "DOE^JANE"
PLACES = [(-10, -20, 30 + 2 * number) for number in range(4)]


@pytest.fixture
def case(tmp_path):
    ct = tmp_path / "ct"
    paths = write_series(ct, box(), PatientName=SECRET, PatientID=SECRET, SeriesDescription=SECRET)
    drawn = np.random.default_rng(0).integers(0, 2, box().shape)
    seg = write_segments(
        tmp_path / "s.dcm", drawn, PLACES, [1] * 4, PatientName=SECRET, ContentDescription=SECRET
    )
    return Case("a", ct, {}, parts=tuple(path.name for path in paths), mask=seg)


def test_they_come_back_as_they_are(case):
    with Guard(1) as guard:
        volume, mask = open_volume(guard.ask(ask_volume(case))), guard.ask(ask_mask(case))
    want = read_volume(case.path)
    np.testing.assert_array_equal(volume.values, want.values)
    np.testing.assert_array_equal(volume.affine, want.affine)
    assert (volume.unit, dict(volume.remarks)) == ("HU", {})
    drawn = read_mask(case.mask, "", ImagePlace(case.path))
    np.testing.assert_array_equal(open_mask(mask).labels, drawn.labels)
    np.testing.assert_array_equal(open_mask(mask).affine, drawn.affine)
    assert open_mask(mask).names == drawn.names


def test_nothing_in_the_answers_says_whose_they_are(case):
    with Guard(1) as guard:
        answers = [
            guard.ask(request)
            for request in (ask_volume(case), ask_mask(case),
                            Request("inspect", case.path, parts=case.parts))
        ]  # fmt: skip
    for answer in answers:
        assert answer.refused is None
        assert SECRET not in json.dumps(answer.fields)
        assert "1.2." not in json.dumps(answer.fields).replace("1.2.840", "")


def test_refusals_come_back_by_reason(case, tmp_path):
    (case.path / case.parts[1]).unlink()
    whole = Case("b", case.path, {})
    with Guard(1) as guard:
        assert guard.ask(ask_volume(case)).refused == "missing-file"
        assert guard.ask(ask_volume(whole)).refused == "missing-slices"
        with pytest.raises(ImageRefused, match="missing-slices"):
            open_volume(guard.ask(ask_volume(whole)))
    with pytest.raises(ImageRefused, match="no-mask"):
        ask_mask(whole)


def test_many_long_names_do_not_fill_the_pipe(case):
    """While a child sends a large volume, the next request must not wait in a full pipe."""
    many = Case("many", case.path, {}, parts=tuple("x" * 200 + str(n) for n in range(2000)))
    big = case.path.parent / "big.npz"
    np.savez(big, rows=np.zeros((1, 40, 300, 300), np.uint8))
    cases = [Case("big", big, {}, member="rows/0"), many] * 2
    with Guard(1, timeout_s=3) as guard:
        answers = list(guard.map(ask_volume(one) for one in cases))
    assert [answer.refused for answer in answers] == [None, "missing-file"] * 2
