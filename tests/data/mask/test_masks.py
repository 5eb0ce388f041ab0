"""Masks on the grid of their image: by hand, and what does not fit."""

import nibabel
import numpy as np
import pytest
from dicoms import make_dicom
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from masks import write_segments, write_structures
from PIL import Image as Pillow
from volumes import box, write_enhanced, write_series

from radzoo.data.mask import read_mask
from radzoo.data.mask.image import ImagePlace
from radzoo.data.refusal import ImageRefused
from radzoo.data.volume import read_volume

PIXELS = box()
SHAPE = PIXELS.shape
ORIGIN = np.array([-10.0, -20.0, 30.0])


def at(*numbers):
    """Mm along x, y and z."""
    return np.array(numbers, float)


PLACES = [ORIGIN + at(0, 0, 2.0 * number) for number in range(4)]
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)


@pytest.fixture
def image(tmp_path):
    write_series(tmp_path / "ct", PIXELS)
    return ImagePlace(tmp_path / "ct")


def refusal(path, image, member="") -> str:
    with pytest.raises(ImageRefused) as caught:
        read_mask(path, member, image)
    return caught.value.code


def labels(seed=0, highest=1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, highest + 1, SHAPE).astype(np.uint8)


class TestNifti:
    """The image is a series, the mask a NIfTI file in any orientation."""

    def write(self, path, drawn, affine):
        """Write labels of the canonical grid, given its LPS affine, as RAS NIfTI."""
        ras = np.diag([-1.0, -1, 1, 1]) @ affine[:, [2, 1, 0, 3]]
        nibabel.save(nibabel.Nifti1Image(drawn.transpose(2, 1, 0), ras), path)
        return path

    def test_the_same_grid_is_taken(self, tmp_path, image):
        affine = read_volume(image.path).affine
        mask = read_mask(self.write(tmp_path / "m.nii.gz", labels(0, 2), affine), "", image)
        np.testing.assert_array_equal(mask.labels, labels(0, 2))
        np.testing.assert_array_equal(mask.affine, affine)
        assert mask.labels.dtype == np.uint16

    @pytest.mark.parametrize("code", ["LPS", "RAS", "SPL", "AIR"])
    def test_its_own_orientation_is_no_matter(self, tmp_path, image, code):
        path = self.write(tmp_path / "m.nii", labels(), read_volume(image.path).affine)
        loaded = nibabel.load(path)
        start = nibabel.io_orientation(loaded.affine)
        end = nibabel.orientations.axcodes2ornt(code)
        turned = loaded.as_reoriented(nibabel.orientations.ornt_transform(start, end))
        nibabel.save(turned, tmp_path / "t.nii")
        np.testing.assert_array_equal(read_mask(tmp_path / "t.nii", "", image).labels, labels())

    @pytest.mark.parametrize(("shift", "fits"), [(0.09, True), (0.11, False), (2.0, False)])
    def test_a_tenth_of_a_millimetre_is_the_limit(self, tmp_path, image, shift, fits):
        affine = read_volume(image.path).affine.copy()
        affine[2, 3] += shift
        path = self.write(tmp_path / "m.nii", labels(), affine)
        if fits:
            np.testing.assert_array_equal(read_mask(path, "", image).labels, labels())
        else:
            assert refusal(path, image) == "mask-off-grid"

    def test_a_grid_that_drifts_away_is_refused(self, tmp_path, image):
        affine = read_volume(image.path).affine.copy()
        affine[:3, 2] *= 1.05  # 0.025 mm at the first column, 0.125 mm at the last
        assert refusal(self.write(tmp_path / "m.nii", labels(), affine), image) == "mask-off-grid"

    def test_another_size_is_refused(self, tmp_path, image):
        affine = read_volume(image.path).affine
        path = self.write(tmp_path / "m.nii", labels()[:3], affine)
        assert refusal(path, image) == "mask-size"

    @pytest.mark.parametrize("value", [0.5, -1, 70000])
    def test_labels_are_whole_numbers(self, tmp_path, image, value):
        drawn = labels().astype(np.float32)
        drawn[0, 0, 0] = value
        path = self.write(tmp_path / "m.nii", drawn, read_volume(image.path).affine)
        assert refusal(path, image) == "mask-values"


