import numpy as np
import pytest
import torch

from radzoo.models.augmentation.strength import Augmentation
from radzoo.models.segmentation.changes import change_greys, move


def test_nothing_is_done_by_the_identity():
    regions = torch.rand(2, 1, 12, 14)
    found = move(regions, np.stack([np.eye(2)] * 2), (8, 10))
    assert torch.allclose(found, regions[:, :, 2:-2, 2:-2], atol=1e-5)


@pytest.mark.parametrize("axes", [2, 3])
def test_image_and_mask_move_alike(axes):
    torch.manual_seed(0)
    classes = torch.randint(0, 3, (1, *(14,) * axes), dtype=torch.uint8)
    flip = np.diag([*[1.0] * (axes - 1), -1.0])[None]
    mask = move(classes, flip, (10,) * axes)
    image = move(classes[:, None].float(), flip, (10,) * axes)
    inner = (slice(None), *(slice(2, -2),) * axes)
    assert mask.dtype == torch.uint8
    assert torch.equal(mask, classes[inner].flip(-1))
    assert torch.allclose(image[:, 0], mask.float(), atol=1e-4)


def test_a_quarter_turn():
    square = torch.arange(9.0).view(1, 1, 3, 3)
    turn = np.array([[[0.0, -1.0], [1.0, 0.0]]])
    found = move(square, turn, (3, 3))[0, 0]
    assert torch.allclose(found, square[0, 0].rot90(-1), atol=1e-5)


def test_masks_have_no_values_in_between():
    classes = torch.zeros(1, 12, 12, dtype=torch.uint8)
    classes[:, 4:8, 4:8] = 255
    found = move(classes, np.array([[[0.9, 0.3], [-0.3, 0.9]]]), (8, 8))
    assert set(found.unique().tolist()) == {0, 255}


def test_greys_change_as_drawn():
    images = torch.linspace(-2, 2, 2 * 64).view(2, 1, 8, 8).clone()
    draws = np.full((2, 4), 0.5)
    draws[0] = [0.5, 1.0, 0.5, 0.0]
    strength = Augmentation(contrast=np.log(2), brightness=0.1, gamma=0.3, noise=0.05)
    found = change_greys(images.clone(), draws, [1, 2], strength)
    assert torch.allclose(found[0], images[0] * 2, atol=1e-3)  # nothing else was drawn for it
    grain = found[1] - images[1]
    assert grain.std() == pytest.approx(0.5 * 0.05 * 4, rel=0.25)
    lighter = change_greys(
        images.clone(), np.array([[0.5, 0.5, 1.0, 0.0]] * 2), [1, 2], strength
    )  # fmt: skip
    assert torch.allclose(lighter, images + 0.4, atol=1e-3)
    bent = change_greys(images.clone(), np.array([[1.0, 0.5, 0.5, 0.0]] * 2), [1, 2], strength)
    assert torch.allclose(bent.amin((1, 2, 3)), images.amin((1, 2, 3)), atol=1e-2)
    assert (bent < images)[:, :, 2:-2].all()
