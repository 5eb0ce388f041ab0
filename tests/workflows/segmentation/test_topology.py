"""Stages and patches worked by hand, after the rules of nnU-Net."""

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.workflows.segmentation.topology import (
    Topology,
    choose_spacing,
    count_values,
    first_patch,
    fit_patch,
    plan_stages,
)

SIDES = st.integers(1, 200)
STEPS = st.sampled_from([0.5, 0.7, 1.0, 1.5, 3.0, 5.0])


@pytest.mark.parametrize(
    ("spacings", "shapes", "expected"),
    [
        pytest.param([(1, 1, 1), (3, 2, 1), (2, 5, 1)], [(9, 9, 9)] * 3, ((2, 2, 1), False),
                     id="median of each axis"),
        pytest.param([(5, 1, 1), (5, 1, 1), (4, 1, 1)], [(20, 120, 120)] * 3, ((4.2, 1, 1), True),
                     id="one axis far coarser: its 10th percentile, 4 + 0.2 * (5 - 4)"),
        pytest.param([(5, 1, 1), (5, 1, 1), (4, 1, 1)], [(40, 120, 120)] * 3, ((5, 1, 1), False),
                     id="coarse, but a third as long: no"),
        pytest.param([(3, 1, 1)] * 3, [(20, 120, 120)] * 3, ((3, 1, 1), False),
                     id="three times as coarse, not more: no"),
        pytest.param([(9, 2, 1), (9, 2, 1), (1, 2, 1)], [(5, 99, 99)] * 3, ((2.6, 2, 1), True),
                     id="10th percentile of 1, 9, 9"),
        pytest.param([(9, 2, 1)] * 7 + [(0.5, 2, 1)] * 3, [(5, 99, 99)] * 10, ((2, 2, 1), True),
                     id="never finer than the others"),
    ],
)  # fmt: skip
def test_spacing(spacings, shapes, expected):
    steps, coarse = choose_spacing(spacings, shapes)
    assert (steps, coarse) == (pytest.approx(expected[0]), expected[1])


@pytest.mark.parametrize(
    ("spacing", "patch", "expected"),
    [
        pytest.param(
            (1, 1, 1), (35, 50, 35),
            Topology((40, 56, 40), ((1, 1, 1), *[(2, 2, 2)] * 3), ((3, 3, 3),) * 4),
            id="hippocampus: 35 > 18 > 9 > 5, which is not halved; multiples of 8",
        ),
        pytest.param(
            (4, 1, 1), (16, 64, 64),
            Topology((16, 64, 64), ((1, 1, 1), (1, 2, 2), (1, 2, 2), (2, 2, 2), (2, 2, 2)),
                     ((1, 3, 3), (1, 3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3))),
            id="slices wait twice, until rows are 4 mm, too",
        ),
        pytest.param(
            (1, 1, 1), (4, 12, 12),
            Topology((4, 12, 12), ((1, 1, 1), (1, 2, 2)), ((3, 3, 3),) * 2),
            id="4 is not halved; 6 neither",
        ),
        pytest.param(
            (1, 1), (11, 7), Topology((11, 7), ((1, 1),), ((3, 3),)),
            id="a single axis of less than 12 is not halved",
        ),
        pytest.param(
            (1, 1), (12, 7), Topology((12, 7), ((1, 1), (2, 1)), ((3, 3),) * 2),
            id="a single axis of 12 is",
        ),
    ],
)  # fmt: skip
def test_stages(spacing, patch, expected):
    assert plan_stages(spacing, patch) == expected


def test_the_first_patch_is_a_cube_in_mm():
    assert first_patch((1, 1, 1), (999, 999, 999)) == (256, 256, 256)
    assert first_patch((8, 1, 1), (999, 999, 999)) == (64, 512, 512)
    assert first_patch((1, 1, 1), (35, 50, 300)) == (35, 50, 256)


def test_a_budget_cuts_the_axis_that_is_seen_the_most_of():
    """512 voxels to a side: 256 of 300 rows are more of them than 256 of 512."""
    wide, cut = fit_patch((1, 1, 1), (512, 300, 512), first=32, most=320, budget=1e12)
    assert (wide.patch, cut) == ((256, 256, 256), False)
    less, cut = fit_patch((1, 1, 1), (512, 300, 512), first=32, most=320, budget=2.0e9)
    assert cut
    assert less.patch[1] < less.patch[0] == less.patch[2]
    assert count_values(less, 32, 320) <= 2.0e9


def test_values_are_counted_by_hand():
    """4 x 4 twice 2 features down, then 3 up; 2 x 2 twice 4 features at the bottom."""
    topology = Topology((4, 4), ((1, 1), (2, 2)), ((3, 3), (3, 3)))
    assert count_values(topology, 2, 99) == 16 * 2 * 5 + 4 * 4 * 2
    assert topology.features(2, 3) == [2, 3]
    assert topology.halvings == (1, 1)


@given(st.tuples(STEPS, STEPS, STEPS), st.tuples(SIDES, SIDES, SIDES))
def test_laws_of_every_plan(spacing, shape):
    made, _ = fit_patch(spacing, shape, first=16, most=128, budget=2e6)
    ends = [prod(axis) for axis in zip(*made.strides, strict=True)]
    assert all(side % end == 0 for side, end in zip(made.patch, ends, strict=True))
    assert all(end == 1 or side // end >= 4 for side, end in zip(made.patch, ends, strict=True))
    assert len(made.strides) == len(made.kernels)
    assert made.strides[0] == (1, 1, 1)
    assert made.kernels[-1] == (3, 3, 3)
