"""SPDX expressions: what they ask for by hand, and by law on every expression drawn."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.zoo.licence_expression import allows

NAMES = {"MIT": True, "Apache-2.0": True, "GPL-3.0": False, "CC-BY-NC-4.0": False}


def holds(expression):
    return allows(expression, lambda name: NAMES.get(name, False))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("MIT", True),
        (" ( MIT ) ", True),
        ("GPL-3.0", False),
        ("GPL-3.0 OR MIT", True),
        ("GPL-3.0 AND MIT", False),
        ("MIT OR GPL-3.0 AND GPL-3.0", True),
        ("GPL-3.0 AND GPL-3.0 OR MIT", True),
        ("(MIT OR Apache-2.0) AND CC-BY-NC-4.0", False),
        ("GPL-3.0 AND (MIT OR Apache-2.0)", False),
        ("MIT AND (GPL-3.0 OR Apache-2.0)", True),
        ("((MIT) AND ((Apache-2.0)))", True),
        ("MIT WITH Classpath-exception-2.0", False),
        ("MIT WITH Classpath-exception-2.0 OR MIT", True),
    ],
)
def test_worked_by_hand(expression, expected):
    assert holds(expression) is expected


@pytest.mark.parametrize(
    "expression",
    [
        "", " ", "(", ")", "()", "(MIT", "MIT)", "MIT MIT", "MIT OR", "OR MIT", "AND",
        "MIT or GPL-3.0", "MIT, Apache-2.0", "MIT/Apache-2.0", "MIT OR research only", "MIT WITH",
        "MIT WITH (MIT)", "MIT ANDApache-2.0", "MIT OR\0GPL-3.0", "MIT+", "MIT WITH OR", "WITH MIT",
        "MIT AND OR MIT",
    ],
)  # fmt: skip
def test_what_is_no_expression_allows_nothing(expression):
    assert not holds(expression)


@pytest.mark.parametrize("brackets", [17, 100_000])
def test_deep_and_long_texts_are_refused_at_once(brackets):
    begin = time.perf_counter()
    assert holds("(" * 16 + "MIT" + ")" * 16)
    assert not holds("(" * brackets + "MIT" + ")" * brackets)
    assert not holds("(" * brackets)
    assert not holds("MIT OR " * brackets * 10)
    assert time.perf_counter() - begin < 1


TREES = st.recursive(
    st.sampled_from(sorted(NAMES)),
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner),
    max_leaves=8,
)


def truth(tree):
    """The value of a tree."""
    if isinstance(tree, str):
        return NAMES[tree]
    left, operator, right = truth(tree[0]), tree[1], truth(tree[2])
    return left and right if operator == "AND" else left or right


def written(tree, *, sparing, within=""):
    """The tree as text; `sparing` leaves out the brackets that precedence makes needless."""
    if isinstance(tree, str):
        return tree
    left, operator, right = tree
    inner = " ".join(
        (written(left, sparing=sparing, within=operator), operator,
         written(right, sparing=sparing, within=operator))
    )  # fmt: skip
    needless = sparing and (operator == "AND" or within in {"", "OR"})
    return inner if needless else f"({inner})"


@given(TREES, st.booleans())
def test_every_tree_has_its_value(tree, sparing):
    assert holds(written(tree, sparing=sparing)) is truth(tree)
