"""NIfTI files: against nibabel, by law, and headers that are not to be believed."""

import gzip
import struct
from itertools import permutations, product

import nibabel
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nibabel.orientations import axcodes2ornt, inv_ornt_aff, ornt_transform

from radzoo.data.readers import find_reader, read_image
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume import read_volume
from radzoo.data.volume.nifti import nifti_grid

CODES = [
    "".join(letters) for axes in permutations(["RL", "AP", "IS"]) for letters in product(*axes)
]
DATA = np.arange(2 * 3 * 4, dtype=np.int16).reshape(2, 3, 4)


def refusal(*arguments) -> str:
    with pytest.raises(ImageRefused) as caught:
        read_volume(*arguments)
    return caught.value.code


def by_nibabel(path):
    """The canonical volume as nibabel gives it (RAS), in our order and direction."""
    closest = nibabel.as_closest_canonical(nibabel.load(path))
    return np.asarray(closest.dataobj, dtype=np.float32)[::-1, ::-1].transpose(2, 1, 0)


def write(path, data=DATA, affine=None, kind=nibabel.Nifti1Image, **header):
    image = kind(data, np.diag([0.5, 0.7, 2.5, 1.0]) if affine is None else affine)
    for name, value in header.items():
        image.header[name] = value
    nibabel.save(image, path)
    return path


def spoil(path, place, layout, *values):
    data = bytearray(path.read_bytes())
    struct.pack_into(layout, data, place, *values)
    path.write_bytes(data)
    return path


def test_there_are_48_orientations():
    assert len(set(CODES)) == 48


@pytest.mark.parametrize("code", CODES)
def test_every_orientation_code_gives_the_same_volume(tmp_path, code):
    """The same head, stored in each of the 48 ways."""
    ras = nibabel.Nifti1Image(DATA, np.diag([0.5, 0.7, 2.5, 1.0]))
    stored = ras.as_reoriented(ornt_transform(axcodes2ornt("RAS"), axcodes2ornt(code)))
    assert nibabel.aff2axcodes(stored.affine) == tuple(code)
    nibabel.save(stored, tmp_path / "a.nii")
    volume = read_volume(tmp_path / "a.nii")
    np.testing.assert_array_equal(volume.values, DATA[::-1, ::-1].transpose(2, 1, 0))
    np.testing.assert_allclose(
        volume.affine, [[0, 0, 0.5, -0.5], [0, 0.7, 0, -1.4], [2.5, 0, 0, 0], [0, 0, 0, 1]],
        atol=1e-6,
    )  # fmt: skip
    assert volume.spacing_mm == pytest.approx((2.5, 0.7, 0.5))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(
    st.sampled_from([np.uint8, np.int8, np.int16, np.uint16, np.int32, np.float32, np.float64]),
    st.sampled_from([nibabel.Nifti1Image, nibabel.Nifti2Image]),
    st.sampled_from([".nii", ".nii.gz"]),
    st.integers(0, 2**32 - 1),
)
def test_values_and_places_are_those_of_nibabel(tmp_path, dtype, kind, suffix, seed):
    chance = np.random.default_rng(seed)
    data = (chance.random((3, 4, 5)) * 100).astype(dtype)
    affine = np.eye(4)
    affine[:3, :3] = chance.normal(size=(3, 3)) + 3 * np.eye(3)[chance.permutation(3)]
    affine[:3, 3] = chance.normal(size=3) * 50
    path = write(tmp_path / f"a{suffix}", data, affine, kind)
    volume = read_volume(path)
    loaded = nibabel.load(path)
    want, flip = np.asarray(loaded.dataobj), np.diag([-1.0, -1, 1, 1])
    assert sorted(volume.values.ravel()) == pytest.approx(sorted(want.ravel()))
    for place in ((0, 0, 0), (2, 0, 0), (0, 3, 0), (0, 0, 4), (1, 2, 3)):
        there = np.linalg.inv(volume.affine) @ flip @ loaded.affine @ [*place, 1]
        np.testing.assert_allclose(there, np.rint(there), atol=1e-4)
        found = volume.values[tuple(np.rint(there[:3]).astype(int))]
        assert found == pytest.approx(np.float32(want[place]))


def test_slope_and_intercept_are_applied(tmp_path):
    path = write(tmp_path / "a.nii")
    spoil(path, 112, "<ff", 0.5, -7)
    np.testing.assert_allclose(read_volume(path).values, by_nibabel(path))
    assert read_volume(path).values.max() == 23 * 0.5 - 7


