import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.models.samples import batches, steps_per_epoch


@given(st.integers(1, 200), st.integers(2, 40), st.integers(0, 5), st.integers(1, 5))
def test_every_case_comes_once_and_no_batch_has_one_case(n, batch_size, seed, epoch):
    parts = list(batches(n, batch_size, seed=seed, epoch=epoch))
    assert sorted(np.concatenate(parts)) == list(range(n))
    assert len(parts) == steps_per_epoch(n, batch_size)
    assert n == 1 or min(map(len, parts)) >= 2


def order(n, batch_size, seed, epoch):
    return np.concatenate(list(batches(n, batch_size, seed=seed, epoch=epoch))).tolist()


def test_the_order_follows_from_seed_and_epoch_alone():
    assert order(50, 8, 1, 1) == order(50, 7, 1, 1)
    assert order(50, 8, 1, 1) != order(50, 8, 1, 2)
    assert order(50, 8, 1, 1) != order(50, 8, 2, 1)


@pytest.mark.parametrize(
    ("n", "sizes"),
    [
        pytest.param(8, [4, 4], id="divides"),
        pytest.param(9, [4, 5], id="one left over joins"),
        pytest.param(10, [4, 4, 2], id="two left over stay"),
        pytest.param(1, [1], id="one case"),
    ],
)
def test_sizes(n, sizes):
    assert [len(part) for part in batches(n, 4, seed=0, epoch=1)] == sizes
