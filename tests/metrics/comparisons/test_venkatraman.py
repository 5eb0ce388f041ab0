import numpy as np

from radzoo.metrics.comparisons.pair import make_pair
from radzoo.metrics.comparisons.venkatraman import venkatraman

TARGETS = np.array([0.0, 0, 1, 1])


def test_worked_by_hand():
    # Cuts after 1, 2, 3 of the orders 0011 and 0101: errors differ at the second cut by 2.
    pair = make_pair(TARGETS, np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, 4]))
    assert venkatraman(pair, n_draws=10)[0] == 2


def test_curves_that_cross_differ_though_their_areas_do_not():
    rng = np.random.default_rng(0)
    targets = np.repeat([0.0, 1.0], 150)
    first = np.where(targets == 1, rng.normal(0.8, 2.5, 300), rng.normal(0, 1, 300))
    second = np.where(targets == 1, rng.normal(0.8, 0.3, 300), rng.normal(0, 1, 300))
    _, p = venkatraman(make_pair(targets, first, second), n_draws=300, seed=1)
    _, alike = venkatraman(make_pair(targets, second, second + 0.0), n_draws=50, seed=1)
    assert p < 0.01
    assert alike > 0.05
    assert venkatraman(make_pair(targets, first, second), n_draws=20, seed=2) == venkatraman(
        make_pair(targets, first, second), n_draws=20, seed=2
    )