def test_a_slope_of_zero_is_none(tmp_path):
    path = write(tmp_path / "a.nii")
    spoil(path, 112, "<ff", 0, -7)
    assert read_volume(path).values.max() == 23


def test_big_endian_is_read(tmp_path):
    image = nibabel.Nifti1Image(DATA, np.eye(4), nibabel.Nifti1Header(endianness=">"))
    nibabel.save(image, tmp_path / "a.nii")
    np.testing.assert_array_equal(
        read_volume(tmp_path / "a.nii").values, by_nibabel(tmp_path / "a.nii")
    )


def test_the_sform_counts_before_the_qform(tmp_path):
    image = nibabel.Nifti1Image(DATA, np.eye(4))
    image.set_sform(np.diag([2.0, 2, 2, 1]), code=1)
    image.set_qform(np.diag([3.0, 3, 3, 1]), code=1)
    nibabel.save(image, tmp_path / "a.nii")
    volume = read_volume(tmp_path / "a.nii")
    assert volume.spacing_mm == (2, 2, 2)
    assert volume.remarks == {"sform-qform-differ": 4}
    image.set_sform(None, code=0)
    nibabel.save(image, tmp_path / "a.nii")
    volume = read_volume(tmp_path / "a.nii")
    assert volume.spacing_mm == pytest.approx((3, 3, 3))
    assert not volume.remarks


def test_without_either_the_orientation_is_unknown_and_said_to_be(tmp_path):
    image = nibabel.Nifti1Image(DATA, None)
    image.header.set_zooms((0.5, 0.7, 2.5))
    nibabel.save(image, tmp_path / "a.nii")
    volume = read_volume(tmp_path / "a.nii")
    assert volume.spacing_mm == pytest.approx((2.5, 0.7, 0.5))
    assert volume.remarks == {"orientation-unknown": 4}


@pytest.mark.parametrize(("unit", "factor"), [(0, 1), (1, 1000), (2, 1), (3, 0.001)])
def test_units_of_length_become_mm(tmp_path, unit, factor):
    path = spoil(write(tmp_path / "a.nii"), 123, "<B", unit)
    assert read_volume(path).spacing_mm == pytest.approx((2.5 * factor, 0.7 * factor, 0.5 * factor))


def test_of_a_4d_file_one_volume_is_named(tmp_path):
    series = np.stack([DATA, DATA + 100, DATA + 200], axis=-1)
    path = write(tmp_path / "a.nii.gz", series)
    assert refusal(path) == "time-series"
    assert read_volume(path, "frame/2").values.min() == 100
    assert refusal(path, "frame/4") == "no-member"
    assert refusal(write(tmp_path / "b.nii", series[..., None, :]), "frame/1") == "time-series"


DAMAGE = {
    "no dimension": (40, "<h", (0,), "bad-header"),
    "eight dimensions": (40, "<h", (8,), "bad-header"),
    "negative size": (42, "<h", (-2,), "bad-header"),
    "size of zero": (44, "<h", (0,), "bad-header"),
    "larger than the budget": (42, "<hhh", (32767, 8000, 32767), "too-many-pixels"),
    "many slices": (42, "<hhh", (8000, 8000, 5), "too-many-voxels"),
    "more than the file": (42, "<hhh", (20, 30, 40), "damaged"),
    "complex": (70, "<hh", (32, 64), "unknown-values"),
    "colour": (70, "<hh", (128, 24), "unknown-values"),
    "bits of another type": (70, "<hh", (4, 8), "bad-header"),
    "data in the header": (108, "<f", (100,), "bad-header"),
    "data nowhere": (108, "<f", (float("nan"),), "bad-header"),
    "data far away": (108, "<f", (1e9,), "bad-header"),
    "slope no number": (112, "<f", (float("nan"),), "bad-header"),
    "intercept infinite": (116, "<f", (float("inf"),), "bad-header"),
    "sform no number": (280, "<f", (float("nan"),), "bad-header"),
    "sform flat": (280, "<12f", (0,) * 12, "bad-header"),
    "a unit of time": (123, "<B", (5,), "bad-header"),
    "half of a pair": (344, "<4s", (b"ni1\0",), "unknown-format"),
    "overflow": (112, "<f", (3e38,), "not-finite"),
}


