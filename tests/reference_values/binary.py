"""Discrimination of one label: AUROC, its intervals, resampling."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from radzoo.core.plugins import Metric
from radzoo.metrics import INTERVALS, METRICS
from radzoo.metrics.comparisons.area_covariance import compare_areas
from radzoo.metrics.comparisons.pair import Pair, make_pair
from radzoo.metrics.comparisons.resampled_difference import draw_differences
from radzoo.metrics.decisions.sample_size import hanley_mcneil_error
from radzoo.metrics.intervals.bca import accelerate
from radzoo.metrics.intervals.normal import STANDARD, critical_value
from radzoo.metrics.intervals.obuchowski import clustered_variance
from radzoo.metrics.intervals.placements import delong_variance, place
from radzoo.metrics.partial_auroc import partial_auroc
from radzoo.metrics.resampling import Draws, resample
from radzoo.metrics.sample import make_other_sample, make_sample
from radzoo.metrics.times.harrell_c import METRIC as HARRELL_C
from reference_values.files import Check, Data, Found, given, read, table

AUROC = METRICS["auroc"]
DRAWS = 10_000


def ends(name: str, data: Data, level: float = 0.95) -> list[float | None]:
    found = given(lambda: INTERVALS[name].compute(AUROC, data.sample, level))
    return [None, None] if found is None else [found.low, found.high]


def read_case(case: Mapping, score: str = "score") -> Data:
    return read(case["data"], case["args"][score], target=case["args"].get("y", "y"))


def auc(case: Mapping) -> Found:
    data = read_case(case)
    value = AUROC.compute(data.targets, data.scores)
    variance = given(lambda: delong_variance(place(data.targets, data.scores)))
    error = None if variance is None else math.sqrt(variance)
    n_pos, n_neg = int(data.targets.sum()), int((1 - data.targets).sum())
    found = {
        "n": len(data.targets),
        "n_pos": n_pos,
        "n_neg": n_neg,
        "auc": value,
        "delong_var": variance,
        "delong_se": error,
        "hanley_mcneil_se": hanley_mcneil_error(value, n_pos, n_neg),
        "p_vs_half_delong_two_sided": 2 * STANDARD.cdf(-abs(value - 0.5) / error)
        if error
        else None,
        "newcombe2006_method5_ci95": ends("newcombe", data),
    }
    for percent in (90, 95, 99):
        half = None if error is None else critical_value(percent / 100) * error
        found[f"delong_ci{percent}"] = ends("delong", data, percent / 100)
        found[f"delong_ci{percent}_unclipped"] = (
            [None, None] if half is None else [value - half, value + half]
        )
        found[f"logit_delong_ci{percent}"] = ends("logit-delong", data, percent / 100)
    return found


def auc_methods(case: Mapping) -> Found:
    data = read_case(case)
    value = AUROC.compute(data.targets, data.scores)
    found = {name: [value, *ends(name, data)] for name in ("delong", "newcombe")}
    tied = len(set(data.scores)) < len(data.scores)
    # With ties that package's logit interval is not corrected for them: a known disagreement.
    other = case["result"]["pepe"] if tied else [value, *ends("logit-delong", data)]
    return found | {"pepe": other}


def draw(metrics: Sequence[Metric], data: Data, case: Mapping, n_boot: int) -> dict[str, Draws]:
    args = case["args"]
    stratified = bool(args.get("stratified", args.get("stratified_by_y", False)))
    return resample(metrics, data.sample, n_boot=n_boot, seed=1, stratified=stratified)


def clustered(case: Mapping) -> Found:
    if "var_clustered" in case["result"]:
        data = read(case["data"], "p1")
        alone = make_sample(data.targets, data.scores)
        found = {"var_clustered": clustered_variance(alone)}
        return found | {"var_delong": delong_variance(place(data.targets, data.scores))}
    data, areas = read_case(case, "score1"), compare_areas(pair_of(case, clustered=True))
    naive = compare_areas(pair_of(case, clustered=False))
    cluster = case["args"]["cluster"]
    sample = read(case["data"], case["args"]["score1"], cluster=cluster).sample
    error = math.sqrt(clustered_variance(sample))
    half = critical_value(0.95) * error
    return {
        "n": len(data.targets),
        "n_clusters": sample.n_units,
        "n_pos": int(data.targets.sum()),
        "auc1": areas.first,
        "auc2": areas.second,
        "var1": clustered_variance(sample),
        "var2": areas.variances[1],
        "se1": error,
        "ci95_1": [areas.first - half, areas.first + half],
        "cov12": areas.covariance,
        "diff": areas.difference,
        "se_diff": areas.standard_error,
        "z": areas.z(),
        "p_two_sided": areas.p_two_sided(),
        "naive_delong_se1": math.sqrt(naive.variances[0]),
        "naive_delong_p_diff": naive.p_two_sided(),
        "design_effect_1": error**2 / naive.variances[0],
    }


def pair_of(case: Mapping, *, clustered: bool, names: tuple[str, str] | None = None) -> Pair:
    args = case["args"]
    names = names or (args["score1"], args["score2"])
    first, second = (read(case["data"], name, target=args.get("y", "y")) for name in names)
    patients = [row[args["cluster"]] for row in table(case["data"])] if clustered else None
    return make_pair(first.targets, first.scores, second.scores, patients=patients)


def clustered_bootstrap(case: Mapping) -> Found:
    data = read(case["data"], "p1", cluster=case["args"]["cluster"])
    draws = draw([AUROC], data, case, DRAWS)["auroc"]
    pair = pair_of(case, clustered=True, names=("p1", "p2"))
    apart = draw_differences(AUROC, pair, n_boot=DRAWS, seed=1)
    return {
        "se1": draws.values.std(ddof=1),
        "ci95_1": middle_of(draws),
        "ci95_diff": middle_of(apart),
    }


def middle_of(draws: Draws) -> list[float]:
    bounds = INTERVALS["percentile"].compute(draws, 0.95)
    return [bounds.low, bounds.high]


def bootstrap(case: Mapping) -> Found:
    if "statistic" not in case["args"]:
        return bootstrap_areas(case)
    wanted, draws = case["result"], draw_statistic(case)
    found: Found = {"estimate": draws.estimate, "se": draws.values.std(ddof=1)}
    for kind in ("percentile", "basic", "bca"):
        bounds = INTERVALS[kind].compute(draws, 0.95)
        found[f"{kind}95"] = [bounds.low, bounds.high]
    left = draws.left_out
    found["jackknife_acceleration"] = accelerate(left)
    found["jackknife_se"] = math.sqrt((len(left) - 1) * left.var())
    # These two are exact, whatever the tolerance of the rest.
    for name in ("jackknife_acceleration", "jackknife_se"):
        assert found[name] == pytest.approx(wanted[name], abs=1e-8)
    return found


def draw_statistic(case: Mapping) -> Draws:
    """The draws of `AUC of p1`, `AUC(p1)-AUC(p2)`, `Brier of p1` or `Harrell C of m1`."""
    statistic = case["args"]["statistic"]
    if "-" in statistic:
        names = tuple(part[part.index("(") + 1 : -1] for part in statistic.split("-"))
        pair = pair_of(case, clustered=False, names=names)
        return draw_differences(
            AUROC, pair, n_boot=DRAWS, seed=1, stratified=case["args"]["stratified_by_y"]
        )
    name, _, column = statistic.partition(" of ")
    metric = {"AUC": AUROC, "Brier": METRICS["brier"], "Harrell C": HARRELL_C}[name]
    if metric.reads != "times":
        return draw([metric], read(case["data"], column), case, DRAWS)[metric.name]
    rows = table(case["data"])
    times = np.array([[float(row["time"]), float(row["event"])] for row in rows])
    scores = np.array([float(row[column]) for row in rows])
    sample = make_other_sample("times", times, scores)
    return resample([metric], sample, n_boot=2000, seed=1)[metric.name]


def bootstrap_areas(case: Mapping) -> Found:
    """Lower end, median and upper end, as pROC's `ci` gives them."""
    found: Found = {}
    for key in case["result"]:
        metric = AUROC
        if key.startswith("pauc_spec_"):
            high, low, scale = key.removeprefix("pauc_spec_").split("_")
            part = {"low": float(low), "high": float(high), "corrected": scale != "raw"}
            metric = replace(AUROC, compute=partial(partial_auroc, **part), many=None)
        draws = draw([metric], read_case(case), case, 4000)["auroc"]
        found[key] = np.quantile(draws.values, (0.025, 0.5, 0.975)).tolist()
    return found


METHODS: dict[str, Check] = {
    "auc_delong": auc,
    "auc_ci_methods": auc_methods,
    "obuchowski1997_clustered_auc": clustered,
    "cluster_bootstrap_percentile": clustered_bootstrap,
    "bootstrap_ci": bootstrap,
}
NOT_APPLICABLE: dict[str, str] = {}
# `method.key` of a result (dots for inner keys, `*` for any) to why it is not compared.
LEFT_OUT: dict[str, str] = {
    "auc_delong.wilcoxon_p_two_sided_normal_no_cc": "a test of 0.5 by ranks: radzoo gives the "
    "interval of AUROC instead",
    "auc_ci_methods.jackknife": "radzoo has no jackknife interval of AUROC",
    "bootstrap_ci.bca_z0": "its own error at 10,000 draws is 0.0125, more than the tolerance",
}
