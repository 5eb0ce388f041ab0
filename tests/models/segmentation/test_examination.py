from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from radzoo.models.lesson import Examination
from radzoo.models.ranks import Ranks
from radzoo.models.segmentation.examination import dice_of, examine_masks
from radzoo.tasks.mask_losses import compare, cross_entropy


class Threshold(nn.Module):
    """Knows the two structures by their brightness."""

    def forward(self, images):
        bright = images[:, 0]
        return torch.stack([bright * 0, (bright - 1.0) * 20, (bright - 2.2) * 40], dim=1)


def loss(logits, targets):
    return cross_entropy(compare(logits, targets))


def examination(engine, track=iter):
    return Examination(Threshold(), loss, engine, 2, track)


def test_dice_by_hand():
    found = np.array([0, 1, 1, 2, 0, 1], np.uint8)
    truth = np.array([0, 1, 0, 0, 0, 255], np.uint8)
    assert dice_of(found, truth, 4).tolist()[:2] == pytest.approx([2 / 3, 0])
    assert np.isnan(dice_of(found, truth, 4)[2])


def test_whole_cases_are_seen(make_masks, engine):
    samples = make_masks(3, shape=(40, 44))
    seen = []
    surveyed = samples.survey()
    value, score = examine_masks(
        examination(engine, lambda every: (seen.append(one) or one for one in every)),
        samples, surveyed,
    )  # fmt: skip
    assert [one.tolist() for one in seen] == [[0], [1], [2]]
    assert score > 0.95
    assert 0 < value < 0.2
    # A structure that nobody has counts nothing; one that is missed counts 0.
    samples.masks[0][samples.masks[0] == 7] = 0
    assert examine_masks(examination(engine), samples, surveyed)[1] < score - 0.1


def test_processes_share_the_cases(make_masks, engine, monkeypatch):
    samples = make_masks(3, shape=(40, 44))
    surveyed = samples.survey()
    parts = []
    monkeypatch.setattr(Ranks, "sum", lambda self, values: parts.append(values) or values)
    for rank in (0, 1):
        ranks = Ranks(rank=rank, count=2)
        examine_masks(examination(replace(engine, ranks=ranks)), samples, surveyed)
    dice, structures, total, windows = (parts[0] + parts[1]).tolist()
    alone = examine_masks(examination(engine), samples, surveyed)
    assert alone == pytest.approx((total / windows, dice / structures))
    assert structures == 6


def test_it_ends_when_it_is_told_to(make_masks, engine):
    samples = make_masks(3)

    def end(every):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        examine_masks(examination(engine, end), samples, samples.survey())
