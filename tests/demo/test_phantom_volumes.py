"""Glands: the same for a seed, told apart by their shape, and the same in NIfTI and archives."""

import nibabel
import numpy as np
import pytest

from radzoo.data.volume import read_volume
from radzoo.demo.phantom_volumes import (
    EXTENT_MM,
    draw_glands,
    gland_archive,
    gland_nifti,
    gland_table,
)
from radzoo.metrics.auroc import auroc


@pytest.fixture(scope="module")
def glands():
    return draw_glands(200, seed=1)


def test_a_seed_gives_the_same_and_fewer_are_the_first_of_more(glands):
    again = draw_glands(6, seed=1)
    for one, other in zip(glands, again, strict=False):
        assert np.array_equal(one.voxels, other.voxels)
        assert (one.mass, one.volume_ml) == (other.mass, other.volume_ml)
    assert not np.array_equal(draw_glands(1, seed=2)[0].voxels, glands[0].voxels)


def test_a_finer_grid_shows_the_same_gland(glands):
    finer = draw_glands(1, seed=1, size=56)[0]
    assert finer.voxels.shape == (56, 56, 56)
    assert finer.spacing_mm == EXTENT_MM / 56
    assert finer.volume_ml == pytest.approx(glands[0].volume_ml, rel=0.05)


def test_a_bulge_is_more_of_the_same_gland():
    """With and without: nothing is taken away, and what is added is no more than a ball."""
    plain, bulging = draw_glands(20, seed=3, share=0.0), draw_glands(20, seed=3, share=1.0)
    for without, with_mass in zip(plain, bulging, strict=True):
        added = with_mass.volume_ml - without.volume_ml
        assert (without.voxels <= with_mass.voxels).all()
        assert 0 < added < 1.1 * 4.19 * with_mass.bulge_mm**3 / 1000
        assert (without.mass, without.bulge_mm, with_mass.mass) == (0, 0.0, 1)


def test_size_alone_does_not_tell(glands):
    mass = np.array([gland.mass for gland in glands], dtype=float)
    volume = np.array([gland.volume_ml for gland in glands])
    assert 0.4 < mass.mean() < 0.6
    assert 0.5 < auroc(mass, volume) < 0.8


def test_glands_lie_within_the_volume(glands):
    for gland in glands:
        border = gland.voxels.copy()
        border[1:-1, 1:-1, 1:-1] = 0
        assert not border.any()


def test_both_glands_of_a_patient_are_of_one_split(glands):
    splits = {}
    for gland in glands:
        splits.setdefault(gland.patient, set()).add(gland.split)
    assert len(splits) == 100
    assert all(len(split) == 1 for split in splits.values())


def test_nifti_gives_back_voxels_and_volume(glands, tmp_path):
    gland = glands[1]
    path = tmp_path / "gland.nii"
    path.write_bytes(gland_nifti(gland))
    volume = read_volume(path)
    assert np.array_equal(volume.values, gland.voxels)
    assert volume.spacing_mm == pytest.approx([gland.spacing_mm] * 3)
    assert nibabel.aff2axcodes(nibabel.load(path).affine) == ("L", "P", "S")
    inside = (volume.values > 0).sum() * np.prod(volume.spacing_mm) / 1000
    assert inside == pytest.approx(gland.volume_ml, abs=1e-3)


def test_the_archive_holds_every_gland_once(glands):
    arrays = gland_archive(glands[:20])
    assert [len(arrays[f"{split}_images"]) for split in ("train", "val", "test")] == [12, 4, 4]
    assert np.array_equal(arrays["val_images"][0], glands[6].voxels)
    assert arrays["val_labels"].tolist() == [[gland.mass] for gland in glands[6:8] + glands[16:18]]


@pytest.mark.parametrize("target", ["mass", "volume_ml"])
def test_the_table_tells_one_target(glands, target):
    lines = gland_table(glands[:2], target).splitlines()
    assert lines[0] == f"path,patient_id,split,target:{target}"
    assert lines[2] == f"P0000-1.nii,P0000,train,{getattr(glands[1], target)}"
