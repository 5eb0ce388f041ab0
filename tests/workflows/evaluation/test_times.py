import subprocess
import sys

import numpy as np
import pytest

from radzoo.core.errors import InputError, UndefinedMetricError, UsageError
from radzoo.core.predictions import Predictions
from radzoo.metrics.times.compare import compare_auroc_at, compare_concordance
from radzoo.metrics.times.cox import fit_hazard_ratio
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions


def make(n=120, seed=0, censored=2.0, survival=(0.5, 1.0), repeats=1):
    chance = np.random.default_rng(seed)
    risk = chance.normal(size=n)
    died, lost = chance.exponential(np.exp(-risk)), chance.exponential(censored, n)
    return Predictions(
        labels=("risk",),
        case_ids=tuple(f"c{at:04}" for at in range(n)),
        patient_ids=tuple(f"p{at // repeats}" for at in range(n)),
        targets=np.minimum(died, lost)[:, None],
        scores=risk[:, None],
        form="times",
        events=(died <= lost).astype(float),
        survival={at: np.exp(-at * np.exp(risk)) for at in survival},
    )


def names_of(report):
    return [(one.name, one.at) for one in report.metrics]


def test_every_part_of_a_survival_report():
    predictions = make()
    report = evaluate_predictions(predictions)
    assert report.task == "survival"
    assert [name for name, _ in names_of(report)] == [
        "harrell_c", "uno_c", "auroc_at", "auroc_at",
        "brier_at", "ipa_at", "brier_at", "ipa_at",
    ]  # fmt: skip
    for one in report.metrics:
        assert one.low < one.value < one.high
        assert one.n_positive == predictions.events.sum()
    (groups,) = report.survival
    assert [curve.n for curve in groups.curves] == [60, 60]
    low, high = groups.curves
    assert low.median > high.median
    assert low.mean_time > high.mean_time
    assert groups.hazard_ratio > 1.5
    assert groups.log_rank_p < 0.001
    assert [one.horizon for one in groups.calibration] == [0.5, 1.0]
    # The risks are true.
    assert all(one.oe_low < 1 < one.oe_high for one in groups.calibration)
    assert any("censored" in warning for warning in report.warnings)


def test_horizons_that_were_not_predicted_are_said():
    report = evaluate_predictions(make(), EvaluateOptions(horizons=(0.7, 1.0)))
    assert [at for name, at in names_of(report) if name == "auroc_at"] == [0.7, 1.0]
    assert [at for name, at in names_of(report) if name == "brier_at"] == [1.0]
    assert any("surv@<t> for 0.7" in warning for warning in report.warnings)


def test_a_horizon_beyond_the_last_case_has_no_value_and_says_why():
    report = evaluate_predictions(make(), EvaluateOptions(horizons=(1e6,)))
    (found,) = (one for one in report.metrics if one.name == "auroc_at")
    assert found.value is None
    assert "followed beyond" in found.note


def test_few_or_no_events_are_warned_of():
    predictions = make(n=12)
    predictions.events[:] = 0
    report = evaluate_predictions(predictions)
    assert all(one.value is None and one.note for one in report.metrics)
    assert any("only 0 events" in warning for warning in report.warnings)
    assert report.survival[0].log_rank is None


def test_a_fixed_threshold_divides_the_cases():
    report = evaluate_predictions(make(), EvaluateOptions(threshold="100"))
    assert [curve.group for curve in report.survival[0].curves] == ["low risk"]
    report = evaluate_predictions(make(), EvaluateOptions(threshold="-100"))
    assert [curve.group for curve in report.survival[0].curves] == ["high risk"]
    with pytest.raises(UsageError) as caught:
        evaluate_predictions(make(), EvaluateOptions(threshold="youden"))
    assert caught.value.id == "rule-of-times"


def test_without_times_nothing_is_judged():
    predictions = make(n=4)
    predictions.targets[:] = np.nan
    with pytest.raises(InputError) as caught:
        evaluate_predictions(predictions)
    assert caught.value.id == "no-targets"


def test_the_same_score_twice_gives_p_of_1():
    predictions = make()
    targets = np.stack([predictions.targets[:, 0], predictions.events], axis=1)
    score = predictions.scores[:, 0]
    for found in (
        compare_concordance(targets, score, score),
        compare_auroc_at(targets, score, score, horizon=1.0),
    ):
        assert (found.difference, found.p) == (0.0, 1.0)
    worse = compare_concordance(targets, score, np.roll(score, 1))
    assert worse.bounds().low > 0
    assert worse.p < 0.001


def test_an_infinite_hazard_ratio_is_undefined():
    targets = np.stack([np.arange(1.0, 9), np.ones(8)], axis=1)
    with pytest.raises(UndefinedMetricError, match="order of the scores"):
        fit_hazard_ratio(targets, -targets[:, 0])


def test_the_command_loads_nothing_heavy(tmp_path):
    rows = [f"c{at},{at % 17 + 1},{at % 3 and 1},{at * 7 % 31},0.5" for at in range(60)]
    file = tmp_path / "times.csv"
    file.write_text("case_id,time,event,score:risk,surv@5\n" + "\n".join(rows) + "\n")
    script = (
        "import sys; from radzoo.cli.app import main; code = main(sys.argv[1:]);"
        "bad = [m for m in ('torch', 'pandas', 'scipy.stats', 'sklearn') if m in sys.modules];"
        "sys.exit(code or len(bad))"
    )
    command = [sys.executable, "-c", script, "evaluate", str(file), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"brier_at"' in done.stdout


def test_acting_on_a_risk_by_a_horizon_is_weighed():
    time = np.array([1.0, 2, 3, 4])
    risk = np.array([0.9, 0.1, 0.8, 0.2])
    names = tuple("abcd")
    predictions = Predictions(
        ("stroke",), names, names, time[:, None], risk[:, None], form="times",
        events=np.array([1.0, 0, 1, 0]), survival={1.5: 1 - risk},
    )  # fmt: skip
    options = EvaluateOptions(n_boot=0, decision_thresholds=(0.2, 0.95))
    first, last = evaluate_predictions(predictions, options).decision_curve
    assert (first.label, first.threshold, first.net_benefit) == ("stroke by 1.5", 0.2, 0.1875)
    # Nobody is acted on at 0.95.
    assert (last.net_benefit, last.low) == (0.0, None)