@pytest.mark.parametrize(("place", "layout", "values", "code"), DAMAGE.values(), ids=DAMAGE)
def test_headers_that_make_no_sense_are_refused(tmp_path, place, layout, values, code):
    path = spoil(write(tmp_path / "a.nii"), place, layout, *values)
    assert refusal(path) == code


def test_values_that_are_not_finite_are_refused(tmp_path):
    data = DATA.astype(np.float32)
    data[1, 1, 1] = np.nan
    assert refusal(write(tmp_path / "a.nii", data)) == "not-finite"


def test_a_truncated_file_is_refused(tmp_path):
    path = write(tmp_path / "a.nii.gz")
    path.write_bytes(path.read_bytes()[:-12])
    assert refusal(path) == "damaged"


def test_a_flipped_bit_is_found_by_the_checksum(tmp_path):
    path = write(tmp_path / "a.nii")
    data = bytearray(gzip.compress(path.read_bytes(), compresslevel=0))
    data[-20] ^= 1  # among the voxels, which are stored as they are
    (tmp_path / "a.nii.gz").write_bytes(data)
    assert refusal(tmp_path / "a.nii.gz") == "damaged"


def test_a_bomb_is_refused_without_inflating_it(tmp_path):
    plain = write(tmp_path / "a.nii").read_bytes()
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(plain + bytes(3 * 1024**2)))
    assert refusal(tmp_path / "a.nii.gz") == "inflates-too-far"
    (tmp_path / "b.nii.gz").write_bytes(gzip.compress(plain + bytes(1000)))
    assert read_volume(tmp_path / "b.nii.gz").values.max() == 23


def test_it_is_known_by_its_bytes_and_is_no_single_image(tmp_path):
    path = write(tmp_path / "a.nii.gz").rename(tmp_path / "a.png")
    assert find_reader(path.read_bytes()[:1024]).name == "nifti"
    with pytest.raises(ImageRefused, match="volume"):
        read_image(path)


def test_the_grid_is_known_without_the_voxels(tmp_path):
    path = write(tmp_path / "a.nii", affine=inv_ornt_aff(axcodes2ornt("PSL"), (4, 2, 3)))
    volume, grid = read_volume(path), nifti_grid(path)
    assert grid.shape == volume.values.shape
    np.testing.assert_array_equal(grid.affine, volume.affine)


class TestOneSlice:
    """A file of one slice is an image."""

    values = np.array([[0, 50, 100], [200, 250, 255]], np.uint8)  # (rows, columns)

    def write(self, path, values, order, spacing=(3.0, 2.0, 1.0)):
        """Canonical `(slices, rows, columns)`: `order` says where the image's axes go."""
        volume = np.expand_dims(values, order)
        affine = np.diag([-spacing[2], -spacing[1], spacing[0], 1.0])
        nibabel.save(nibabel.Nifti1Image(volume.transpose(2, 1, 0), affine), path)
        return path

    def test_eight_bits_keep_their_range(self, tmp_path):
        image = read_image(self.write(tmp_path / "a.nii", self.values, 0))
        np.testing.assert_allclose(image.pixels, self.values / 255, atol=1e-6)
        assert image.spacing_mm == pytest.approx((2, 1))

    def test_others_go_from_the_lowest_to_the_highest(self, tmp_path):
        values = self.values.astype(np.int16) * 3 - 700
        image = read_image(self.write(tmp_path / "a.nii.gz", values, 0))
        np.testing.assert_allclose(image.pixels, self.values / 255, atol=1e-6)
        flat = read_image(self.write(tmp_path / "b.nii", np.full((2, 2), 7.0), 0))
        assert flat.pixels.max() == 0

    @pytest.mark.parametrize(("axis", "spacing"), [(1, (3, 1)), (2, (3, 2))])
    def test_the_head_is_up(self, tmp_path, axis, spacing):
        """Slices go from the feet to the head: in a frontal or lateral view, that is upwards."""
        image = read_image(self.write(tmp_path / "a.nii", self.values, axis))
        np.testing.assert_allclose(image.pixels, self.values[::-1] / 255, atol=1e-6)
        assert image.spacing_mm == pytest.approx(spacing)

    def test_two_slices_are_a_volume(self, tmp_path):
        path = write(tmp_path / "a.nii", np.zeros((4, 4, 2), np.uint8))
        with pytest.raises(ImageRefused, match="volume"):
            read_image(path)
