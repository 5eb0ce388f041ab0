"""Iterative stratification: near the best that brute force finds, far better than chance."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.data.split.iterative import even_out, stratify

PARTS = {"train": 0.7, "test": 0.2, "val": 0.1}
HALVES = {"a": 0.5, "b": 0.5}
UNITS = st.dictionaries(
    st.text("pq0123", min_size=1, max_size=4), st.sets(st.sampled_from("xyz")), max_size=30
)


def draw_labels(n, n_labels, seed, *, together=0.0):
    """Findings of n patients, from rare to common; `together` of them come in company."""
    rng = np.random.default_rng(seed)
    share = np.linspace(0.01, 0.4, n_labels)
    chance = (1 - together) * rng.random((n, n_labels)) + together * rng.random((n, 1))
    has = chance < share
    return {f"p{i}": [f"l{j}" for j in np.flatnonzero(has[i])] for i in range(n)}


def counts(labels, places, part):
    """Number of units of the part, in all and by label."""
    ours = [labels[unit] for unit, placed in places.items() if placed == part]
    names = sorted({label for has in labels.values() for label in has})
    return np.array([len(ours), *(sum(label in has for has in ours) for label in names)])


def worst(labels, places, parts):
    """How far the furthest count is from its share, in units."""
    whole = sum(counts(labels, places, part) for part in parts)
    return max(
        np.abs(counts(labels, places, part) - share * whole).max() for part, share in parts.items()
    )


@pytest.mark.parametrize("together", [0.0, 0.5])
@pytest.mark.parametrize("parts", [PARTS, {str(k): 0.2 for k in range(5)}], ids=["70/10/20", "5"])
def test_every_label_is_as_common_everywhere(parts, together):
    """Within 3 of 1000 patients for each of 14 labels; chance alone is out by ten times that."""
    ratios = []
    for seed in range(5):
        labels = draw_labels(1000, 14, seed, together=together)
        got = worst(labels, stratify(labels, parts, seed=seed), parts)
        assert got <= 3
        rng = np.random.default_rng(seed)
        random = {unit: rng.choice(list(parts), p=list(parts.values())) for unit in labels}
        ratios.append(worst(labels, random, parts) / got)
    assert np.median(ratios) > 10


def test_one_label_is_exact():
    labels = {f"p{i}": ["x"] if i < 100 else [] for i in range(1000)}
    places = stratify(labels, PARTS, seed=3)
    assert counts(labels, places, "test").tolist() == [200, 20]
    assert counts(labels, places, "val").tolist() == [100, 10]


@pytest.mark.parametrize("seed", range(8))
def test_near_the_best_of_all_divisions(seed):
    labels = draw_labels(10, 3, seed + 100)
    got = worst(labels, stratify(labels, HALVES, seed=seed), HALVES)
    best = min(
        worst(labels, dict(zip(labels, division, strict=True)), HALVES)
        for division in itertools.product("ab", repeat=10)
    )
    assert best <= got <= best + 1


@given(UNITS, st.randoms(use_true_random=False), st.integers(0, 3))
def test_no_order_matters(labels, random, seed):
    shuffled = list(labels.items())
    random.shuffle(shuffled)
    again = {unit: random.sample(sorted(has), len(has)) for unit, has in shuffled}
    parts = dict(random.sample(sorted(PARTS.items()), 3))
    places = stratify(labels, PARTS, seed=seed)
    assert places == stratify(again, parts, seed=seed)
    assert places.keys() == labels.keys()


def test_the_last_step_is_what_evens_common_labels_out():
    """Published algorithm alone: 16 patients out, for a label of 400 of 1000."""
    labels = draw_labels(1000, 14, 0)
    parts = {str(k): 0.2 for k in range(5)}
    places = stratify(labels, parts, seed=0)
    moved = even_out(dict.fromkeys(labels, "0"), labels, parts, seed=0)
    assert worst(labels, moved, parts) <= 10
    assert even_out(places, labels, parts, seed=0) == places


def test_the_rarest_label_comes_first():
    """Two patients with a rare finding and many others: one each in two halves."""
    labels = {f"p{i}": ["common"] for i in range(50)} | {"a": ["rare", "common"], "b": ["rare"]}
    places = stratify(labels, HALVES, seed=0)
    assert {places["a"], places["b"]} == {"a", "b"}
