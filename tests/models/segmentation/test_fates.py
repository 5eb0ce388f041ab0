import numpy as np
import pytest

from radzoo.models.augmentation.sets import NONE, PHOTOGRAPH
from radzoo.models.augmentation.strength import Augmentation
from radzoo.models.segmentation.fates import (
    draw_fate,
    find_matrix,
    find_reach,
    mirrored_axes,
    place,
)

HALF = np.full(3, 0.5)


def draws(samples, n=300, strength=NONE, epoch=1):
    surveyed = samples.survey()[0]
    return [
        draw_fate(surveyed, samples.plan, samples.images.shape[1:], strength,
                  seed=0, epoch=epoch, number=number)
        for number in range(n)
    ]  # fmt: skip


def test_a_third_has_a_structure_in_the_middle(make_masks, make_plan):
    samples = make_masks(1, shape=(64, 64), plan=make_plan((8, 8)))
    classes = samples.classes(0, ())
    middles = [classes[tuple(at + 4 for at in fate.start)] for fate in draws(samples, 600)]
    by_chance = (classes > 0).mean()
    assert np.mean(np.array(middles) > 0) == pytest.approx(1 / 3 + 2 / 3 * by_chance, abs=0.06)
    # Both as often, although patches are drawn structure by structure.
    assert np.mean(np.array(middles) == 1) == pytest.approx(
        np.mean(np.array(middles) == 2), abs=0.06
    )


def test_patches_stay_in_the_box(make_masks, make_plan):
    samples = make_masks(1, shape=(20, 40), plan=make_plan((16, 24)))
    starts = np.array([fate.start for fate in draws(samples)])
    assert starts.min(axis=0).tolist() == [2, 2]
    assert starts.max(axis=0).tolist() == [2, 14]


def test_what_follows_from_what(make_masks):
    samples = make_masks(1)
    first, again, later = draws(samples), draws(samples, 5), draws(samples, epoch=2)
    assert [fate.key for fate in first[:5]] == [fate.key for fate in again]
    assert not {fate.key for fate in first} & {fate.key for fate in later}


def test_a_small_case_lies_in_the_middle_and_is_shifted():
    box = (slice(4, 10),)
    assert place(box, (16,), None, HALF, np.zeros(1)) == (-1,)
    assert place(box, (16,), [4], HALF, np.array([0.25])) == (3,)


def test_a_matrix_turns_in_millimetres(make_plan):
    turning = Augmentation(rotation_degrees=90.0)
    plan = make_plan((8, 8, 8), spacing_mm=(2.0, 1.0, 0.5))
    coarse = find_matrix(plan, turning, np.array([1.0, 0.5, 0.5]), 0.5, HALF)
    # Spacings differ fourfold: only rows and columns turn; a row is two columns long.
    assert np.allclose(coarse, [[1, 0, 0], [0, 0, -0.5], [0, 2, 0]])
    cube = make_plan((8, 8, 8), spacing_mm=(1.0, 1.0, 1.0))
    turned = find_matrix(cube, turning, np.array([0.5, 1.0, 0.5]), 0.5, HALF)
    assert np.allclose(turned, [[0, 0, -1], [0, 1, 0], [1, 0, 0]])


def test_mirrors_and_magnifies(make_plan):
    strength = Augmentation(scale=np.log(2), mirror=True, upside_down=True)
    matrix = find_matrix(make_plan(), strength, HALF, 1.0, np.array([0.4, 0.6]))
    assert np.allclose(matrix, [[2, 0], [0, -2]])
    other = find_matrix(make_plan(), strength, HALF, 0.0, np.array([0.6, 0.4]))
    assert np.allclose(other, [[-0.5, 0], [0, 0.5]])


def test_the_axes_that_training_mirrors():
    assert mirrored_axes(PHOTOGRAPH, 2) == (0, 1)
    assert mirrored_axes(Augmentation(mirror=True), 3) == (2,)
    assert mirrored_axes(NONE, 3) == ()


def test_the_reach_is_enough(make_plan):
    plan = make_plan((16, 24, 8), spacing_mm=(1.0, 1.0, 2.0))
    reach = np.array(find_reach(plan, PHOTOGRAPH))
    corners = np.array(np.meshgrid(*[(-edge / 2, edge / 2) for edge in plan.patch])).reshape(3, -1)
    random = np.random.default_rng(0)
    for _ in range(50):
        matrix = find_matrix(plan, PHOTOGRAPH, random.random(3), 1.0, random.random(2))
        assert (np.abs(matrix @ corners).max(axis=1) <= np.array(plan.patch) / 2 + reach + 1).all()
    assert find_reach(plan, NONE) == (0, 0, 0)
