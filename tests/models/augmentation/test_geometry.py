import math

import pytest
import torch
from torch.nn.functional import affine_grid, pad

from radzoo.models.augmentation.geometry import find_places, move


def moved(images, angle=0.0, right=0.0, down=0.0, magnification=1.0, **more):
    n = len(images)
    values = [torch.full((n,), value) for value in (angle, right, down, magnification)]
    return move(
        images, angle=values[0], right=values[1], down=values[2], magnification=values[3], **more
    )


def dot(row, column, size=8):
    image = torch.zeros(1, 1, size, size)
    image[0, 0, row, column] = 1
    return image


def test_a_quarter_turn_by_hand():
    turned = moved(dot(0, 0), angle=math.pi / 2)
    torch.testing.assert_close(turned, torch.rot90(dot(0, 0), 1, (2, 3)), atol=1e-5, rtol=0)


def test_a_shift_of_two_pixels_by_hand():
    assert moved(dot(3, 3), right=2 * 2 / 8)[0, 0, 3, 1] == pytest.approx(1, abs=1e-5)
    assert moved(dot(3, 3), down=2 * 2 / 8)[0, 0, 1, 3] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("mirror", "upside_down", "axes"), [(-1, 1, [3]), (1, -1, [2]), (-1, -1, [2, 3])]
)
def test_mirrors_by_hand(mirror, upside_down, axes):
    image = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    result = moved(image, mirror=torch.tensor([mirror]), upside_down=torch.tensor([upside_down]))
    torch.testing.assert_close(result, image.flip(axes), atol=1e-5, rtol=0)


def test_a_mirrored_image_is_moved_as_the_other_is():
    image = torch.rand(1, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    how = {"angle": 0.2, "right": 0.1, "down": -0.05, "magnification": 1.1}
    one = moved(image, mirror=torch.tensor([-1.0]), **how)
    torch.testing.assert_close(one.flip(3), moved(image, **how), atol=1e-5, rtol=0)


def test_places_are_those_of_torch():
    matrices = torch.rand(3, 2, 3, generator=torch.Generator().manual_seed(0))
    wanted = affine_grid(matrices, [3, 1, 9, 9], align_corners=False)
    torch.testing.assert_close(find_places(matrices, 9), wanted, atol=1e-6, rtol=0)


def test_a_margin_brings_back_what_lies_beyond_the_edge():
    whole = torch.rand(1, 1, 12, 12, generator=torch.Generator().manual_seed(0))
    still = moved(whole, margin=2)
    torch.testing.assert_close(still, whole[..., 2:-2, 2:-2], atol=1e-5, rtol=0)
    two_pixels = moved(whole, right=2 * 2 / 8, margin=2)
    torch.testing.assert_close(two_pixels, whole[..., 2:-2, 4:], atol=1e-5, rtol=0)


def test_a_margin_of_continued_edges_is_no_margin():
    image = torch.rand(2, 1, 10, 10, generator=torch.Generator().manual_seed(0))
    how = {"angle": 0.15, "right": 0.1, "down": 0.1, "magnification": 0.9}
    around = pad(image, (4, 4, 4, 4), mode="replicate")
    torch.testing.assert_close(
        moved(around, margin=4, **how), moved(image, **how), atol=1e-5, rtol=0
    )
