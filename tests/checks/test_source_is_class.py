"""RZ017."""

from math import comb

import numpy as np
import pytest
from audited import audited

from radzoo.checks.source_is_class import examine

ILL = [1] * 40 + [0] * 60


def test_a_source_of_one_answer_is_an_error_with_its_cases():
    sources = ["clinic"] * 30 + ["mixed"] * 70
    (verdict,) = examine(audited(ILL, columns={"source": sources}))
    assert verdict.severity == "error"
    assert verdict.rows == tuple(range(30))
    assert verdict.message.startswith("all 30 cases of source clinic are with 'disease': ")
    # 30 of 100 drawn, none of the 60 others; two sources were looked at.
    assert verdict.evidence.rows[0]["p"] == pytest.approx(2 * comb(40, 30) / comb(100, 30))


def test_children_against_adults():
    ages = [5] * 40 + [60] * 60
    (verdict,) = examine(audited(ILL, columns={"age": ages}))
    assert verdict.severity == "error"
    assert "age group adults are without 'disease', and 1 more sources" in verdict.message


def test_class_folders_are_no_sources():
    folders = np.where(np.array(ILL) == 1, "PNEUMONIA", "NORMAL")
    assert examine(audited(ILL, columns={"folder": folders})).kind == "cannot judge"
    mixed = ["covid_collection"] * 30 + ["other"] * 70
    (verdict,) = examine(audited(ILL, columns={"folder": mixed}))
    assert verdict.severity == "error"


def test_pure_by_chance_is_no_finding():
    rare = [1] * 10 + [0] * 190
    sites = ["big"] * 190 + ["small"] * 10
    (verdict,) = examine(audited(rare, columns={"site": sites}))
    assert verdict.severity is None


def test_many_images_of_few_patients_are_few_witnesses():
    patients = [*range(30), *np.repeat(np.arange(30, 35), 20)]
    ill = [1, 0] * 15 + [1] * 100
    sites = ["A"] * 30 + ["B"] * 100
    (verdict,) = examine(audited(ill, patients=patients, columns={"site": sites}))
    assert verdict.severity is None  # five patients of one answer are no surprise
    (verdict,) = examine(audited(ill, columns={"site": sites}))
    assert verdict.severity == "error"


def test_no_sources_or_few_cases_cannot_be_judged():
    assert examine(audited(ILL, columns={"view": "PA"})).kind == "cannot judge"
    few = audited([1] * 5 + [0] * 95, columns={"site": ["A"] * 50 + ["B"] * 50})
    assert examine(few).kind == "cannot judge"
