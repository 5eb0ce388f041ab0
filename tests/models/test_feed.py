from dataclasses import replace

import numpy as np
import pytest
import torch

from radzoo.core.entry import PlaneInput
from radzoo.models.augmentation.sets import NONE, RADIOGRAPH
from radzoo.models.device import Engine
from radzoo.models.feed import image_feed, in_order, normalise
from radzoo.models.samples import Samples

CPU = Engine(torch.device("cpu"), amp=False)


def test_normalise_by_hand():
    contract = PlaneInput(
        channels=3, size=16, value_range=(-1024, 1024), mean=[0, 0, 24], std=[1024, 512, 1]
    )
    grey = torch.tensor([0.0, 0.5, 1.0]).view(1, 1, 1, 3)
    result = normalise(grey, contract)
    assert result.shape == (1, 3, 1, 3)
    assert result[0, :, 0].tolist() == [[-1, 0, 1], [-2, 0, 2], [-1048, -24, 1000]]


def test_zero_is_black_and_65535_is_dense():
    contract = PlaneInput(channels=1, size=16, mean=[0.0], std=[1.0])
    images = np.zeros((3, 16, 16), np.uint16)
    images[1] = 65535
    samples = Samples(images, np.array([1, 0]), np.zeros((2, 1)), ("dense", "black"))
    batch = image_feed(samples, contract, CPU)(np.array([1, 0]), None)
    assert batch[:, 0, 0, 0].tolist() == [0, 1]
    assert batch.dtype == torch.float32


def test_evaluation_is_never_augmented(make_samples):
    contract = PlaneInput(channels=1, size=16, mean=[0.5], std=[0.25])
    feed = image_feed(make_samples(4), contract, CPU, augmentation=RADIOGRAPH)
    rows = np.arange(4)
    assert torch.equal(feed(rows, None), feed(rows, None))
    assert torch.equal(feed(rows, 1), feed(rows, 1))
    assert not torch.equal(feed(rows, 1), feed(rows, 2))
    assert not torch.equal(feed(rows, 1), feed(rows, None))


@pytest.mark.parametrize("n", [1, 7, 8, 9])
def test_in_order(n):
    assert np.concatenate(list(in_order(n, 4))).tolist() == list(range(n))


class TestMargins:
    """Samples whose images have three pixels more on each side, and the same without."""

    contract = PlaneInput(channels=1, size=16, mean=[0.5], std=[0.25])

    @pytest.fixture
    def wide(self):
        images = np.random.default_rng(0).integers(0, 65536, (4, 22, 22)).astype(np.uint16)
        return Samples(images, np.arange(4)[::-1], np.zeros((4, 1)), tuple("abcd"), margin=3)

    @pytest.fixture
    def narrow(self, wide):
        middle = np.ascontiguousarray(wide.images[:, 3:-3, 3:-3])
        return replace(wide, images=middle, margin=0)

    def test_evaluation_does_not_see_them(self, wide, narrow):
        rows = np.array([2, 0, 3])
        ours, theirs = (
            image_feed(one, self.contract, CPU, augmentation=RADIOGRAPH)(rows, None)
            for one in (wide, narrow)
        )
        assert torch.equal(ours, theirs)
        assert (wide.size, narrow.size) == (16, 16)

    def test_training_without_augmentation_does_not_see_them(self, wide, narrow):
        ours, theirs = (
            image_feed(one, self.contract, CPU, augmentation=NONE)(np.arange(4), 1)
            for one in (wide, narrow)
        )
        assert torch.equal(ours, theirs)

    def test_augmentation_moves_them_into_the_image(self, wide, narrow):
        bright = replace(wide, images=np.full_like(wide.images, 65535))
        bright.images[:, 3:-3, 3:-3] = 0  # black but for what lies beyond
        shifting = replace(NONE, shift=0.2)
        seen = image_feed(bright, self.contract, CPU, augmentation=shifting)(np.arange(4), 1)
        black = replace(narrow, images=np.zeros_like(narrow.images))
        unseen = image_feed(black, self.contract, CPU, augmentation=shifting)(np.arange(4), 1)
        assert seen.shape == unseen.shape == (4, 1, 16, 16)
        assert seen.max() == 2
        assert unseen.max() == -2
