import numpy as np
import pytest
import torch

from radzoo.models.augmentation import AUGMENTATIONS
from radzoo.models.augmentation.augment import augment
from radzoo.models.augmentation.fates import draw
from radzoo.models.augmentation.sets import NONE, PHOTOGRAPH, RADIOGRAPH
from radzoo.models.augmentation.strength import Augmentation

CHANGING = [name for name in AUGMENTATIONS if name != "none"]
ASYMMETRIC = ["radiograph", "ct", "mr", "ultrasound"]


def images(n=6, size=24):
    return torch.rand(n, 1, size, size, generator=torch.Generator().manual_seed(0))


def test_no_strength_changes_nothing():
    given = images()
    assert torch.equal(augment(given.clone(), draw(6, seed=0, epoch=1), NONE), given)
    assert not NONE.changes


@pytest.mark.parametrize("name", CHANGING)
def test_stays_in_range_and_changes_every_image(name):
    given = images()
    result = augment(given, draw(6, seed=0, epoch=1), AUGMENTATIONS[name])
    assert result.min() >= 0
    assert result.max() <= 1
    assert ((result - given).abs().mean(dim=(1, 2, 3)) > 0.01).all()


@pytest.mark.parametrize("name", CHANGING)
@pytest.mark.parametrize("margin", [0, 3])
def test_a_case_meets_the_same_fate_in_any_batch(name, margin):
    given, fates = images(), draw(6, seed=3, epoch=2)
    together = augment(given, fates, AUGMENTATIONS[name], margin=margin)
    for row in range(6):
        one = slice(row, row + 1)
        alone = augment(given[one], fates[one], AUGMENTATIONS[name], margin=margin)
        assert torch.equal(alone[0], together[row])


def test_fates_differ_by_seed_epoch_and_case():
    first = draw(4, seed=0, epoch=1)
    assert len(np.unique(first)) == first.size
    assert not np.array_equal(first, draw(4, seed=0, epoch=2))
    assert not np.array_equal(first, draw(4, seed=1, epoch=1))
    assert np.array_equal(first[:3], draw(3, seed=0, epoch=1))


def upper_left(n=60, size=16):
    corner = torch.zeros(n, 1, size, size)
    corner[..., : size // 2, : size // 2] = 1
    return corner


def share_on(result, part):
    return result[(..., *part)].mean(dim=(1, 2, 3)) > 0.5


LEFT, RIGHT = (slice(0, 8), slice(0, 8)), (slice(0, 8), slice(8, 16))
BELOW = (slice(8, 16), slice(0, 8))


@pytest.mark.parametrize("name", ASYMMETRIC)
def test_left_stays_left_and_top_stays_top(name):
    result = augment(upper_left(), draw(60, seed=0, epoch=1), AUGMENTATIONS[name])
    assert share_on(result, LEFT).all()


def test_a_breast_may_become_the_other_but_never_stand_on_its_head():
    result = augment(upper_left(), draw(60, seed=0, epoch=1), AUGMENTATIONS["mammography"])
    assert 20 <= share_on(result, RIGHT).sum() <= 40
    assert (share_on(result, LEFT) | share_on(result, RIGHT)).all()


def test_a_photograph_has_no_side():
    result = augment(upper_left(), draw(60, seed=0, epoch=1), PHOTOGRAPH)
    for part in (LEFT, RIGHT, BELOW):
        assert 5 <= share_on(result, part).sum() <= 25


def test_greys_alone_are_cut_to_what_is_fed():
    given = images(2, 12)
    dim = Augmentation(brightness=0.1)
    result = augment(given.clone(), draw(2, seed=0, epoch=1), dim, margin=2)
    whole = augment(given.clone(), draw(2, seed=0, epoch=1), dim)
    assert torch.equal(result, whole[..., 2:-2, 2:-2])


def test_a_radiograph_as_it_was_in_the_first_version():
    """Worked with the operations of the first version, one after the other."""
    given, fates = images(3, 16), draw(3, seed=5, epoch=4)
    plain = Augmentation(brightness=0.08, contrast=0.2, gamma=0.25)
    result = augment(given.clone(), fates, plain)
    for row in range(3):
        light, contrast, gamma = 2 * fates[row, 4:7] - 1
        grey = given[row].clamp(1e-4, 1) ** np.exp(gamma * 0.25)
        grey = (grey - 0.5) * np.exp(contrast * 0.2) + 0.5 + light * 0.08
        torch.testing.assert_close(result[row], grey.clamp(0, 1), atol=1e-6, rtol=0)
    assert RADIOGRAPH.noise == 0.02


def test_every_set_is_in_the_docs():
    from pathlib import Path

    page = (Path(__file__).parents[3] / "docs" / "concepts" / "augmentation.md").read_text("utf-8")
    for name in AUGMENTATIONS:
        assert f"| `{name}` |" in page
