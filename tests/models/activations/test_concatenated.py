import pytest
import torch

from radzoo.models.activations.concatenated import CReLU, FoldedCReLU


def test_by_hand():
    features = torch.tensor([[1.0, -2.0, 0.0]])
    assert CReLU()(features).tolist() == [[1, 0, 0, 0, 2, 0]]
    tokens = torch.tensor([[[3.0, -4.0]]])
    assert CReLU(-1)(tokens).tolist() == [[[3, 0, 0, 4]]]


@pytest.mark.parametrize(("shape", "dim"), [((2, 3, 4, 5), 1), ((2, 4, 5, 3), -1), ((2, 3), 1)])
def test_folded_begins_as_relu_and_mixes_what_it_learns(shape, dim):
    features = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    folded = FoldedCReLU(3, dim)
    assert torch.equal(folded(features), features.relu())
    with torch.no_grad():
        folded.weight[0, 4] = 1.0  # channel 0 also gets what channel 1 has below zero
    wanted = features.relu().movedim(dim, -1).clone()
    wanted[..., 0] += features.movedim(dim, -1)[..., 1].neg().relu()
    assert torch.allclose(folded(features).movedim(dim, -1), wanted)
