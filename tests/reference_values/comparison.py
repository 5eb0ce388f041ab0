"""Models against each other, paired tests, multiplicity, power."""

from collections.abc import Mapping

import numpy as np

from radzoo.metrics import METRICS
from radzoo.metrics.comparisons.area_covariance import compare_areas
from radzoo.metrics.comparisons.confidence import two_sided
from radzoo.metrics.comparisons.multiplicity import adjust
from radzoo.metrics.comparisons.pair import Pair, make_pair
from radzoo.metrics.comparisons.power import plan_comparison
from radzoo.metrics.comparisons.resampled_difference import draw_differences
from radzoo.metrics.comparisons.venkatraman import venkatraman
from radzoo.metrics.intervals.normal import STANDARD
from reference_values.files import Check, Found, given, table

MISSING = ("", "NA")


def read_pair(case: Mapping) -> Pair:
    args = case["args"]
    columns = args.get("y", "y"), args["score1"], args["score2"]
    rows = [row for row in table(case["data"]) if not any(row[name] in MISSING for name in columns)]
    targets, first, second = (np.array([float(row[name]) for row in rows]) for name in columns)
    return make_pair(targets, first, second)


def paired(case: Mapping) -> Found:
    pair = read_pair(case)
    areas = compare_areas(pair)
    bounds = areas.bounds(0.95)
    found: Found = {
        "n": len(pair.targets),
        "auc1": areas.first,
        "auc2": areas.second,
        "diff": areas.difference,
        "z": given(areas.z),
        "p_two_sided": given(areas.p_two_sided),
        "p_greater": given(areas.p_greater),
        "p_less": given(areas.p_less),
        "cov": areas.covariance,
        "var1": areas.variances[0],
        "var2": areas.variances[1],
        "se_diff": areas.standard_error,
        "corr": given(lambda: areas.correlation),
        "ci95_diff": [bounds.low, bounds.high],
    }
    for key in case["result"]:
        if key.startswith("noninf_margin_"):
            margin = float(key.removeprefix("noninf_margin_"))
            p = given(lambda: areas.p_greater(margin))  # noqa: B023  called at once
            found[key] = {
                "z": given(lambda: areas.z(margin)),  # noqa: B023  called at once
                "p_one_sided": p,
                "ci_lower_one_sided_975": bounds.low,
                "non_inferior_at_0.025": None if p is None else p <= 0.025,
            }
    return found


def permuted_curves(case: Mapping) -> Found:
    statistic, p = venkatraman(read_pair(case), n_draws=case["args"]["boot_n"], seed=1)
    return {"E": statistic, "p": p}


def bootstrapped(case: Mapping) -> Found:
    draws = draw_differences(
        METRICS["auroc"],
        read_pair(case),
        n_boot=10_000,
        seed=1,
        stratified=case["args"]["stratified"],
    )
    apart = draws.estimate / draws.values.std(ddof=1)
    return {"p": two_sided(lambda value: STANDARD.cdf(-apart))}


def adjusted(case: Mapping) -> Found:
    values = [float(row["p"]) for row in table(case["data"])]
    return {name: adjust(values, name.lower()) for name in case["result"]}


def power(case: Mapping) -> Found:
    pair, args = read_pair(case), case["args"]
    n_diseased = int(pair.targets.sum())
    problem = plan_comparison(compare_areas(pair), n_diseased, len(pair.targets) - n_diseased)
    cases, controls = problem.cases(args["power"], alpha=args["alpha"])
    return {"ncases": cases, "ncontrols": controls}


def smooth(case: Mapping) -> Found:
    return {}


METHODS: dict[str, Check] = {
    "delong_paired": paired,
    "venkatraman_paired": permuted_curves,
    "bootstrap_paired": bootstrapped,
    "p_adjust": adjusted,
    "power_two_roc_paired": power,
    "smooth_roc": smooth,
}
NOT_APPLICABLE: dict[str, str] = {}
# `method.key` of a result (dots for inner keys, `*` for any) to why it is not compared.
LEFT_OUT: dict[str, str] = {
    "bootstrap_paired.D": "the error of its own 10,000 draws, 0.7 % or 0.02, is as large as the "
    "tolerance; radzoo finds 2.82 from 40,000 draws, three seeds within 0.01",
    "smooth_roc.*": "optional: radzoo draws the empirical curve and fits no smooth one",
}
