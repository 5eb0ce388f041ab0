import json
import math

import numpy as np
import pytest
from scipy.stats import chi2, norm

from radzoo.core.predictions import Predictions
from radzoo.core.report_parts import Subgroup
from radzoo.core.report_values import MetricValue
from radzoo.workflows.evaluation.evaluate import EvaluateOptions, evaluate_predictions
from radzoo.workflows.evaluation.subgroup_gaps import describe_gaps, warn_of_gaps

N = 600
RNG = np.random.default_rng(2)
SITES = np.array(["A", "B", "C"])[np.searchsorted([280, 580], np.arange(N), side="right")]
TARGETS = (np.arange(N) % 5 < 2).astype(float)
# At site B the score says little.
HELP = np.where(SITES == "B", 0.1, 0.5)
SCORES = HELP * TARGETS + (1 - HELP) * RNG.random(N)
OPTIONS = EvaluateOptions(n_boot=30, by=("site",))


def predictions(rows=slice(None), *, patients=None, targets=TARGETS):
    names = tuple(f"c{at:04}" for at in np.arange(N)[rows])
    return Predictions(
        ("Edema",), names, patients or ("",) * len(names), targets[rows][:, None],
        SCORES[rows][:, None], {"site": SITES[rows].tolist()},
    )  # fmt: skip


REPORT = evaluate_predictions(predictions(), OPTIONS)


def test_a_group_is_judged_as_if_it_were_alone():
    (group,) = (one for one in REPORT.subgroups if one.group == "A")
    threshold = REPORT.operating_points[0].threshold
    alone = evaluate_predictions(
        predictions(SITES == "A"), EvaluateOptions(n_boot=30, threshold=str(threshold))
    )
    assert [one.model_dump(exclude={"note"}) for one in group.metrics] == [
        one.model_dump(exclude={"note"}) for one in alone.metrics
    ]
    assert (group.by, group.label, group.n, group.judged) == ("site", "Edema", 280, True)


def test_a_small_group_is_shown_and_not_judged():
    small = REPORT.subgroups[-1]
    assert (small.group, small.n, small.n_positive, small.judged) == ("C", 20, 8, False)
    assert small.note == "cannot judge: 8 positive cases, needed 10"
    assert small.metrics
    assert "site=C cannot be judged: 8 positive cases, needed 10." in REPORT.warnings
    assert {gap.n_groups for gap in REPORT.subgroup_gaps} == {2}


def test_a_wide_interval_is_not_judged():
    report = evaluate_predictions(predictions(slice(265, 310)), OPTIONS)
    assert [one.judged for one in report.subgroups] == [False, False]
    assert "wide, needed 0.2" in report.subgroups[1].note
    gap = report.subgroup_gaps[0]
    assert (gap.best, gap.gap, gap.note) == (None, None, "0 of 2 groups can be judged; needed two")


def test_the_threshold_is_that_of_all_cases():
    report = evaluate_predictions(
        predictions(), EvaluateOptions(n_boot=0, by=("site",), threshold="youden")
    )
    (point,) = report.operating_points
    for group in report.subgroups:
        rows = (group.group == SITES) & (TARGETS == 1)
        sensitivity = next(one for one in group.metrics if one.name == "sensitivity")
        assert sensitivity.value == pytest.approx((SCORES[rows] >= point.threshold).mean())
        assert "optimistic" in sensitivity.note


def test_the_worse_site_is_named():
    gap = next(one for one in REPORT.subgroup_gaps if one.metric == "auroc")
    assert (gap.best, gap.worst, gap.method) == ("A", "B", "mover")
    assert 0 < gap.low < gap.gap < gap.high
    assert gap.p == gap.p_adjusted < 0.001
    values = {one.group: one.metrics[0].value for one in REPORT.subgroups}
    assert any(
        warning.startswith(f"auroc in site=B is {values['B']:.2f}, {gap.gap:.2f} below site=A (")
        for warning in REPORT.warnings
    )


def group(name, value, half, metric="auroc"):
    found = MetricValue(
        name=metric, label="Edema", value=value, low=value - half, high=value + half,
        level=0.95, method="wald", n=100, n_positive=50,
    )  # fmt: skip
    return Subgroup(
        by="site", group=name, label="Edema", n=100, n_positive=50, judged=True, metrics=[found]
    )


