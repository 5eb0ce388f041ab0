import numpy as np
import pytest

from radzoo.models.classical.encoding import Column, as_numbers, encode, learn_columns, standardise

TRAINING = {
    "age": ["61", "", "45", "070Y"],
    "sex": ["F", "M", "F", "M"],
    "site": ["A"] * 4,
}


def test_numbers_words_and_what_is_always_the_same(monkeypatch):
    monkeypatch.setattr("radzoo.models.classical.encoding.FEWEST", 1)
    columns = learn_columns(TRAINING)
    assert columns == (
        Column("age", middle=pytest.approx(176 / 3), gaps=True),
        Column("sex", ("F", "M")),
    )
    rows = encode(columns, {"age": ["50", ""], "sex": ["M", "X"], "site": ["B", "B"]})
    assert rows.tolist() == [[50, 0, 0, 1], [pytest.approx(176 / 3), 1, 0, 0]]


def test_a_rare_word_has_no_column():
    words = ["a"] * 6 + ["b"] * 5 + ["c"]
    assert learn_columns({"x": words}) == (Column("x", ("a", "b")),)


def test_numbers_by_hand():
    assert as_numbers(["1.5", "045Y", "x", "", "inf"]).tolist()[:2] == [1.5, 45]
    assert np.isnan(as_numbers(["x", "", "inf"])).all()


def test_a_constant_column_says_nothing():
    training, other = standardise(np.array([[1.0, 7], [3, 7]]), np.array([[5.0, 9]]))
    assert training.tolist() == [[-1, 0], [1, 0]]
    assert other.tolist() == [[3, 0]]
