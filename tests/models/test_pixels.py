"""Where pixels are kept follows from the device and its memory; what is fed never does."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from radzoo.models import pixels as module
from radzoo.models.device import Engine
from radzoo.models.feed import image_feed
from radzoo.models.pixels import (
    PixelsAhead,
    PixelsAtHand,
    PixelsOnDevice,
    pixels_for,
    stored_of,
)

CPU = Engine(torch.device("cpu"), amp=False)
GPU = Engine(torch.device("cuda", 0), amp=True)
KINDS = [PixelsAtHand, PixelsOnDevice, PixelsAhead]


@pytest.fixture
def free(monkeypatch):
    def have(n):
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (n, 2 * n))

    return have


def test_a_cpu_needs_nothing(make_samples):
    assert isinstance(pixels_for(stored_of(make_samples(5), margins=False), CPU), PixelsAtHand)


@pytest.mark.parametrize(("room", "kind"), [(1.0, "PixelsOnDevice"), (0.99, "PixelsAhead")])
def test_a_small_data_set_lies_on_the_gpu(make_samples, free, monkeypatch, room, kind):
    chosen = []
    for name in ("PixelsOnDevice", "PixelsAhead"):
        monkeypatch.setattr(module, name, lambda stored, engine, name=name: chosen.append(name))
    stored = stored_of(make_samples(10), margins=False)
    free(int(room * stored.images.nbytes / module.SHARE_OF_DEVICE))
    pixels_for(stored, GPU)
    assert chosen == [kind]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [np.uint16, np.uint8])
def test_all_give_the_same_pixels(make_samples, kind, dtype):
    samples = make_samples(9)
    images = (samples.images >> (0 if dtype == np.uint16 else 8)).astype(dtype)
    samples = replace(samples, images=images, rows=np.array([8, 0, 3, 3, 1]))
    pixels = kind(stored_of(samples, margins=False), CPU)
    chosen = np.array([4, 1, 0])
    pixels.expect([chosen])
    assert np.array_equal(pixels(chosen).numpy(), images[[1, 0, 8]])


def test_highest_values_survive_the_carrier(make_samples):
    samples = make_samples(2)
    samples.images[:] = 65535
    pixels = PixelsOnDevice(stored_of(samples, margins=False), CPU)
    assert pixels(np.array([1])).to(torch.float32).unique().tolist() == [65535]


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_is_the_same_whoever_brings_the_pixels(make_samples, make_entry, kind):
    samples, contract = make_samples(6), make_entry("test_resnet").input
    pixels = kind(stored_of(samples, margins=False), CPU)
    chosen = np.array([5, 2])
    plain = image_feed(samples, contract, CPU)(chosen, None)
    assert torch.equal(image_feed(samples, contract, CPU, pixels=pixels)(chosen, None), plain)


def test_what_was_expected_is_read_once_and_the_rest_forgotten(make_samples):
    samples, read = make_samples(8), []
    pixels = PixelsAhead(stored_of(samples, margins=False), CPU)
    ready = pixels._ready
    pixels._ready = lambda chosen: read.append(chosen.tolist()) or ready(chosen)
    first, second, third = np.array([0, 1]), np.array([2, 3]), np.array([4])
    pixels.expect([first, second])
    pixels(first)
    pixels.expect([second, third])
    assert np.array_equal(pixels(second).numpy(), samples.images[[2, 3]])
    pixels(np.array([7]))
    pixels.expect([])
    assert pixels.coming == {}
    assert [one for one in read if one != [4]] == [[0, 1], [2, 3], [7]]
    assert read.count([4]) <= 1  # forgotten before or after its turn came


def test_an_error_while_reading_ahead_reaches_the_training(make_samples):
    pixels = PixelsAhead(stored_of(make_samples(3), margins=False), CPU)
    pixels.expect([np.array([99])])
    with pytest.raises(IndexError):
        pixels(np.array([99]))
