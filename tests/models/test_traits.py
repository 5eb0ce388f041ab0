import pytest

from radzoo.core.errors import InputError
from radzoo.models.traits import Traits, takes_size, traits_of
from radzoo.zoo.catalog import find_entry


@pytest.mark.parametrize(
    ("model", "traits"),
    [
        ("alexnet", Traits(normalises=False, dropout=0.5)),
        ("vgg11", Traits(normalises=False, dropout=0.5)),
        ("vgg11_bn", Traits(dropout=0.5)),
        ("resnet18", Traits()),
        ("resnet18-tv", Traits()),
        ("vit_small", Traits(attends=True)),
        ("swin_tiny", Traits(attends=True)),
    ],
)
def test_what_a_network_is_made_of(model, traits):
    assert traits_of(find_entry(model)) == traits


def test_sizes_that_a_network_takes():
    assert takes_size(find_entry("inception_v3"), 96)
    assert not takes_size(find_entry("inception_v3"), 64)
    assert not takes_size(find_entry("maxvit_tiny"), 96)


def test_an_architecture_that_nobody_knows(make_entry):
    with pytest.raises(InputError):
        traits_of(make_entry(name="no-such-network"))
