import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy as torch_cross_entropy

from radzoo.models.training import pieces
from radzoo.tasks.mask_losses import (
    UNKNOWN,
    boundary_loss,
    compare,
    cross_entropy,
    overlap_loss,
    signed_distance,
    supervise_deeply,
    weighted,
)

SPACES = [(8, 10), (4, 6, 8)]


def draw(space, classes=3, n=2, seed=0):
    torch.manual_seed(seed)
    targets = torch.randint(classes, (n, *space), dtype=torch.uint8)
    return torch.randn(n, classes, *space, requires_grad=True), targets


def test_unknown_is_what_training_calls_so():
    assert pieces.UNKNOWN == UNKNOWN


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("batch", [False, True])
def test_dice_and_cross_entropy_are_those_of_monai(space, batch):
    losses = pytest.importorskip("monai.losses")
    outputs, targets = draw(space)
    oracle = losses.DiceCELoss(
        softmax=True, to_onehot_y=True, include_background=False, batch=batch
    )
    found = compare(outputs, targets)
    wanted = oracle(outputs, targets[:, None].long())
    # MONAI leaves the background out of its cross-entropy as well, where it is told so.
    dice = losses.DiceLoss(softmax=True, to_onehot_y=True, include_background=False, batch=batch)
    assert torch.allclose(overlap_loss(found, batch=batch), dice(outputs, targets[:, None].long()))
    both = overlap_loss(found, batch=batch) + cross_entropy(found)
    plain = torch_cross_entropy(outputs, targets.long())
    assert torch.allclose(both, dice(outputs, targets[:, None].long()) + plain)
    assert torch.allclose(both, wanted)


@pytest.mark.parametrize("space", SPACES)
def test_tversky_is_that_of_monai(space):
    losses = pytest.importorskip("monai.losses")
    outputs, targets = draw(space)
    oracle = losses.TverskyLoss(
        softmax=True, to_onehot_y=True, include_background=False, alpha=0.3, beta=0.7
    )
    mine = overlap_loss(compare(outputs, targets), alpha=0.3, beta=0.7)
    assert torch.allclose(mine, oracle(outputs, targets[:, None].long()), atol=1e-5)


def test_worked_by_hand():
    # Two voxels, both sure: one found rightly, one missed.
    outputs = torch.tensor([[[0.0, 100.0], [100.0, 0.0]]]).transpose(1, 2)[:, [1, 0]]
    targets = torch.tensor([[1, 1]], dtype=torch.uint8)
    compared = compare(outputs, targets)
    assert overlap_loss(compared).item() == pytest.approx(1 - 2 / 3, abs=1e-4)
    assert overlap_loss(compared, alpha=0.3, beta=0.7).item() == pytest.approx(
        1 - 1 / 1.7, abs=1e-4
    )
    assert overlap_loss(compared, gamma=2.0).item() == pytest.approx(1 / 9, abs=1e-4)


def test_unknown_voxels_count_nothing():
    outputs, targets = draw((6, 6))
    blind = targets.clone()
    blind[:, 3:] = UNKNOWN
    seen = [compare(outputs, blind), compare(outputs[:, :, :3], targets[:, :3])]
    for loss in (overlap_loss, cross_entropy):
        assert torch.allclose(*[loss(one) for one in seen])
    assert torch.allclose(*[cross_entropy(one, rare=0.5) for one in seen])


def test_nothing_known_gives_nothing_and_no_gradient():
    outputs, _ = draw((6, 6))
    blind = torch.full((2, 6, 6), UNKNOWN, dtype=torch.uint8)
    compared = compare(outputs, blind)
    total = overlap_loss(compared) + cross_entropy(compared, rare=1.0) + boundary_loss(compared)
    assert total.item() == 0
    total.backward()
    assert not outputs.grad.any()


def test_a_structure_that_is_not_there_is_left_out_of_overlap():
    outputs, targets = draw((6, 6), n=1)
    targets[targets == 2] = 0
    found = overlap_loss(compare(outputs, targets))
    probabilities, truth = outputs.softmax(1)[:, 1], (targets == 1).float()
    wanted = 1 - 2 * (probabilities * truth).sum() / (probabilities.sum() + truth.sum())
    assert torch.allclose(found, wanted, atol=1e-4)


def test_rare_voxels_count_as_much_as_common_ones():
    outputs, targets = draw((6, 6), n=1)
    targets[:] = 0
    targets[0, 0, 0] = 1
    each = torch_cross_entropy(outputs, targets.long(), reduction="none")
    rare = each[0, 0, 0]
    common = (each.sum() - rare) / 35
    found = cross_entropy(compare(outputs, targets), rare=1.0)
    assert torch.allclose(found, (rare + common) / 2)


def test_distance_to_the_border():
    line = np.array([[0, 0, 1, 1, 1, 0]], dtype=bool)
    assert signed_distance(line).tolist() == [[2, 1, 0, -1, 0, 1]]
    assert not signed_distance(np.ones((3, 3), bool)).any()


def test_the_boundary_loss_wants_probability_inside():
    targets = torch.zeros(1, 9, 9, dtype=torch.uint8)
    targets[0, 3:6, 3:6] = 1
    right, wrong = (
        boundary_loss(compare(nn.functional.one_hot(mask.long(), 2).movedim(3, 1) * 50.0, targets))
        for mask in (targets, targets.roll(4, 1))
    )
    assert right < 0 < wrong
    assert right.item() == pytest.approx(-1 / 81)  # the voxel in the middle


def test_depths_count_half_as_much_each():
    outputs, targets = draw((6, 6))
    other, _ = draw((6, 6), seed=1)

    def loss(one, wanted):
        return overlap_loss(compare(one, wanted))

    deep = supervise_deeply(loss)
    stacked = deep(torch.stack([outputs, other, other], dim=1), targets)
    fine, coarse = loss(outputs, targets), loss(other, targets)
    assert torch.allclose(stacked, (4 * fine + 2 * coarse + coarse) / 7)
    assert torch.equal(deep(outputs, targets), fine)
    assert weighted([torch.tensor(3.0)]) == 3


def test_half_precision_is_brought_to_single():
    outputs, targets = draw((64, 64))
    half = outputs.detach().bfloat16()
    assert overlap_loss(compare(half, targets)).dtype == torch.float32
