"""Measures of shapes against closed forms, and against ITK where it defines them alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.metrics.shapes.crofton import list_steps, share_directions, surface_of
from radzoo.metrics.shapes.measure import measure_shape, measure_values

CUBE = np.eye(3)


def ellipsoid(semi, spacing, shift=0.3):
    """Voxels whose centre lies within; a little beside the grid, as real ones are."""
    shape = [2 * int(np.ceil(a / step)) + 5 for a, step in zip(semi, spacing, strict=True)]
    place = np.indices(shape) - (np.array(shape)[:, None, None, None] - 1) / 2 - shift
    scaled = place * (np.array(spacing) / np.array(semi))[:, None, None, None]
    return (scaled**2).sum(axis=0) <= 1


def surface(semi):
    """Of an ellipsoid, by summing small parts of it."""
    polar, round_ = np.meshgrid(
        (np.arange(1000) + 0.5) * np.pi / 1000, (np.arange(1000) + 0.5) * np.pi / 500
    )
    a, b, c = semi
    normal = np.sqrt(
        (b * c * np.sin(polar) * np.cos(round_)) ** 2
        + (a * c * np.sin(polar) * np.sin(round_)) ** 2
        + (a * b * np.cos(polar)) ** 2
    )
    return (np.sin(polar) * normal).sum() * (np.pi / 1000) * (np.pi / 500)


@pytest.mark.parametrize(
    ("semi", "spacing", "near"),
    [
        ((15, 15, 15), (1, 1, 1), 0.01),
        ((30, 20, 10), (1, 1, 1), 0.01),
        ((15, 15, 15), (3, 0.7, 0.7), 0.01),
        ((10, 20, 30), (2.5, 0.8, 0.8), 0.02),
        ((30, 20, 10), (2.5, 0.8, 0.8), 0.06),
    ],
)
def test_ellipsoids(semi, spacing, near):
    found = measure_shape(ellipsoid(semi, spacing), np.diag(spacing))
    volume = 4 / 3 * np.pi * np.prod(semi)
    assert found["volume_ml"] == pytest.approx(volume / 1000, rel=0.01)
    assert found["surface_mm2"] == pytest.approx(surface(semi), rel=near)
    ball = np.pi ** (1 / 3) * (6 * volume) ** (2 / 3)
    assert found["sphericity"] == pytest.approx(ball / surface(semi), rel=near + 0.01)
    assert found["longest_mm"] == pytest.approx(2 * max(semi), abs=spacing[0])
    assert found["axial_longest_mm"] == pytest.approx(2 * max(semi[1:]), abs=2 * spacing[1])
    assert found["axial_across_mm"] == pytest.approx(2 * min(semi[1:]), abs=2 * spacing[1])


def test_a_box_by_hand():
    mask = np.zeros((20, 30, 40), bool)
    mask[3:13, 5:25, 7:37] = True
    spacing = np.array([2.0, 0.5, 0.25])
    found = measure_shape(mask, np.diag(spacing), np.array([100.0, -50, 0]))
    assert found["voxels"] == 6000
    assert found["volume_ml"] == pytest.approx(1.5)
    assert found["components"] == 1
    box = [found[f"box_{axis}_mm"] for axis in ("slices", "rows", "columns")]
    assert box == pytest.approx([20, 10, 7.5])
    # Between the middles of outer faces: along one axis whole, along the others less a voxel.
    reach = [
        np.linalg.norm(np.where(np.arange(3) == axis, box, box - spacing)) for axis in range(3)
    ]
    assert found["longest_mm"] == pytest.approx(max(reach))
    assert found["axial_longest_mm"] == pytest.approx(max(np.hypot(10, 7.25), np.hypot(9.5, 7.5)))
    middle = np.array([100, -50, 0]) + spacing * [7.5, 14.5, 21.5]
    assert [found[f"centroid_{axis}_mm"] for axis in "xyz"] == pytest.approx(middle.tolist())


def test_where_the_longest_slice_is():
    mask = np.zeros((5, 20, 20), bool)
    mask[1, 2:6, 2:6] = mask[3, 2:18, 9:12] = True
    found = measure_shape(mask, CUBE)
    assert found["axial_slice"] == 4
    # Two rows of face middles, 16 apart and a column to the side.
    assert found["axial_longest_mm"] == pytest.approx(np.hypot(16, 2))
    assert found["components"] == 2


@pytest.mark.parametrize("semi", [(9, 9, 9), (14, 8, 5)])
def test_as_itk_measures_cubes(semi):
    sitk = pytest.importorskip("SimpleITK")
    mask = ellipsoid(semi, (0.8, 0.8, 0.8))
    image = sitk.GetImageFromArray(mask.astype(np.uint8))
    image.SetSpacing((0.8, 0.8, 0.8))
    shape = sitk.LabelShapeStatisticsImageFilter()
    shape.ComputePerimeterOn()
    shape.Execute(image)
    found = measure_shape(mask, 0.8 * CUBE, np.zeros(3))
    assert found["surface_mm2"] == pytest.approx(shape.GetPerimeter(1), rel=1e-6)
    assert found["sphericity"] == pytest.approx(shape.GetRoundness(1), rel=1e-6)
    assert found["volume_ml"] == pytest.approx(shape.GetPhysicalSize(1) / 1000)
    centroid = [found[f"centroid_{axis}_mm"] for axis in "zyx"]
    assert centroid[::1] == pytest.approx(list(shape.GetCentroid(1)))


def test_discs_as_itk_measures_pixels():
    sitk = pytest.importorskip("SimpleITK")
    mask = ellipsoid((12, 9, 1), (0.5, 0.5, 1))[:, :, 3]
    image = sitk.GetImageFromArray(mask.astype(np.uint8))
    image.SetSpacing((0.5, 0.5))
    shape = sitk.LabelShapeStatisticsImageFilter()
    shape.ComputePerimeterOn()
    shape.Execute(image)
    found = measure_shape(mask, np.diag([0.5, 0.5]))
    assert found["area_mm2"] == pytest.approx(shape.GetPhysicalSize(1))
    assert found["perimeter_mm"] == pytest.approx(shape.GetPerimeter(1), rel=1e-6)
    assert found["circularity"] == pytest.approx(shape.GetRoundness(1), rel=1e-6)
    assert "volume_ml" not in found
    assert found["longest_mm"] > found["across_mm"]


def test_sheared_and_turned_voxels_keep_their_volume():
    mask = ellipsoid((8, 8, 8), (1, 1, 1))
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    upright, turned = measure_shape(mask, CUBE), measure_shape(mask, turn)
    for name in ("volume_ml", "longest_mm", "axial_longest_mm", "axial_across_mm", "surface_mm2"):
        assert turned[name] == pytest.approx(upright[name]), name
    shear = CUBE + np.array([[0, 0, 0], [0.4, 0, 0], [0, 0, 0]])
    assert measure_shape(mask, shear)["volume_ml"] == pytest.approx(upright["volume_ml"])
    assert measure_shape(mask, shear)["longest_mm"] > 1.1 * upright["longest_mm"]


@given(st.tuples(*[st.floats(0.3, 5)] * 3))
def test_directions_share_the_sphere(spacing):
    ways = list_steps(3) * np.array(spacing)
    shares = share_directions(ways / np.linalg.norm(ways, axis=1)[:, None])
    assert shares.sum() == pytest.approx(1)
    assert shares.min() > 0


def test_one_voxel_and_the_edge_of_the_image():
    one = measure_shape(np.ones((1, 1, 1), bool), CUBE)
    assert (one["longest_mm"], one["axial_longest_mm"], one["axial_across_mm"]) == (1, 1, 1)
    full = np.ones((4, 4, 4), bool)
    assert surface_of(full, CUBE) == pytest.approx(surface_of(np.pad(full, 3), CUBE))


def test_nothing_and_no_spacing():
    assert measure_shape(np.zeros((2, 3, 4), bool), CUBE) == {
        "voxels": 0, "volume_ml": 0, "components": 0,
    }  # fmt: skip
    assert measure_shape(np.ones((2, 3), bool), None) == {"voxels": 6, "components": 1}


def test_values_under_a_mask():
    found = measure_values(np.array([1, 3, 5, 7], np.float32))
    assert (found["mean"], found["lowest"], found["highest"]) == (4, 1, 7)
    assert found["sd"] == pytest.approx(5**0.5)
    assert measure_values(np.array([], np.float32)) == {}


@pytest.mark.parametrize(("edge", "short"), [(3, 0.24), (5, 0.18), (10, 0.13), (30, 0.09)])
def test_the_docs_say_how_short_the_surface_of_a_box_comes_out(edge, short):
    box = np.pad(np.ones((edge,) * 3, bool), 1)
    found = measure_shape(box, CUBE)["surface_mm2"]
    assert 1 - found / (6 * edge**2) == pytest.approx(short, abs=0.005)


def test_the_docs_say_how_near_a_small_ball_comes():
    shifts = np.random.default_rng(0).uniform(-0.5, 0.5, 40)
    balls = [measure_shape(ellipsoid((2, 2, 2), (1, 1, 1), shift), CUBE) for shift in shifts]
    surfaces = np.array([ball["surface_mm2"] for ball in balls]) / (16 * np.pi) - 1
    longest = np.array([ball["longest_mm"] for ball in balls]) / 4 - 1
    assert -0.12 < surfaces.mean() < 0
    assert 0.08 < longest.mean() < 0.2