class TestSegments:
    def test_frames_go_where_their_positions_say(self, tmp_path, image):
        drawn, order = labels(), [3, 0, 2]
        path = write_segments(tmp_path / "s.dcm", drawn[order], [PLACES[n] for n in order], [1] * 3)
        want = drawn.copy()
        want[1] = 0
        mask = read_mask(path, "", image)
        np.testing.assert_array_equal(mask.labels, want)
        assert mask.names == {1: "liver", 2: "spleen"}

    def test_of_a_coronal_series_too(self, tmp_path):
        write_series(tmp_path / "ct", PIXELS, orientation=CORONAL)
        drawn = labels()
        places = [ORIGIN + at(0, 2.0 * number, 0) for number in range(4)]
        path = write_segments(tmp_path / "s.dcm", drawn, places, [1] * 4, orientation=CORONAL)
        mask = read_mask(path, "", ImagePlace(tmp_path / "ct"))
        np.testing.assert_array_equal(mask.labels, drawn.transpose(1, 0, 2)[::-1])

    def test_frames_may_run_against_the_image(self, tmp_path, image):
        drawn = labels()
        turned = (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
        places = [place + at(5 * 0.5, 0, 0) for place in PLACES]
        path = write_segments(
            tmp_path / "s.dcm", drawn[:, :, ::-1], places, [1] * 4, orientation=turned
        )
        np.testing.assert_array_equal(read_mask(path, "", image).labels, drawn)

    def test_several_segments_are_told_apart(self, tmp_path, image):
        drawn = labels(0, 2)
        frames = np.concatenate([drawn == 1, drawn == 2])
        path = write_segments(tmp_path / "s.dcm", frames, PLACES * 2, [1] * 4 + [2] * 4)
        np.testing.assert_array_equal(read_mask(path, "", image).labels, drawn)
        spleen = read_mask(path, "segment/2", image)
        np.testing.assert_array_equal(spleen.labels, np.where(drawn == 2, 2, 0))
        assert spleen.names == {2: "spleen"}
        assert refusal(path, image, "segment/3") == "no-mask"
        assert refusal(path, image, "roi/1") == "no-mask"

    def test_segments_that_overlap_need_a_choice(self, tmp_path, image):
        frames = np.concatenate([labels(0), np.ones(SHAPE)])
        path = write_segments(tmp_path / "s.dcm", frames, PLACES * 2, [1] * 4 + [2] * 4)
        assert refusal(path, image) == "mask-overlaps"
        np.testing.assert_array_equal(read_mask(path, "segment/1", image).labels, labels(0))

    def test_a_fractional_segment_counts_from_one_half(self, tmp_path, image):
        shares = np.random.default_rng(0).integers(0, 201, SHAPE)
        shares[0, 0, :3] = 99, 100, 101
        path = write_segments(tmp_path / "s.dcm", shares, PLACES, [1] * 4, kind="FRACTIONAL")
        np.testing.assert_array_equal(read_mask(path, "", image).labels, shares >= 100)

    def test_a_labelmap_holds_labels(self, tmp_path, image):
        drawn = labels(0, 2)
        path = write_segments(tmp_path / "s.dcm", drawn, PLACES, [0] * 4, kind="LABELMAP")
        np.testing.assert_array_equal(read_mask(path, "", image).labels, drawn)
        spleen = read_mask(path, "segment/2", image).labels
        np.testing.assert_array_equal(spleen, np.where(drawn == 2, 2, 0))

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            pytest.param({"FrameOfReferenceUID": "1.9"}, "mask-of-another-image", id="frame"),
            pytest.param({"spacing": (0.7, 0.55)}, "mask-off-grid", id="spacing"),
            pytest.param({"orientation": CORONAL}, "mask-off-grid", id="orientation"),
            pytest.param({"SegmentationType": "ODD"}, "bad-header", id="kind"),
            pytest.param({"SegmentSequence": []}, "no-mask", id="no segments"),
        ],
    )
    def test_what_does_not_belong_is_refused(self, tmp_path, image, options, code):
        path = write_segments(tmp_path / "s.dcm", labels(), PLACES, [1] * 4, **options)
        assert refusal(path, image) == code

    @pytest.mark.parametrize(
        "move", [(0, 0, 1.0), (0, 0, 0.11), (0.11, 0, 0), (0, 0, 60), (0.5, 0, 0)]
    )
    def test_a_frame_beside_the_voxels_is_refused(self, tmp_path, image, move):
        places = [*PLACES[:3], PLACES[3] + np.array(move)]
        path = write_segments(tmp_path / "s.dcm", labels(), places, [1] * 4)
        assert refusal(path, image) == "mask-off-grid"

    def test_of_one_slice_only_its_own_frames_count(self, tmp_path, image):
        path = write_segments(tmp_path / "s.dcm", labels(), PLACES, [1] * 4)
        first = sorted((tmp_path / "ct").glob("*"))[-1]  # names run against positions
        mask = read_mask(path, "", ImagePlace(first))
        np.testing.assert_array_equal(mask.labels, labels()[0])
        assert mask.affine is None

    def test_of_an_enhanced_image_and_of_one_of_its_frames(self, tmp_path):
        ct = write_enhanced(tmp_path / "ct.dcm", PIXELS, PLACES)
        path = write_segments(tmp_path / "s.dcm", labels(), PLACES, [1] * 4)
        np.testing.assert_array_equal(read_mask(path, "", ImagePlace(ct)).labels, labels())
        one = read_mask(path, "", ImagePlace(ct, "frame/3"))
        np.testing.assert_array_equal(one.labels, labels()[2])

    def test_a_radiograph_is_known_by_its_reference(self, tmp_path):
        ray = ImagePlace(make_dicom(tmp_path / "cr.dcm", PIXELS[0], SOPInstanceUID="1.7"))
        drawn = labels()[:1]
        good = write_segments(tmp_path / "a.dcm", drawn, [None], [1], source="1.7")
        np.testing.assert_array_equal(read_mask(good, "", ray).labels, drawn[0])
        bad = write_segments(tmp_path / "b.dcm", drawn, [None], [1], source="1.8")
        assert refusal(bad, ray) == "mask-of-another-image"
        small = write_segments(tmp_path / "c.dcm", drawn[:, :4], [None], [1], source="1.7")
        assert refusal(small, ray) == "mask-size"


