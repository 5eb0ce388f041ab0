"""RZ060: maps of networks that are destroyed step by step."""

from dataclasses import replace

import numpy as np
import pytest
from audited import audited
from networks import asked

from radzoo.checks import CHECKS
from radzoo.checks.saliency_sanity import (
    DEPTHS,
    SEEDS,
    as_shares,
    border_mass,
    edge_maps,
    spearman,
    structural_similarity,
)
from radzoo.checks.subject import Trained

look = CHECKS["RZ060"].examine
N, SIDE, LAYERS = 10, 40, 10


def noise(seed):
    return np.random.default_rng(seed).random((N, SIDE, SIDE))


def edges_whatever(rows, images, question, destroyed, seed):
    return edge_maps(images)


def noise_of_its_own(rows, images, question, destroyed, seed):
    return noise(1 if not destroyed else 100 * destroyed + seed)


def edges_while_whole(rows, images, question, destroyed, seed):
    return edge_maps(images) if not destroyed else noise(seed + destroyed)


def border_of_its_own(rows, images, question, destroyed, seed):
    maps = noise_of_its_own(rows, images, question, destroyed, seed)
    frame = np.ones((SIDE, SIDE), bool)
    frame[1:-1, 1:-1] = False
    return np.where(frame, 4 * maps, maps)


def one_spot_of_its_own(rows, images, question, destroyed, seed):
    """Empty but for a spot, here or there: alike in structure, and hardly in rank."""
    maps = noise_of_its_own(rows, images, question, destroyed, seed)
    spot = np.zeros((SIDE, SIDE), bool)
    at = 5 if not destroyed else 25
    spot[at : at + 8, at : at + 8] = True
    return np.where(spot, maps, maps * 1e-3)


def one_order_whatever(rows, images, question, destroyed, seed):
    """The same ranks, steeper and steeper: alike in rank, and hardly in structure."""
    ranks = noise(1)
    return ranks if not destroyed else ranks**40


def explained(explain, *, n=N, layers=LAYERS):
    images = np.random.default_rng(3).integers(0, 255, (N, SIDE, SIDE)).astype(np.uint8)
    subject = audited(np.arange(N) % 2, splits=["test"] * n + ["train"] * (N - n))
    network = asked(lambda pixels: pixels, N, images=images, explain=explain, layers=layers)
    return replace(subject, model=Trained("run", np.zeros((N, 1)), network=network))


@pytest.mark.parametrize(
    ("explain", "severity", "said"),
    [
        (noise_of_its_own, None, "the network's own"),
        (edges_whatever, "error", "hardly change"),
        (one_spot_of_its_own, "error", "hardly change"),
        (one_order_whatever, "error", "rank correlation 1.00"),
        (edges_while_whole, "warning", "much like the edges"),
        (border_of_its_own, "warning", "lies on the outermost"),
    ],
)
def test_what_maps_hang_on(explain, severity, said):
    (verdict,) = look(explained(explain))
    assert verdict.severity == severity
    assert said in verdict.message
    assert [row["layers_destroyed"] for row in verdict.evidence.rows] == [1, 3, 6, 10]
    assert len(DEPTHS) == 4


def test_each_depth_is_asked_about_with_all_seeds():
    asked_about = []

    def explain(rows, images, question, destroyed, seed):
        asked_about.append((destroyed, seed))
        return noise(destroyed)

    look(explained(explain))
    assert sorted(asked_about) == [(0, 0)] + [(d, s) for d in (1, 3, 6, 10) for s in range(SEEDS)]


def test_what_cannot_be_looked_at():
    assert look(explained(None)).kind == "not applicable"
    assert look(explained(noise_of_its_own, layers=0)).kind == "not applicable"
    assert look(explained(noise_of_its_own, n=4)).kind == "cannot judge"


def test_rank_correlation_by_hand():
    one, other = np.array([[1, 2], [3, 4.0]]), np.array([[1, 3], [2, 4.0]])
    assert spearman(one, other) == pytest.approx(1 - 6 * 2 / (4 * 15))
    assert spearman(one, np.exp(one)) == pytest.approx(1)
    assert spearman(one, np.ones((2, 2))) == 0


def test_structural_similarity_of_windows_one_by_one():
    a, b = (noise(seed)[0, :9, :9] for seed in (4, 5))
    wide = [np.pad(as_shares(each), 3, mode="symmetric") for each in (a, b)]
    values = []
    for row in range(9):
        for column in range(9):
            x, y = (each[row : row + 7, column : column + 7] for each in wide)
            both = (x * y).mean() - x.mean() * y.mean()
            values.append(
                (2 * x.mean() * y.mean() + 1e-4) * (2 * both + 9e-4)
                / ((x.mean() ** 2 + y.mean() ** 2 + 1e-4) * (x.var() + y.var() + 9e-4))
            )  # fmt: skip
    assert structural_similarity(a, b) == pytest.approx(np.mean(values), abs=1e-9)
    assert structural_similarity(a, a) == pytest.approx(1)


def test_the_share_on_the_border_by_hand():
    maps = np.ones((2, 25, 25))
    assert border_mass(maps) == pytest.approx(1 - 23**2 / 25**2)
    maps[1, 1:-1, 1:-1] = 0
    assert border_mass(maps) == pytest.approx((1 - 23**2 / 25**2 + 1) / 2)
    assert border_mass(np.zeros((2, 25, 25))) == 0
