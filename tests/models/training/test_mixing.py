import numpy as np
import pytest
import torch

from radzoo.models.training.mixing import Mixing, draw_mixing

NAN = float("nan")


def mixing(partners, shares, boxes=None):
    n = len(partners)
    return Mixing(
        np.array(partners),
        np.array(shares, np.float32),
        np.zeros((n, 4), np.int64) if boxes is None else np.array(boxes),
    )


def looking_at(images):
    return lambda places: images[torch.from_numpy(places)]


@pytest.fixture
def draw(make_recipe):
    def run(n=8, size=16, epoch=1, step=0, **settings):
        return draw_mixing(make_recipe(**settings), n, size=size, epoch=epoch, step=step)

    return run


def test_mixup_by_hand():
    images = torch.tensor([1.0, 5.0]).view(2, 1, 1, 1).expand(2, 1, 2, 2)
    mixed = mixing([1, 0], [0.75, 1.0]).look_at(looking_at(images))(np.arange(2))
    assert mixed[:, 0, 0, 0].tolist() == [2.0, 5.0]


def test_cutmix_by_hand():
    images = torch.stack([torch.zeros(1, 2, 3), torch.ones(1, 2, 3)])
    mix = mixing([1, 0], [4 / 6, 1.0], [[0, 1, 1, 3], [0, 0, 0, 0]])
    mixed = mix.look_at(looking_at(images))(np.arange(2))
    assert mixed[0, 0].tolist() == [[0, 1, 1], [0, 0, 0]]
    assert mixed[1, 0].tolist() == [[1, 1, 1], [1, 1, 1]]


def test_targets_by_hand():
    targets = torch.tensor([[1.0, NAN], [0.0, 1.0], [1.0, 1.0]])
    mixed = mixing([1, 2, 0], [0.75, 0.4, 0.1]).targets(targets)
    assert mixed[:, 0].tolist() == pytest.approx([0.75, 0.6, 1.0])
    assert mixed[0, 1].isnan()
    assert mixed[1, 1] == 1
    assert mixed[2, 1].isnan()


@pytest.mark.parametrize(
    "settings", [{"mixup": 0.4}, {"cutmix": 1.0}, {"mixup": 0.4, "cutmix": 1.0}]
)
@pytest.mark.parametrize("pieces", [[8], [3, 5], [1] * 8])
def test_the_same_however_the_batch_is_cut(draw, settings, pieces):
    images = torch.rand(8, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    mixed = draw(**settings).look_at(looking_at(images))
    ends = np.cumsum(pieces)
    parts = [mixed(np.arange(end - n, end)) for n, end in zip(pieces, ends, strict=True)]
    assert torch.equal(torch.cat(parts), mixed(np.arange(8)))


def test_it_follows_from_seed_epoch_and_step_alone(draw):
    first = draw(mixup=0.4, n=30)
    again, step, epoch = (
        draw(mixup=0.4, n=30),
        draw(mixup=0.4, n=30, step=1),
        draw(mixup=0.4, n=30, epoch=2),
    )
    seed = draw(mixup=0.4, n=30, seed=1)
    assert np.array_equal(first.shares, again.shares)
    assert np.array_equal(first.partners, again.partners)
    for other in (step, epoch, seed):
        assert not np.array_equal(first.shares, other.shares)


def test_a_share_is_the_area_that_is_left(draw):
    mix = draw(cutmix=1.0, n=200)
    images = torch.stack([torch.full((1, 16, 16), float(number)) for number in range(200)])
    mixed = mix.look_at(looking_at(images))(np.arange(200))
    for number in range(200):
        own = mixed[number] == number
        if mix.partners[number] != number:
            assert own.float().mean().item() == pytest.approx(mix.shares[number])
    # Beta(1, 1) is uniform; boxes cut by the edge leave more than half on average.
    assert 0.5 < mix.shares.mean() < 0.75


def test_both_meet_half_of_the_cases(draw):
    mix = draw(mixup=0.4, cutmix=1.0, n=1000)
    pasted = (mix.boxes[:, 1] > 0).mean()
    assert 0.4 < pasted < 0.55


def test_nothing_is_mixed_unless_it_is_asked_for(draw):
    assert draw() is None


def test_channels_last_stays(draw):
    images = torch.rand(8, 3, 16, 16).contiguous(memory_format=torch.channels_last)
    mixed = draw(mixup=0.4).look_at(looking_at(images))(np.arange(8))
    assert mixed.is_contiguous(memory_format=torch.channels_last)