def contour(slice_number, top, left, bottom, right):
    """A rectangle in mm, given in pixels of the image of this file."""
    corners = [(top, left), (top, right), (bottom, right), (bottom, left)]
    return [ORIGIN + at(0.5 * x, 0.7 * y, 2.0 * slice_number) for y, x in corners]


class TestContours:
    def test_contours_are_filled_on_their_slices(self, tmp_path, image):
        path = write_structures(tmp_path / "rt.dcm", {"GTV": [contour(1, 0.5, 1.5, 3.5, 4.5)]})
        want = np.zeros(SHAPE)
        want[1, 1:4, 2:5] = 1
        mask = read_mask(path, "", image)
        np.testing.assert_array_equal(mask.labels, want)
        assert mask.names == {1: "GTV"}

    def test_inner_contours_are_holes(self, tmp_path, image):
        rings = [contour(2, -0.5, -0.5, 4.5, 5.5), contour(2, 0.5, 0.5, 2.5, 2.5)]
        mask = read_mask(write_structures(tmp_path / "rt.dcm", {"wall": rings}), "", image)
        assert mask.labels[2].sum() == 30 - 4
        assert not mask.labels[[0, 1, 3]].any()

    def test_regions_that_overlap_need_a_choice(self, tmp_path, image):
        small, large = contour(0, 0.5, 0.5, 2.5, 2.5), contour(0, -0.5, -0.5, 4.5, 5.5)
        path = write_structures(tmp_path / "rt.dcm", {"GTV": [small], "PTV": [large]})
        assert refusal(path, image) == "mask-overlaps"
        assert (read_mask(path, "roi/2", image).labels == 2).sum() == 30
        assert refusal(path, image, "roi/9") == "no-mask"

    def test_of_a_coronal_series_too(self, tmp_path):
        write_series(tmp_path / "ct", PIXELS, orientation=CORONAL)
        # Rows run downwards (-z), the second slice lies 2 mm to the back.
        corners = [(x, z) for x, z in ((1.5, 0.5), (4.5, 0.5), (4.5, 2.5), (1.5, 2.5))]
        drawn = [ORIGIN + at(0.5 * x, 2.0, -0.7 * z) for x, z in corners]
        path = write_structures(tmp_path / "rt.dcm", {"GTV": [drawn]})
        stored = np.zeros(SHAPE)
        stored[1, 1:3, 2:5] = 1
        mask = read_mask(path, "", ImagePlace(tmp_path / "ct"))
        np.testing.assert_array_equal(mask.labels, stored.transpose(1, 0, 2)[::-1])

    def test_another_frame_of_reference_is_refused(self, tmp_path, image):
        drawn = {"GTV": [contour(1, 0.5, 1.5, 3.5, 4.5)]}
        path = write_structures(tmp_path / "rt.dcm", drawn, frame="1.2.3.9")
        assert refusal(path, image) == "mask-of-another-image"

    @pytest.mark.parametrize("place", [1.5, 1.06, 4, -1])
    def test_a_contour_between_slices_is_refused(self, tmp_path, image, place):
        drawn = {"GTV": [contour(place, 0.5, 1.5, 3.5, 4.5)]}
        assert refusal(write_structures(tmp_path / "rt.dcm", drawn), image) == "mask-off-grid"

    def test_points_are_left_out_and_counted(self, tmp_path, image):
        path = write_structures(
            tmp_path / "rt.dcm", {"mark": [contour(1, 0, 0, 1, 1)]}, geometry="POINT"
        )
        assert refusal(path, image) == "no-mask"

    def test_a_name_with_odd_characters_is_not_repeated(self, tmp_path, image):
        drawn = {"<script>": [contour(1, 0.5, 1.5, 3.5, 4.5)]}
        path = write_structures(tmp_path / "rt.dcm", drawn)
        assert read_mask(path, "", image).names == {1: "segment 1"}


