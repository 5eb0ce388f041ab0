from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.models.training.sampling import order_of
from radzoo.tasks.findings import appearances

ONE_LABEL = st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=2, max_size=60).filter(
    lambda values: 0.0 in values and 1.0 in values
)


def column(*values):
    return np.array(values)[:, None]


def test_a_case_of_which_nothing_is_known_is_not_shown():
    assert appearances(column(0.0, 1, np.nan)).tolist() == [1.5, 1.5, 0]
    for epoch in range(1, 20):
        order = order_of(3, appearances(column(0.0, 1, np.nan)), seed=0, epoch=epoch)
        assert 2 not in order


@given(ONE_LABEL, st.integers(0, 3), st.integers(1, 3))
def test_as_many_places_as_cases_half_of_them_for_each_class(values, seed, epoch):
    targets = column(*values)
    order = order_of(len(targets), appearances(targets), seed=seed, epoch=epoch)
    assert len(order) == len(values)
    expected, counts = appearances(targets), Counter(order.tolist())
    for case, wanted in enumerate(expected):
        assert abs(counts[case] - wanted) < 1
    assert abs((targets[order] == 1).sum() - len(values) / 2) <= 1


def test_the_order_follows_from_seed_and_epoch_alone():
    targets = column(*[0.0] * 30, *[1.0] * 6)

    def order(seed, epoch, balanced=True):
        expected = appearances(targets) if balanced else None
        return order_of(len(targets), expected, seed=seed, epoch=epoch).tolist()

    assert order(1, 1) == order(1, 1)
    assert order(1, 1) != order(1, 2)
    assert order(1, 1) != order(2, 1)
    assert sorted(order(1, 1, balanced=False)) == list(range(36))


def test_in_the_long_run_each_case_comes_as_expected():
    targets = column(*[0.0] * 9, 1.0)
    seen = Counter()
    for epoch in range(1, 401):
        seen.update(order_of(10, appearances(targets), seed=0, epoch=epoch).tolist())
    rates = np.array([seen[case] for case in range(10)]) / 400
    assert rates == pytest.approx(appearances(targets), abs=0.1)