def test_gaps_worked_by_hand():
    groups = [group("A", 0.9, 0.05), group("B", 0.8, 0.05), group("C", 0.7, 0.1)]
    (gap,) = describe_gaps(groups, "binary")
    errors = np.array([0.05, 0.05, 0.1]) / 1.959964
    assert (gap.best, gap.worst, gap.n_groups) == ("A", "C", 3)
    assert gap.gap == pytest.approx(0.2)
    assert (gap.low, gap.high) == pytest.approx(
        (0.2 - math.hypot(0.05, 0.1), 0.2 + math.hypot(0.05, 0.1))
    )
    z = 0.2 / math.hypot(errors[0], errors[2])
    assert gap.p == pytest.approx(2 * norm.sf(z), rel=1e-5)
    # A - C has the smallest p of the three pairs, so Holm takes it three times.
    assert gap.p_adjusted == pytest.approx(3 * gap.p)
    weights = errors**-2
    values = np.array([0.9, 0.8, 0.7])
    q = (weights * (values - (weights @ values) / weights.sum()) ** 2).sum()
    assert (gap.q, gap.q_p) == pytest.approx((q, chi2.sf(q, 2)), rel=1e-5)
    assert warn_of_gaps([gap], groups) == [
        "auroc in site=C is 0.70, 0.20 below site=A (0.09 to 0.31)."
    ]


def test_calibration_is_best_near_0():
    name = "calibration_in_the_large"
    groups = [group("A", 0.8, 0.1, name), group("B", -0.1, 0.1, name), group("C", 0.3, 0.1, name)]
    (gap,) = describe_gaps(groups, "binary")
    assert (gap.best, gap.worst, gap.gap) == ("B", "A", pytest.approx(-0.9))
    assert "in site=A is 0.80, 0.90 above site=B (0.76 to 1.04)." in warn_of_gaps([gap], groups)[0]


def test_groups_that_are_alike_are_not_warned_of():
    groups = [group("A", 0.82, 0.05), group("B", 0.8, 0.05)]
    assert warn_of_gaps(describe_gaps(groups, "binary"), groups) == []


def test_patients_in_two_groups_are_said():
    patients = tuple(f"p{at % 300}" for at in range(N))
    report = evaluate_predictions(predictions(patients=patients), OPTIONS)
    assert any("site: 300 patients are in more than one group" in one for one in report.warnings)


def test_a_group_without_targets():
    targets = np.where(SITES == "C", np.nan, TARGETS)
    report = evaluate_predictions(predictions(targets=targets), OPTIONS)
    (empty,) = (one for one in report.subgroups if one.group == "C")
    assert (empty.n, empty.judged, empty.note) == (0, False, "no case with a target")


def test_fewer_draws_are_said():
    few = EvaluateOptions(n_boot=501, by=("site",))
    report = evaluate_predictions(predictions(slice(0, 60)), few)
    assert report.warnings[-1].endswith("take 500 draws, not 501.")
    assert not any("draws" in one for one in REPORT.warnings)


def test_from_the_command_line(radzoo, tmp_path):
    rows = [f"c{at},{TARGETS[at]:.0f},{SCORES[at]},{SITES[at]}" for at in range(0, N, 2)]
    file = tmp_path / "p.csv"
    file.write_text("case_id,target:x,score:x,site\n" + "\n".join(rows) + "\n")
    code, out, _ = radzoo("evaluate", file, "--by", "site", "--n-boot", 20, "--json")
    document = json.loads(out)
    assert code == 0
    assert [one["group"] for one in document["subgroups"]] == ["A", "B", "C"]
    code, out, err = radzoo("evaluate", file, "--by", "sites")
    assert (code, out) == (3, "")
    assert "did you mean site?" in err


def test_other_tasks_have_subgroups_too():
    classes = np.eye(3)[np.arange(N) % 3]
    raw = 0.4 * classes + 0.6 * RNG.random((N, 3))
    many = Predictions(
        ("x", "y", "z"), tuple(f"c{at:04}" for at in range(N)), ("",) * N, classes,
        raw / raw.sum(axis=1)[:, None], {"site": SITES.tolist()}, form="classes",
    )  # fmt: skip
    report = evaluate_predictions(many, EvaluateOptions(n_boot=10, by=("site",)))
    labels = [(one.group, one.label, one.judged) for one in report.subgroups]
    assert labels[:4] == [("A", label, True) for label in ("all", "x", "y", "z")]
    # Six or seven cases of a class are too few to judge it; twenty for all together are not.
    assert labels[8:] == [("C", "all", True), *(("C", label, False) for label in "xyz")]
    assert {one.metric for one in report.subgroup_gaps if one.label == "all"} == {
        "hand_till", "balanced_accuracy",
    }  # fmt: skip
    times = RNG.exponential(5, (N, 1))
    scores, events = RNG.normal(size=(N, 1)) - times, (np.arange(N) % 3 > 0).astype(float)
    survival = Predictions(
        ("risk",), many.case_ids, ("",) * N, times, scores, many.groups, form="times",
        events=events,
    )  # fmt: skip
    report = evaluate_predictions(survival, EvaluateOptions(n_boot=10, by=("site",)))

    def horizons(metrics):
        return [one.at for one in metrics if one.name == "auroc_at"]

    assert len(horizons(report.metrics)) == 3
    assert all(horizons(one.metrics) == horizons(report.metrics) for one in report.subgroups)
    assert {one.metric for one in report.subgroup_gaps} == {"harrell_c"}
