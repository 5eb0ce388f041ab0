"""Words turned into numbers for simple models."""

import numpy as np
from audited import audited

from radzoo.checks.columns import as_numbers, encode, indicators, is_sayable, levels, some_rows


def test_words_become_indicators_and_rare_or_constant_ones_do_not():
    words = ["A"] * 6 + ["B"] * 6 + ["C"] * 3
    subject = audited(np.zeros(15), columns={"site": words, "model": "X"})
    assert indicators(subject, "site").tolist() == [[1, 0]] * 6 + [[0, 1]] * 6 + [[0, 0]] * 3
    encoded = encode(subject, ("model", "site", "absent"))
    assert encoded.parts == {"site": slice(0, 2)}


def test_a_word_of_fewer_than_five_patients_is_no_level():
    subject = audited(np.zeros(12), columns={"site": ["A"] * 6 + ["B"] * 6},
                      patients=[0] * 6 + list(range(1, 7)))  # fmt: skip
    assert [word for word, _ in levels(subject, "site", np.arange(12))] == ["B"]


def test_numbers_are_cut_at_quintiles_and_what_is_not_said_counts():
    subject = audited(np.zeros(11), columns={"kvp": [*range(10, 110, 10), ""]})
    flags = indicators(subject, "kvp")
    assert flags.shape == (11, 6)
    assert flags[-1].tolist() == [1, 0, 0, 0, 0, 0]
    assert flags[:, 1:].sum(axis=0).tolist() == [2] * 5


def test_spacings_are_numbers_and_codes_are_not():
    assert np.nan_to_num(as_numbers(("0.14 0.14", "", "2")), nan=-1).tolist() == [0.14, -1, 2]
    assert as_numbers(("PA", "AP", "3")) is None
    assert as_numbers(("", "")) is None


def test_words_that_look_like_identifiers_are_not_said():
    assert is_sayable("drain", 5)
    assert not is_sayable("drain", 4)
    for word in ("19870412", "MUELLER^HANS", "12.03.1987", "a@b"):
        assert not is_sayable(word, 99)


def test_rare_answers_are_kept_when_cases_are_drawn_by_patient():
    answers = np.zeros(1000)
    answers[:20] = 1
    subject = audited(answers, patients=np.arange(1000) // 2)
    rows = some_rows(subject, answers, 100)
    assert answers[rows].sum() == 20
    assert 98 <= len(rows) <= 100
    _, counts = np.unique(subject.patients[rows], return_counts=True)
    assert (counts == 2).all()
    assert some_rows(subject, answers, 1000).tolist() == list(range(1000))
