import pytest
import torch
from safetensors.torch import load_file, save_file

from radzoo.core.errors import IntegrityError
from radzoo.models.build import create
from radzoo.models.heads import head_names
from radzoo.models.weights import load_state, put_weights, save_state


@pytest.fixture
def network(make_entry):
    torch.manual_seed(0)
    return create(make_entry().architecture, outputs=1, channels=1)


@pytest.fixture
def state(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


def refuse(network, state, keep_head=True):
    before = {name: value.clone() for name, value in network.state_dict().items()}
    with pytest.raises(IntegrityError) as caught:
        put_weights(network, state, keep_head=keep_head)
    after = network.state_dict()
    assert all(torch.equal(after[name], before[name]) for name in before)
    return str(caught.value)


@pytest.mark.parametrize("folder", ["run", "\udcff"], ids=ascii)
def test_round_trip(network, tmp_path, make_entry, folder):
    path = tmp_path / folder / "weights.safetensors"
    save_state(path, network, "{}")
    torch.manual_seed(1)
    other = create(make_entry().architecture, outputs=1, channels=1)
    put_weights(other, load_state(path, "safetensors"), keep_head=True)
    for name, value in network.state_dict().items():
        assert torch.equal(value, other.state_dict()[name])


def test_the_same_weights_are_the_same_bytes(network, tmp_path):
    files = [tmp_path / f"{number}.safetensors" for number in range(5)]
    for file in files:
        save_state(file, network, '{"entry": "small"}')
    assert len({file.read_bytes() for file in files}) == 1


def test_missing_unexpected_and_misshapen_are_named(network, state):
    state.pop("conv1.0.weight")
    state["surprise"] = torch.zeros(1)
    state["bn1.weight"] = torch.zeros(3)
    message = refuse(network, state)
    assert "missing: conv1.0.weight" in message
    assert "unexpected: surprise" in message
    assert "another shape: bn1.weight (3,) for" in message


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_named(network, state, value):
    state["layer1.0.conv1.weight"][0, 0, 0, 0] = value
    assert "layer1.0.conv1.weight" in refuse(network, state)


def test_small_numbers_can_be_finite_too(network, state):
    name = "layer1.0.conv1.weight"
    state[name] = state[name].clamp(-1, 1).to(torch.float8_e4m3fn)
    put_weights(network, state, keep_head=True)
    state[name][0, 0, 0, 0] = float("nan")
    assert name in refuse(network, state)


def test_the_published_classes_are_dropped_and_that_is_said(network, state):
    (head,) = head_names(network)
    state[f"{head}.weight"] = torch.zeros(1000, 512)
    said = []
    put_weights(network, state, keep_head=False, log=said.append)
    assert f"{head}.weight" in said[0]
    assert network.get_submodule(head).weight.shape == (1, 512)
    assert "another shape" in refuse(network, state, keep_head=True)


def test_colours_are_summed_for_grey_images(make_entry, tmp_path):
    colour = create(make_entry(channels=3).architecture, outputs=1, channels=3).eval()
    grey = create(make_entry().architecture, outputs=1, channels=1).eval()
    said = []
    put_weights(grey, colour.state_dict(), keep_head=True, log=said.append)
    image = torch.rand(2, 1, 32, 32)
    torch.testing.assert_close(grey(image), colour(image.expand(-1, 3, -1, -1)))
    assert "summed" in said[0]


def test_old_densenet_names_and_missing_counters(make_entry):
    network = create(make_entry("densenet121", "torchvision").architecture, outputs=1, channels=1)
    old = {
        name.replace(".norm1.", ".norm.1.").replace(".conv2.", ".conv.2."): value + 1
        for name, value in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    put_weights(network, old, keep_head=True)
    name = "features.denseblock1.denselayer1.norm"
    assert torch.equal(network.state_dict()[f"{name}1.weight"], old[f"{name}.1.weight"])


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="cut in half"),
        pytest.param(lambda data: b"<html>" + data, id="a web page"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: b"\xff" * 8 + data[8:], id="a header of exabytes"),
    ],
)
def test_a_damaged_file(tmp_path, spoil):
    path = tmp_path / "weights.safetensors"
    save_file({"a": torch.zeros(100)}, path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(IntegrityError) as caught:
        load_state(path, "safetensors")
    assert caught.value.id == "damaged-weights"


@pytest.mark.parametrize("format_", ["pickle", "torch"])
def test_no_other_format_is_opened(tmp_path, format_):
    with pytest.raises(IntegrityError) as caught:
        load_state(tmp_path / "absent.pt", format_)
    assert caught.value.id == "unsafe-weights"


def test_what_is_written_names_itself(network, tmp_path):
    from safetensors import safe_open

    path = tmp_path / "weights.safetensors"
    save_state(path, network, '{"entry": "small"}')
    with safe_open(path, "pt") as file:
        assert file.metadata() == {"radzoo": '{"entry": "small"}'}
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(load_file(path)) == set(network.state_dict())
