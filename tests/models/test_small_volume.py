import pytest
import torch

from radzoo.core.entry import Preprocessing
from radzoo.models.small_volume import size_of, small_volume, spread

IMAGE = [[0, 51], [102, 255]]


def contract(**facts):
    return Preprocessing(dimensions=3, **facts)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (None, [64, 64, 64]),
        (32, [32, 32, 32]),
        ([50, 96, 8], [50, 96, 8]),
        ([256, 97, 200], [96, 96, 96]),
    ],
)
def test_sizes(size, expected):
    assert size_of(contract(size=size)) == expected
    assert list(small_volume(IMAGE, contract(size=size)).shape) == [1, 1, *expected]


def test_an_image_is_stacked_and_rolled():
    image = [[10 * row + column for column in range(8)] for row in range(8)]
    volume = (small_volume(image, contract(size=8, channels=2)) * 255).round().long()
    for channel, row, column, layer in ((0, 5, 2, 0), (0, 5, 2, 3), (1, 5, 2, 3), (1, 0, 0, 7)):
        expected = image[(row - layer) % 8][(column - channel) % 8]
        assert volume[0, channel, row, column, layer] == expected


def test_values_fill_the_range_if_it_is_known():
    for pair, low, high in ((None, 0, 1), ((-1.0, 3.0), -1, 3)):
        volume = small_volume(IMAGE, contract(size=8, value_range=pair))
        assert (volume.min(), volume.max()) == (low, high)


def test_values_come_from_all_over_the_output():
    one, two = torch.arange(4.0), torch.arange(4.0, 11).view(1, 7)
    assert spread(one, 16) == [0, 1, 2, 3]
    assert spread([one, {"x": two, "none": None}], 3) == [0, 5, 10]
    assert spread({"b": two, "a": one}, 11) == list(range(11))