class TestPictures:
    @pytest.fixture
    def picture(self, tmp_path):
        Pillow.fromarray(np.zeros((5, 6), np.uint8)).save(tmp_path / "image.png")
        return ImagePlace(tmp_path / "image.png")

    def test_grey_values_are_labels(self, tmp_path, picture):
        drawn = labels()[0] * np.uint8(255)
        Pillow.fromarray(drawn).save(tmp_path / "m.png")
        np.testing.assert_array_equal(read_mask(tmp_path / "m.png", "", picture).labels, drawn)

    def test_palette_indices_are_labels(self, tmp_path, picture):
        drawn = Pillow.fromarray(labels(0, 3)[0]).convert("P")
        drawn.putdata(list(labels(0, 3)[0].ravel()))
        drawn.putpalette([200, 0, 0, 0, 200, 0, 0, 0, 200, 9, 9, 9])
        drawn.save(tmp_path / "m.png")
        got = read_mask(tmp_path / "m.png", "", picture).labels
        np.testing.assert_array_equal(got, labels(0, 3)[0])

    def test_sixteen_bits_one_bit_and_grey_in_colour(self, tmp_path, picture):
        drawn = labels()[0]
        Pillow.fromarray(drawn.astype(np.uint16) * 1000).save(tmp_path / "a.png")
        Pillow.fromarray(drawn.astype(bool)).save(tmp_path / "b.png")
        Pillow.fromarray(np.stack([drawn] * 3, -1)).save(tmp_path / "c.png")
        for name, factor in (("a", 1000), ("b", 1), ("c", 1)):
            got = read_mask(tmp_path / f"{name}.png", "", picture).labels
            np.testing.assert_array_equal(got, drawn * np.uint16(factor))

    def test_colour_and_other_sizes_are_refused(self, tmp_path, picture, image):
        colour = np.random.default_rng(0).integers(0, 255, (5, 6, 3)).astype(np.uint8)
        Pillow.fromarray(colour).save(tmp_path / "a.png")
        assert refusal(tmp_path / "a.png", picture) == "unknown-colours"
        Pillow.fromarray(np.zeros((6, 5), np.uint8)).save(tmp_path / "b.png")
        assert refusal(tmp_path / "b.png", picture) == "mask-size"
        Pillow.fromarray(np.zeros((5, 6), np.uint8)).save(tmp_path / "c.png")
        assert refusal(tmp_path / "c.png", image) == "mask-size"

    def test_a_dicom_image_may_be_a_mask(self, tmp_path, picture):
        path = make_dicom(tmp_path / "m.dcm", labels()[0] * np.uint8(255))
        np.testing.assert_array_equal(read_mask(path, "", picture).labels, labels()[0] * 255.0)


def test_other_files_are_no_masks(tmp_path, image):
    (tmp_path / "m.txt").write_text("a mask")
    assert refusal(tmp_path / "m.txt", image) == "no-mask"


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20
)
@given(st.permutations(range(4)), st.integers(0, 100))
def test_the_order_of_frames_is_no_matter(tmp_path, image, order, seed):
    drawn = labels(seed)
    path = write_segments(tmp_path / "s.dcm", drawn[order], [PLACES[n] for n in order], [1] * 4)
    np.testing.assert_array_equal(read_mask(path, "", image).labels, drawn)
