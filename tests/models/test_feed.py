import numpy as np
import pytest
import torch

from radzoo.core.entry import PlaneInput
from radzoo.models.augmentation.sets import RADIOGRAPH
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
