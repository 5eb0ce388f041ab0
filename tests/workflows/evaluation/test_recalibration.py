from dataclasses import replace

import numpy as np
import pytest

from radzoo.core.errors import InputError, UsageError
from radzoo.core.predictions import Predictions
from radzoo.core.report import Provenance
from radzoo.metrics.logistic import sigmoid
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions
from radzoo.workflows.evaluation.options import FittedOn
from radzoo.workflows.evaluation.recalibration import apply_recalibration, fit_recalibration


def make(seed, n_cases=400, slope=0.5, name=None):
    chance = np.random.default_rng(seed)
    logits = chance.normal(0, 2, n_cases)
    targets = (chance.random(n_cases) < sigmoid(slope * logits + 0.3)).astype(float)
    ids = tuple(f"{name or seed}-{at}" for at in range(n_cases))
    return Predictions(("x",), ids, ids, targets[:, None], sigmoid(logits)[:, None])


VALIDATION = FittedOn(make(1), "aa")
OPTIONS = EvaluateOptions(n_boot=100, validation=VALIDATION, recalibrate="platt")


def test_before_and_after():
    report = evaluate_predictions(make(2), replace(OPTIONS, hosmer_lemeshow=True))
    part = report.calibration["x"]
    found = part.recalibrated
    before, after = ({one.name: one.value for one in side} for side in (found.before, found.after))
    assert after["auroc"] == before["auroc"]
    assert before["calibration_slope"] < 0.65
    assert after["calibration_slope"] == pytest.approx(1, abs=0.25)
    for one in found.differences:
        assert one.value == pytest.approx(after[one.name] - before[one.name], abs=1e-12)
        assert one.high < 0
    assert [test.name for test in part.tests] == [
        "spiegelhalter",
        "likelihood_ratio",
        "hosmer_lemeshow",
    ]
    assert part.chance.p < 0.01
    assert len(part.curve_x) == len(part.curve_low) == 100
    assert part.smoother == "loess, span 0.75, degree 2, direct"


def test_the_file_that_is_judged_is_refused():
    source = Provenance(radzoo_version="0", predictions_sha256="aa")
    with pytest.raises(UsageError, match="the file that is judged"):
        evaluate_predictions(make(2), OPTIONS, provenance=source)


def test_patients_in_both_are_told():
    report = evaluate_predictions(make(3, name=1), OPTIONS)
    assert any("400 patients are among both" in one for one in report.warnings)


def test_few_cases_for_isotonic_are_told():
    report = evaluate_predictions(make(2), replace(OPTIONS, recalibrate="isotonic", n_boot=0))
    assert any("fitted on 400 cases; below 1000" in one for one in report.warnings)


def test_validation_of_one_class_is_refused():
    lame = replace(make(1), targets=np.ones((400, 1)))
    with pytest.raises(InputError, match="no recalibration can be fitted"):
        fit_recalibration(FittedOn(lame, "aa"), "platt")


def test_an_unknown_method():
    with pytest.raises(UsageError, match="no recalibration called 'magic'"):
        fit_recalibration(VALIDATION, "magic")


def test_raw_scores_stay_in_a_column():
    raw = make(2)
    applied = apply_recalibration(raw, fit_recalibration(VALIDATION, "temperature"))
    assert [float(one) for one in applied.groups["raw:x"]] == raw.scores[:, 0].tolist()
    assert not np.allclose(applied.scores, raw.scores)
    assert np.array_equal(np.argsort(applied.scores[:, 0]), np.argsort(raw.scores[:, 0]))


def test_scores_that_are_no_probabilities_are_refused():
    raw = replace(make(2), scores=make(2).scores * 3)
    with pytest.raises(InputError, match="outside 0 to 1"):
        apply_recalibration(raw, fit_recalibration(VALIDATION, "beta"))
