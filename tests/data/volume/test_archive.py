"""Volumes in archives, as MedMNIST 3-D has them."""

import numpy as np
import pytest

from radzoo.data.refusal import ImageRefused
from radzoo.data.volume import read_volume


@pytest.fixture
def archive(tmp_path):
    nodules = np.random.default_rng(0).integers(0, 255, (3, 28, 28, 28)).astype(np.uint8)
    holes = np.full((1, 2, 3, 4), np.nan, np.float32)
    flat = np.zeros((2, 28, 28), np.uint8)
    np.savez(tmp_path / "nodulemnist3d.npz", train_images=nodules, holes=holes, flat=flat)
    return tmp_path / "nodulemnist3d.npz", nodules


def test_a_row_is_a_volume_of_its_own_numbers(archive):
    path, nodules = archive
    volume = read_volume(path, "train_images/2")
    np.testing.assert_array_equal(volume.values, nodules[2])
    assert volume.values.dtype == np.float32
    assert (volume.affine, volume.spacing_mm, volume.unit) == (None, None, "")


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("train_images/3", "no-member"), ("train_images", "no-member"), ("", "no-member"),
        ("flat/0", "no-volume"), ("holes/0", "not-finite"),
    ],
)  # fmt: skip
def test_what_is_no_volume_is_refused(archive, member, code):
    with pytest.raises(ImageRefused) as caught:
        read_volume(archive[0], member)
    assert caught.value.code == code
