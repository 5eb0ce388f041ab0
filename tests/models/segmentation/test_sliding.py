import pytest
import torch
from torch import nn

from radzoo.models.segmentation import sliding
from radzoo.models.segmentation.sliding import find_places, importance, pad, segment, to_labels

THREE = {"patch": (8, 8, 8), "batch_size": 3}


class Convolution(nn.Module):
    """Sees its neighbours, so that the border of a window matters."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.inner = nn.Conv3d(3, 3, 5, padding=2)

    def forward(self, images):
        return self.inner(images)


@pytest.mark.parametrize("space", [(8, 8, 8), (8, 13, 21), (5, 20, 8)])
@pytest.mark.parametrize("flips", [False, True])
def test_an_identity_gives_the_image(make_plan, engine, space, flips):
    torch.manual_seed(1)
    image = torch.randn(3, *space)
    found = segment(nn.Identity(), image, make_plan(**THREE), engine, flips=flips)
    assert found.shape == image.shape
    assert torch.allclose(found, image.softmax(0), atol=1e-6)


@pytest.mark.parametrize("overlap", [0.25, 0.5, 0.7])
@pytest.mark.parametrize("space", [(8, 13, 21), (5, 20, 8)])
def test_it_is_what_monai_blends(make_plan, engine, space, overlap):
    monai = pytest.importorskip("monai.inferers")
    torch.manual_seed(1)
    image, network = torch.randn(3, *space), Convolution()
    with torch.inference_mode():
        wanted = monai.sliding_window_inference(
            image[None], (8, 8, 8), 2, lambda windows: network(windows).softmax(1),
            overlap=overlap, mode="gaussian", cval=float(image.min()),
        )  # fmt: skip
    found = segment(network, image, make_plan(**THREE), engine, overlap=overlap)
    assert torch.allclose(found, wanted[0], atol=1e-5)


def test_two_dimensions(make_plan, engine):
    image = torch.randn(3, 30, 17)
    found = segment(nn.Identity(), image, make_plan((16, 16)), engine)
    assert torch.allclose(found, image.softmax(0), atol=1e-6)


def test_flips_see_mirrored_windows(make_plan, engine):
    torch.manual_seed(1)
    image, network = torch.randn(3, 8, 8, 8), Convolution()
    with torch.inference_mode():
        plain = network(image[None]).softmax(1)[0]
        turned = network(image[None].flip(4)).flip(4).softmax(1)[0]
    found = segment(network, image, make_plan(**THREE), engine, flips=(2,))
    assert torch.allclose(found, (plain + turned) / 2, atol=1e-6)


def test_every_window_is_looked_at_once(make_plan, engine):
    image, seen = torch.randn(3, 5, 13, 8), torch.zeros(5, 13, 8)
    places = []

    def look(logits, found):
        assert logits.shape[1:] == (3, 8, 8, 8)
        places.extend(found)

    segment(nn.Identity(), image, make_plan(**THREE), engine, flips=True, look=look)
    assert len(places) == 3
    for place in places:
        seen[tuple(slice(max(0, one.start), one.stop) for one in place)] += 1
    assert seen.min() == 1
    assert places[0][0] == slice(-1, 7)  # 3 voxels are missing: one before, two behind


def test_large_sums_are_kept_in_half_precision(make_plan, engine, monkeypatch):
    monkeypatch.setattr(sliding, "MOST_BYTES", 1000)
    image = torch.randn(3, 8, 13, 21)
    found = segment(nn.Identity(), image, make_plan(**THREE), engine)
    assert found.dtype == torch.float16
    assert torch.allclose(found.float(), image.softmax(0), atol=2e-3)


def test_places_cover_and_end_with_the_image():
    places = find_places((20,), (8,), 0.5)
    assert [one.start for (one,) in places] == [0, 4, 8, 12]
    assert [one.start for (one,) in find_places((21,), (8,), 0.5)] == [0, 4, 8, 12, 13]
    assert find_places((8,), (8,), 0.5) == [(slice(0, 8),)]


def test_the_middle_counts_most():
    weights = importance((9, 9))
    assert weights[4, 4] == weights.max() == 1
    assert torch.equal(weights, weights.flip(0))
    assert importance((64, 64)).min() == pytest.approx(1e-3)


def test_padding_is_the_lowest_value():
    before, wide = pad(torch.tensor([[[2.0, 3.0]]]), (2, 4))
    assert (before, wide.shape) == ((0, 1), (1, 2, 4))
    assert wide[0].tolist() == [[2, 2, 3, 2], [2, 2, 2, 2]]


def test_labels_are_the_most_probable():
    probabilities = torch.rand(4, 3, 5, 6)
    assert to_labels(probabilities).tolist() == probabilities.argmax(0).tolist()
