"""A share of the patients, or one fold: what a run out of several learns from."""

import pytest

from radzoo.core.case import Case, Manifest
from radzoo.core.config import Portion
from radzoo.core.errors import InputError
from radzoo.data.split import group_by_patient
from radzoo.data.split.portion import choose_cases, take_share


def manifest_of(n=200, *, positive=5, split=None, groups=None):
    """Patients with two cases each; one in `positive` has the finding."""
    cases = tuple(
        Case(
            case_id=f"{patient}-{image}",
            path=f"{patient}-{image}.png",
            patient_id=f"p{patient}",
            targets={"sick": float(patient % positive == 0)},
            split=split(patient) if split else None,
            groups=groups(patient) if groups else {},
        )
        for patient in range(n)
        for image in range(2)
    )
    return Manifest(cases=cases, labels=("sick",))


def given(patient):
    return "test" if patient % 4 == 0 else "train"


def patients(manifest, split):
    return {case.patient_id for case in manifest.cases if case.split == split}


def choose(manifest, **portion):
    seed = portion.pop("seed", 0)
    return choose_cases(manifest, Portion(**portion), seed=seed, allow_leakage=False)[0]


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_a_share_keeps_whole_patients_and_prevalence_and_leaves_val_and_test_alone(share):
    whole, part = choose(manifest_of()), choose(manifest_of(), train_share=share)
    assert patients(part, "test") == patients(whole, "test")
    assert patients(part, "val") == patients(whole, "val")
    assert len(patients(part, "train")) == pytest.approx(share * 140, abs=1)
    cases = part.of("train").cases
    assert all(len(images) == 2 for images in group_by_patient(cases).values())
    assert sum(case.targets["sick"] for case in cases) / len(cases) == pytest.approx(0.2, abs=0.05)


def test_smaller_shares_are_in_larger_ones():
    shares = [patients(choose(manifest_of(), train_share=one), "train") for one in (0.1, 0.3, 0.9)]
    assert shares[0] < shares[1] < shares[2]


def test_another_seed_takes_other_patients_of_the_same_split():
    first, second = (
        choose(manifest_of(), train_share=0.3, split_seed=7, seed=seed) for seed in (0, 1)
    )
    assert patients(first, "test") == patients(second, "test")
    assert patients(first, "train") != patients(second, "train")


def test_the_order_of_cases_plays_no_part():
    one = manifest_of()
    other = Manifest(cases=tuple(reversed(one.cases)), labels=one.labels)
    assert patients(choose(one, train_share=0.4), "train") == patients(
        choose(other, train_share=0.4), "train"
    )


def test_a_rare_finding_is_in_the_smallest_share():
    part = take_share(choose(manifest_of(positive=70)), 0.1, seed=0)
    assert any(case.targets["sick"] for case in part.of("train").cases)


def test_every_patient_is_tested_in_one_fold_where_nothing_is_test():
    folds = [choose(manifest_of(), folds=5, fold=fold) for fold in range(5)]
    tested = [patients(fold, "test") for fold in folds]
    assert set.union(*tested) == {f"p{number}" for number in range(200)}
    assert sum(map(len, tested)) == 200
    for number, fold in enumerate(folds):
        assert patients(fold, "val") == tested[(number + 1) % 5]
        assert not patients(fold, "train") & (patients(fold, "val") | patients(fold, "test"))


def test_what_is_test_stays_test_and_folds_choose_the_epoch():
    folds = [choose(manifest_of(split=given), folds=3, fold=fold) for fold in range(3)]
    assert {frozenset(patients(fold, "test")) for fold in folds} == {
        frozenset(f"p{number}" for number in range(0, 200, 4))
    }
    valued = [patients(fold, "val") for fold in folds]
    assert len(set.union(*valued)) == 150 == sum(map(len, valued))


def test_folds_that_the_data_number_are_used():
    numbered = manifest_of(groups=lambda patient: {"fold": str(patient % 3)})
    fold = choose(numbered, folds=3, fold=1)
    assert patients(fold, "test") == {f"p{number}" for number in range(1, 200, 3)}
    with pytest.raises(InputError, match="3 folds"):
        choose(numbered, folds=5, fold=0)
