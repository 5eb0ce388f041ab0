import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from radzoo.models.ranks import Ranks
from radzoo.models.training.pieces import cut

SIZES = st.integers(2, 40)
MICRO = st.none() | st.integers(1, 12)


def places(pieces):
    return [piece.places[: piece.n].tolist() for piece in pieces]


def test_one_process_without_a_limit_takes_the_batch_whole():
    assert places(cut(7, Ranks(), None)) == [list(range(7))]


def test_pieces_are_of_nearly_equal_size():
    assert places(cut(7, Ranks(), 3)) == [[0, 1], [2, 3], [4, 5, 6]]


def test_processes_have_neighbouring_parts():
    assert [places(cut(7, Ranks(rank, 3), None)) for rank in range(3)] == [
        [[0, 1]],
        [[2, 3]],
        [[4, 5, 6]],
    ]


def test_a_process_without_a_case_keeps_company():
    (piece,) = cut(2, Ranks(0, 3), None)
    assert (piece.n, piece.places.tolist()) == (0, [0, 1])


@given(SIZES, st.integers(1, 5), MICRO)
def test_every_case_counts_once(n, count, micro):
    seen = [place for rank in range(count) for p in places(cut(n, Ranks(rank, count), micro))
            for place in p]  # fmt: skip
    assert seen == list(range(n))


@given(SIZES, st.integers(1, 5), MICRO)
def test_all_make_as_many_pieces_and_none_is_too_big(n, count, micro):
    every = [cut(n, Ranks(rank, count), micro) for rank in range(count)]
    assert len({len(pieces) for pieces in every}) == 1
    largest = max(2 if count > 1 else 1, micro or n)
    assert all(1 <= len(piece.places) <= largest for pieces in every for piece in pieces)
    if count > 1 and (micro or n) > 1:
        assert all(len(piece.places) >= 2 for pieces in every for piece in pieces)


def test_company_has_no_known_target():
    targets = torch.arange(3.0)[:, None]
    (piece,) = cut(3, Ranks(0, 3), None)
    assert (piece.n, piece.places.tolist()) == (1, [0, 1])
    assert torch.equal(piece.targets_in(targets).isnan(), torch.tensor([[False], [True]]))
    assert torch.equal(targets, torch.arange(3.0)[:, None])


@pytest.mark.parametrize("micro", [None, 2])
def test_targets_of_a_piece_are_those_of_its_cases(micro):
    targets = torch.from_numpy(np.random.default_rng(0).random((5, 2)))
    for piece in cut(5, Ranks(), micro):
        assert torch.equal(piece.targets_in(targets), targets[piece.places.tolist()])
