"""The reader npy: one row of an array, and nothing that is not there."""

import numpy as np
import pytest

from radzoo.data.readers import read_image
from radzoo.data.refusal import ImageRefused


@pytest.mark.parametrize("dtype", ["u1", "<u2"])
def test_a_row_is_read_alone(tmp_path, dtype):
    highest = np.iinfo(dtype).max
    images = np.random.default_rng(0).integers(0, highest, (3, 4, 5), endpoint=True).astype(dtype)
    np.save(tmp_path / "a.npy", images)
    got = read_image(tmp_path / "a.npy", "1").pixels
    np.testing.assert_array_equal(got, images[1].astype(np.float32) / np.float32(highest))


@pytest.mark.parametrize(
    ("array", "member", "code"),
    [
        (np.zeros((2, 3, 3), "u1"), "2", "no-member"),
        (np.zeros((2, 3, 3), "u1"), "-1", "no-member"),
        (np.zeros((2, 3, 3), "u1"), "", "no-member"),
        (np.zeros((2, 3, 3), "u1"), "too-slow", "too-slow"),
        (np.zeros((2, 3, 3), "f4"), "0", "damaged"),
        (np.zeros((2, 3, 3), ">u2"), "0", "damaged"),
        (np.zeros((2, 3), "u1"), "0", "damaged"),
        (np.zeros((2, 3, 3, 3), "u1"), "0", "volume"),
        (np.zeros((2, 3, 3), "u1", order="F"), "0", "damaged"),
        (np.zeros((2, 0, 3), "u1"), "0", "bad-header"),
    ],
)
def test_anything_else_is_refused(tmp_path, array, member, code):
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(ImageRefused) as caught:
        read_image(tmp_path / "a.npy", member)
    assert caught.value.code == code


@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: data[:20] + b"\x00" * 300])
def test_damage_is_refused(tmp_path, spoil):
    np.save(tmp_path / "a.npy", np.zeros((1, 9, 9), "u1"))
    data = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(spoil(data))
    with pytest.raises(ImageRefused) as caught:
        read_image(tmp_path / "a.npy", "0")
    assert caught.value.code == "damaged"


def test_a_header_that_promises_too_much_is_refused(tmp_path):
    from radzoo.data.prepared.array_file import make_header

    header = make_header(1, (10**6, 10**6), np.dtype("u1"))
    (tmp_path / "a.npy").write_bytes(header + b"x")
    with pytest.raises(ImageRefused) as caught:
        read_image(tmp_path / "a.npy", "0")
    assert caught.value.code == "too-many-pixels"
