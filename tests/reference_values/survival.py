"""Time to an event."""

import math
from collections.abc import Mapping

import numpy as np

from radzoo.metrics.intervals.infinitesimal_jackknife import sum_squares
from radzoo.metrics.intervals.normal import critical_value
from radzoo.metrics.sample import make_other_sample
from radzoo.metrics.times import auroc_at, brier_at, harrell_c, ipa_at, uno_c
from radzoo.metrics.times.compare import compare_auroc_at, compare_concordance
from radzoo.metrics.times.concordance import count_pairs
from radzoo.metrics.times.cox import fit_hazard_ratio
from radzoo.metrics.times.horizon import at_horizon, divide_at
from radzoo.metrics.times.horizon_calibration import compare_risks
from radzoo.metrics.times.ipa_at import one_risk
from radzoo.metrics.times.kaplan_meier import estimate_survival, find_median, restricted_mean
from radzoo.metrics.times.log_rank import compare_groups
from radzoo.metrics.times.pairs import make_pairs
from reference_values.files import Check, Found, given, table


def column(name: str, key: str) -> np.ndarray:
    return np.array([float(row[key] or "nan") for row in table(name)])


def times_of(case: Mapping) -> np.ndarray:
    return np.stack([column(case["data"], key) for key in ("time", "event")], axis=1)


def value_and_error(metric, targets, scores) -> tuple[float | None, float | None]:
    value = given(lambda: metric.compute(targets, scores))
    influence = given(lambda: metric.influence(targets, scores))
    sample = make_other_sample("times", targets, scores)
    return value, None if influence is None else math.sqrt(sum_squares(influence, sample))


def concordance(case: Mapping) -> Found:
    targets, tau = times_of(case), case["args"]["tau"]
    scores = [column(case["data"], case["args"][key]) for key in ("score1", "score2")]
    pairs = make_pairs(*targets.T, scores[0])
    counts = count_pairs(pairs, np.ones(len(targets)), targets[:, 1])
    difference = compare_concordance(targets, *scores)
    uno = value_and_error(at_horizon(uno_c.METRIC, tau), targets, scores[0])
    found = value_and_error(harrell_c.METRIC, targets, scores[0])
    return {
        "n": len(targets),
        "events": targets[:, 1].sum(),
        "harrell_c1": found[0],
        "harrell_c1_se": found[1],
        "counts": {
            "concordant": counts.concordant,
            "discordant": counts.comparable - counts.concordant - counts.tied,
            "tied.x": counts.tied,
        },
        "harrell_c2": harrell_c.harrell_c(targets, scores[1]),
        "diff": difference.difference,
        "se_diff": difference.standard_error,
        "z": difference.z,
        "p": difference.p,
        "uno_c1_survival_n_G2": uno[0],
        "uno_c1_se": uno[1],
    }


def time_areas(case: Mapping) -> Found:
    targets = times_of(case)
    times = case["args"]["times"]
    scores = column(case["data"], case["args"]["score"])
    metrics = [at_horizon(auroc_at.METRIC, time) for time in times]
    found = [value_and_error(metric, targets, scores) for metric in metrics]
    half = critical_value(0.95)
    # Written with four digits there.
    ends = [(None, None) if None in one else
            (round(one[0] - half * one[1], 4), round(one[0] + half * one[1], 4))
            for one in found]  # fmt: skip
    return {
        "times": times,
        "auc": [one[0] for one in found],
        "se": [one[1] for one in found],
        "ci95_low": {f"t={time:g}": low for time, (low, _) in zip(times, ends, strict=True)},
        "ci95_high": {f"t={time:g}": high for time, (_, high) in zip(times, ends, strict=True)},
    }


def compare_time_areas(case: Mapping) -> Found:
    targets = times_of(case)
    first, second = (column(case["data"], case["args"][key]) for key in ("score1", "score2"))
    return {
        "p": [
            given(lambda: compare_auroc_at(targets, first, second, horizon=time).p)  # noqa: B023
            for time in case["args"]["times"]
        ]
    }


def scores_of_risks(case: Mapping) -> Found:
    targets, times = times_of(case), case["args"]["times"]
    found: dict[str, list] = {"times": times}
    half = critical_value(0.95)
    for time, key in zip(times, case["args"]["risk_columns"], strict=True):
        risks = column(case["data"], key)
        areas = value_and_error(at_horizon(auroc_at.METRIC, time), targets, risks)
        errors = value_and_error(at_horizon(brier_at.METRIC, time), targets, risks)
        for name, (value, error) in (("auc", areas), ("brier", errors)):
            found.setdefault(name, []).append(value)
            found.setdefault(f"{name}_lower", []).append(value - half * error)
            found.setdefault(f"{name}_upper", []).append(value + half * error)
        whole = np.full(len(targets), one_risk(divide_at(targets, time)))
        found.setdefault("brier_null", []).append(brier_at.brier_at(targets, whole, horizon=time))
        found.setdefault("ipa", []).append(ipa_at.ipa_at(targets, risks, horizon=time))
    return found


def calibration_by_groups(case: Mapping) -> Found:
    targets, risks = times_of(case), column(case["data"], case["args"]["risk"])
    found = compare_risks(targets, risks, horizon=case["args"]["time"])
    return {
        "overall_observed": found.everyone.observed,
        "overall_predicted": found.everyone.predicted,
        "oe_ratio": found.oe_ratio,
        "groups": [
            {
                "n": group.n,
                "mean_predicted": group.predicted,
                "observed_km": group.observed,
                "ci95": [group.bounds.low, group.bounds.high] if group.bounds else [None, None],
            }
            for group in found.groups
        ],
    }


def curves(case: Mapping) -> Found:
    targets = times_of(case)
    score = case["args"]["groups"].partition(" ")[0]
    scores = column(case["data"], score)
    test = compare_groups(targets, (scores > np.median(scores)).astype(np.intp))
    curve = estimate_survival(targets)
    median = find_median(curve)
    found: Found = {
        "chisq": test.statistic,
        "p": test.p,
        "km_median": median.value,
        "km_median_ci": [median.low, median.high],
    }
    for key in case["result"]:
        if key.startswith("rmst_tau"):
            mean = restricted_mean(curve, float(key.removeprefix("rmst_tau")))
            found[key] = [mean.value, mean.standard_error]
    ratio = fit_hazard_ratio(targets, scores)
    bounds = ratio.bounds()
    return found | {f"cox_hr_{score}": ratio.value, "cox_ci": [bounds.low, bounds.high]}


METHODS: dict[str, Check] = {
    "concordance": concordance,
    "cumulative_dynamic_auc_ipcw": time_areas,
    "compare_time_auc": compare_time_areas,
    "brier_auc_ipcw": scores_of_risks,
    "km_calibration_quartiles": calibration_by_groups,
    "km_logrank": curves,
}
NOT_APPLICABLE: dict[str, str] = {}
# `method.key` of a result (dots for inner keys, `*` for any) to why it is not compared.
LEFT_OUT: dict[str, str] = {
    "concordance.uno_c1_survC1": (
        "survC1 cuts times to thousandths and scores to 1e-5 before it compares them: other ties"
    ),
    "concordance.counts.tied.y": "two events at one time are no pair here, and are not counted",
    "concordance.counts.tied.xy": "two events at one time are no pair here, and are not counted",
}
