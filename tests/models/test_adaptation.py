import pytest
import timm
import torch
from torch import nn

from radzoo.models.adaptation import adapt, resize_positions


def adapted(network, state):
    said = []
    return adapt(network, state, said.append), said


@pytest.mark.parametrize("layer", [nn.Conv2d, nn.Conv3d])
def test_colours_become_grey_and_grey_colours(layer):
    colour, grey = layer(3, 2, 3), layer(1, 2, 3)
    axes = colour.weight.ndim - 2
    image = torch.rand(1, 1, *(5,) * axes)
    states = [{f"0.{n}": v for n, v in one.state_dict().items()} for one in (colour, grey)]
    with torch.inference_mode():
        given, said = adapted(nn.Sequential(grey), states[0])
        expected = colour(image.expand(1, 3, *image.shape[2:]))
        grey.load_state_dict({n[2:]: v for n, v in given.items()})
        torch.testing.assert_close(grey(image), expected)
        assert "summed" in said[0]
        given, said = adapted(
            nn.Sequential(colour), {f"0.{n}": v for n, v in grey.state_dict().items()}
        )
        colour.load_state_dict({n[2:]: v for n, v in given.items()})
        torch.testing.assert_close(colour(image.expand(1, 3, *image.shape[2:])), expected)
        assert "shared" in said[0]


@pytest.mark.parametrize(("given", "wanted"), [(4, 1), (1, 4), (3, 2), (3, 3)])
def test_other_channels_are_left_to_be_named(given, wanted):
    state = {"0.weight": torch.ones(2, given, 3, 3)}
    found, said = adapted(nn.Sequential(nn.Conv2d(wanted, 2, 3)), state)
    assert found == state
    assert said == []


@pytest.mark.parametrize(("old", "new"), [(64, 96), (96, 64)])
def test_positions_are_resized_as_timm_does(old, new):
    from timm.layers import resample_abs_pos_embed

    state = timm.create_model("test_vit", img_size=old).state_dict()
    network = timm.create_model("test_vit", img_size=new)
    found, said = adapted(network, state)
    expected = resample_abs_pos_embed(
        state["pos_embed"], new_size=[new // 16] * 2, num_prefix_tokens=1
    )
    torch.testing.assert_close(found["pos_embed"], expected)
    assert said == [
        f"pos_embed was resized from {(old // 16) ** 2 + 1} to {(new // 16) ** 2 + 1} positions"
    ]
    network.load_state_dict(found)


def test_positions_of_patches_alone():
    state = timm.create_model("test_vit2", img_size=64).state_dict()
    network = timm.create_model("test_vit2", img_size=96)
    assert adapted(network, state)[0]["pos_embed"].shape == network.pos_embed.shape


def test_a_square_is_found_where_no_network_says_it():
    given = torch.arange(5.0).view(1, 5, 1)
    resized = resize_positions(given, torch.zeros(1, 10, 1), None, 2)
    assert resized.shape == (1, 10, 1)
    assert resized[0, 0] == given[0, 0]
    cube = torch.ones(1, 9, 2)
    assert torch.equal(resize_positions(cube, torch.zeros(1, 28, 2), None, 3), torch.ones(1, 28, 2))


@pytest.mark.parametrize("shape", [(1, 12, 1), (1, 10, 2), (10, 1)])
def test_what_is_no_square_stays(shape):
    assert resize_positions(torch.ones(1, 5, 1), torch.zeros(shape), 1, 2) is None
