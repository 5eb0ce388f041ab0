import json
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from radzoo.models.training.plain import from_plain, to_plain

KEYS = st.one_of(st.text(), st.integers(), st.sampled_from(["$tensor", "$pairs", "$float"]))
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(),
    st.just("name-\udcff"),
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(KEYS, inner, max_size=3),
    ),
    max_leaves=12,
)


def there_and_back(value):
    tensors = {}
    text = json.dumps(to_plain(value, "it", tensors), allow_nan=False)
    return from_plain(json.loads(text), tensors)


@settings(max_examples=50)
@given(VALUES)
def test_every_value_comes_back(value):
    back = there_and_back(value)
    assert back == value
    assert repr(back) == repr(value)  # which tells 1 from 1.0 and True


def test_what_is_not_a_number_comes_back():
    back = there_and_back([math.nan, math.inf, -math.inf])
    assert math.isnan(back[0])
    assert back[1:] == [math.inf, -math.inf]


def test_tensors_stay_out_of_the_text():
    tensors = {}
    state = {"state": {0: {"step": torch.tensor(3.0), "mean": torch.ones(2)}}}
    plain = to_plain(state, "optimizer", tensors)
    assert set(tensors) == {"optimizer/state/0/step", "optimizer/state/0/mean"}
    back = from_plain(json.loads(json.dumps(plain)), tensors)
    assert back["state"][0]["mean"] is tensors["optimizer/state/0/mean"]


def test_what_nobody_can_read_again_is_refused():
    with pytest.raises(TypeError, match="it/0 is of a kind"):
        to_plain([object()], "it", {})
