"""`radzoo data split`: shares, strata, hold-outs, folds."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radzoo.core.case import Case, Manifest
from radzoo.core.errors import InputError, UsageError
from radzoo.data.patients import hash_identifier
from radzoo.data.split.hold_out import parse_hold_out
from radzoo.data.split.plan import SplitPlan, split_anew
from radzoo.data.split.stamp import stamp


def case_of(number, patient, *, x=0.0, **groups):
    return Case(f"c{number}", Path("a.png"), {"x": x}, patient, groups=groups)


def many(n, label=lambda i: float(i % 4 == 0), **groups):
    return Manifest(
        tuple(
            case_of(i, f"p{i}", x=label(i), **{k: v(i) for k, v in groups.items()})
            for i in range(n)
        ),
        ("x",),
    )


def rules(*texts):
    return tuple(parse_hold_out(text) for text in texts)


def splits(planned):
    return {case.case_id: case.split for case in planned.manifest.cases}


SITES = {"site": lambda i: "AB"[i % 5 == 0]}


@given(
    st.lists(
        st.tuples(st.sampled_from("pqrstuvw"), st.sampled_from([0.0, 1.0, None]),
                  st.sampled_from(["A", "B", ""])), min_size=4, max_size=30,
    ),
    st.sampled_from([{}, {"hold_out": rules("site=A")}, {"folds": 2}, {"folds": 2, "test": 0.3}]),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_no_patient_on_two_sides_in_any_order(rows, options, random):
    cases = tuple(case_of(i, p, x=x, site=site) for i, (p, x, site) in enumerate(rows))
    plan = SplitPlan(**options)
    try:
        planned = split_anew(Manifest(cases, ("x",)), plan)
    except InputError:
        return
    sides = {}
    for case in planned.manifest.cases:
        sides.setdefault(case.patient_id, set()).add((case.split, case.groups.get("fold")))
    assert all(len(found) == 1 for found in sides.values())
    shuffled = random.sample(cases, len(cases))
    again = split_anew(Manifest(tuple(shuffled), ("x",)), plan)
    assert stamp(again.manifest.cases) == stamp(planned.manifest.cases)
    assert len(planned.manifest.cases) + len(planned.put_aside) == len(cases)


def test_given_splits_are_forgotten_and_the_shares_are_kept():
    cases = tuple(replace(case, split="test") for case in many(1000).cases)
    planned = split_anew(Manifest(cases, ("x",)), SplitPlan(test=0.3, val=0.2))
    assert Counter(splits(planned).values()) == {"train": 500, "val": 200, "test": 300}


def test_a_held_out_site_is_test_and_the_rest_is_not():
    planned = split_anew(many(100, **SITES), SplitPlan(hold_out=rules("site=B")))
    for case in planned.manifest.cases:
        assert (case.split == "test") == (case.groups["site"] == "B")
    assert Counter(splits(planned).values()) == {"test": 20, "val": 8, "train": 72}
    assert planned.notes[0] == "20 of 100 cases are held out for testing because of site=B"


def test_a_hashed_site_is_held_out_by_its_name():
    manifest = many(20, site=lambda i: hash_identifier(["North", "South"][i % 5 == 0]))
    by_name = splits(split_anew(manifest, SplitPlan(hold_out=rules("site=South"))))
    assert sum(split == "test" for split in by_name.values()) == 4
    by_hash = rules(f"site={hash_identifier('South')}")
    assert splits(split_anew(manifest, SplitPlan(hold_out=by_hash))) == by_name


def test_several_hold_outs_add_up():
    manifest = many(40, site=lambda i: "ABCD"[i % 4], scanner=lambda i: "XY"[i % 2])
    planned = split_anew(manifest, SplitPlan(hold_out=rules("site=A", "site=B")))
    held = {c.groups["site"] for c in planned.manifest.cases if c.split == "test"}
    assert held == {"A", "B"}


@pytest.mark.parametrize(
    ("rule", "held"),
    [
        ("period>=2020-01", [2, 3, 4]),
        ("date>=2020-02", [3, 4]),
        ("date<=2019", [0, 1]),
        ("period=2020", [2, 3]),
        ("period>=2021-06-01", [4]),
    ],
)
def test_a_period_is_compared_as_far_as_it_is_named(rule, held):
    dates = ["2018-05-01", "20191231", "2020-01-15", "2020-03-01T10:00:00", "2021-06-01", "", "?"]
    manifest = many(7, date=lambda i: dates[i])
    planned = split_anew(manifest, SplitPlan(hold_out=rules(rule)))
    assert [i for i in range(7) if splits(planned)[f"c{i}"] == "test"] == held
    assert any("1 cases have no date" in note for note in planned.notes)


def test_other_cases_of_a_held_out_patient_are_put_aside_and_counted():
    cases = (
        case_of(0, "both", site="A"), case_of(1, "both", site="B"), case_of(2, "b", site="B"),
        *(case_of(i, f"p{i}", site="A") for i in range(3, 9)),
    )  # fmt: skip
    planned = split_anew(Manifest(cases, ("x",)), SplitPlan(hold_out=rules("site=B")))
    found = splits(planned)
    assert "c0" not in found
    assert (found["c1"], found["c2"]) == ("test", "test")
    assert [one.case_id for one in planned.put_aside] == ["c0"]
    assert "kept 8 of 9 cases because 1 patients have cases inside and outside" in planned.notes[1]


def test_folds_are_even_and_each_patient_is_in_one():
    cases = tuple(case_of(i, f"p{i // 2}", x=float(i // 2 % 5 == 0)) for i in range(200))
    planned = split_anew(Manifest(cases, ("x",)), SplitPlan(folds=5))
    folds = {}
    for case in planned.manifest.cases:
        assert case.split is None
        folds.setdefault(case.groups["fold"], []).append(case)
    assert sorted(folds) == ["0", "1", "2", "3", "4"]
    for members in folds.values():
        assert (len(members), sum(case.targets["x"] for case in members)) == (40, 8)


def test_folds_leave_the_test_split_alone():
    planned = split_anew(many(100, **SITES), SplitPlan(folds=4, hold_out=rules("site=B")))
    for case in planned.manifest.cases:
        held = case.groups["site"] == "B"
        assert (case.split, "fold" in case.groups) == (("test", False) if held else ("train", True))
    count = Counter(case.groups.get("fold") for case in planned.manifest.cases)
    assert count == {None: 20, "0": 20, "1": 20, "2": 20, "3": 20}


def test_classes_are_stratified():
    manifest = many(1000, label=lambda i: float(i % 10 // 4))  # 40 %, 40 %, 20 %
    planned = split_anew(manifest, SplitPlan())
    for split, n in (("train", 700), ("val", 100), ("test", 200)):
        classes = Counter(c.targets["x"] for c in planned.manifest.cases if c.split == split)
        for value, share in ((0.0, 0.4), (1.0, 0.4), (2.0, 0.2)):
            assert abs(classes[value] - share * n) <= 1


def test_a_group_can_be_a_stratum():
    planned = split_anew(many(100, **SITES), SplitPlan(stratify=("site",)))
    test = [case for case in planned.manifest.cases if case.split == "test"]
    assert Counter(case.groups["site"] for case in test) == {"A": 16, "B": 4}


def test_what_is_too_rare_is_said():
    planned = split_anew(many(50, label=lambda i: float(i < 2)), SplitPlan())
    assert planned.warnings == (
        "'x' is too rare for every part: 2 patients have it, and none of test, val",
    )


def test_what_is_measured_is_not_stratified():
    planned = split_anew(many(200, label=lambda i: i / 7), SplitPlan())
    assert planned.notes == ("not stratified by 'x': it is measured, and has no classes",)


@pytest.mark.parametrize(
    ("options", "error", "id_"),
    [
        ({"test": 0.9, "val": 0.2}, UsageError, "bad-parts"),
        ({"test": -0.1}, UsageError, "bad-parts"),
        ({"test": 0.2, "hold_out": rules("site=B")}, UsageError, "test-and-hold-out"),
        ({"val": 0.2, "folds": 3}, UsageError, "val-and-folds"),
        ({"hold_out": rules("site=C")}, InputError, "no-such-group"),
        ({"hold_out": rules("scanner=C")}, InputError, "no-such-group"),
        ({"hold_out": rules("site=A", "site=B")}, InputError, "nothing-left"),
        ({"stratify": ("y",)}, InputError, "unknown-label"),
        ({"folds": 1}, InputError, "bad-folds"),
        ({"folds": 101}, InputError, "bad-folds"),
    ],
)
def test_what_cannot_be_is_refused(options, error, id_):
    with pytest.raises(error) as caught:
        split_anew(many(100, **SITES), SplitPlan(**options))
    assert caught.value.id == id_


@pytest.mark.parametrize("text", ["site", "=A", "site!A", "period>=soon", "site>=A", "age<=x"])
def test_a_hold_out_must_be_one(text):
    with pytest.raises(UsageError) as caught:
        parse_hold_out(text)
    assert caught.value.id == "bad-hold-out"
