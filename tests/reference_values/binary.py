"""Discrimination of one label: AUROC, its intervals, points of the curves, resampling."""

import math
from collections.abc import Mapping

import numpy as np
import pytest

from radzoo.metrics import INTERVALS, METRICS
from radzoo.metrics.confusion import count_decisions
from radzoo.metrics.intervals.bca import accelerate
from radzoo.metrics.intervals.obuchowski import clustered_variance
from radzoo.metrics.intervals.placements import delong_variance, place
from radzoo.metrics.resampling import resample
from radzoo.metrics.roc import count_by_threshold
from radzoo.metrics.sample import make_sample
from radzoo.metrics.thresholds import choose_threshold
from reference_values.files import Check, Data, Found, given, number, read

AUROC = METRICS["auroc"]


def ends(name: str, data: Data, level: float = 0.95) -> list[float | None]:
    found = given(lambda: INTERVALS[name].compute(AUROC, data.sample, level))
    return [None, None] if found is None else [found.low, found.high]


def auc(case: Mapping) -> Found:
    data = read(case["data"], case["args"]["score"], target=case["args"]["y"])
    variance = given(lambda: delong_variance(place(data.targets, data.scores)))
    found = {
        "n": len(data.targets),
        "n_pos": data.targets.sum(),
        "n_neg": (1 - data.targets).sum(),
        "auc": AUROC.compute(data.targets, data.scores),
        "delong_var": variance,
        "delong_se": None if variance is None else math.sqrt(variance),
        "newcombe2006_method5_ci95": ends("newcombe", data),
    }
    for percent in (90, 95, 99):
        found[f"delong_ci{percent}"] = ends("delong", data, percent / 100)
        found[f"logit_delong_ci{percent}"] = ends("logit-delong", data, percent / 100)
    return found


def auc_methods(case: Mapping) -> Found:
    data = read(case["data"], case["args"]["score"])
    value = AUROC.compute(data.targets, data.scores)
    tied = len(set(data.scores)) < len(data.scores)
    found = {name: [value, *ends(name, data)] for name in ("delong", "newcombe")}
    # With ties that package's logit interval is not corrected for them.
    return found if tied else found | {"pepe": [value, *ends("logit-delong", data)]}


def operating_points(case: Mapping) -> Found:
    data = read(case["data"], case["args"]["score"], target=case["args"]["y"])
    counts = count_by_threshold(data.targets, data.scores)
    found: Found = {}
    threshold = choose_threshold(data.targets, data.scores, "youden")
    at = int(np.flatnonzero(counts.thresholds == threshold)[0])
    found["youden_max_J"] = counts.sensitivity[at] + counts.specificity[at] - 1
    if case["result"].get("n_youden_ties") == 1:
        decisions = (data.scores >= threshold).astype(float)
        confusion = count_decisions(data.targets, decisions)
        names = {"sensitivity", "specificity", "ppv", "npv", "accuracy"}
        found["youden_pROC"] = {
            name: METRICS[name].compute(data.targets, decisions) for name in names
        } | {
            "tp": confusion.true_positive,
            "fp": confusion.false_positive,
            "tn": confusion.true_negative,
            "fn": confusion.false_negative,
        }
    for key, wanted in case["result"].items():
        kind = {"sens_at_spec": "spec", "spec_at_sens": "sens"}.get(key.rpartition("_")[0])
        if kind is None or not isinstance(wanted, dict) or wanted.get("attainable") is None:
            continue
        chosen = choose_threshold(data.targets, data.scores, f"{kind}@{key.rpartition('_')[2]}")
        called = data.scores >= chosen
        point = {
            "sensitivity": called[data.targets == 1].mean(),
            "specificity": (~called[data.targets == 0]).mean(),
        }
        if np.isfinite(number(wanted["attainable"].get("threshold"))):
            point["threshold"] = chosen
        found[key] = {"attainable": point}
    return found


def average_precision(case: Mapping) -> Found:
    data = read(case["data"], case["args"]["score"], target=case["args"]["y"])
    value = METRICS["average_precision"].compute(data.targets, data.scores)
    return {"average_precision": value, "prevalence": data.targets.mean()}


def clustered(case: Mapping) -> Found:
    if "var_clustered" in case["result"]:
        data = read(case["data"], "p1")
        alone = make_sample(data.targets, data.scores)
        found = {"var_clustered": clustered_variance(alone)}
        return found | {"var_delong": delong_variance(place(data.targets, data.scores))}
    found = {}
    cluster = case["args"]["cluster"]
    for at in ("1", "2"):
        data = read(case["data"], case["args"][f"score{at}"], cluster=cluster)
        found[f"auc{at}"] = AUROC.compute(data.targets, data.scores)
        found[f"var{at}"] = clustered_variance(data.sample)
    found["se1"] = math.sqrt(found["var1"])
    found["n_clusters"] = data.sample.n_units
    naive = delong_variance(place(*read_first(case)))
    found["naive_delong_se1"] = math.sqrt(naive)
    found["design_effect_1"] = found["var1"] / naive
    return found


def read_first(case: Mapping) -> tuple[np.ndarray, np.ndarray]:
    data = read(case["data"], case["args"]["score1"])
    return data.targets, data.scores


def clustered_bootstrap(case: Mapping) -> Found:
    data = read(case["data"], "p1", cluster=case["args"]["cluster"])
    draws = resample([AUROC], data.sample, n_boot=10_000, seed=1)["auroc"]
    bounds = INTERVALS["percentile"].compute(draws, 0.95)
    return {"ci95_1": [bounds.low, bounds.high], "se1": draws.values.std(ddof=1)}


def bootstrap(case: Mapping) -> Found:
    name, _, column = case["args"]["statistic"].partition(" of ")
    metric = METRICS[{"AUC": "auroc", "Brier": "brier"}[name]]
    data = read(case["data"], column)
    draws = resample([metric], data.sample, n_boot=10_000, seed=1)[metric.name]
    found: Found = {"estimate": draws.estimate, "se": draws.values.std(ddof=1)}
    for kind in ("percentile", "basic", "bca"):
        bounds = INTERVALS[kind].compute(draws, 0.95)
        found[f"{kind}95"] = [bounds.low, bounds.high]
    assert accelerate(draws.left_out) == pytest.approx(
        case["result"]["jackknife_acceleration"], abs=1e-8
    )
    return found


METHODS: dict[str, Check] = {
    "auc_delong": auc,
    "auc_ci_methods": auc_methods,
    "operating_points": operating_points,
    "average_precision": average_precision,
    "obuchowski1997_clustered_auc": clustered,
    "cluster_bootstrap_percentile": clustered_bootstrap,
    "bootstrap_ci": bootstrap,
}
NOT_APPLICABLE: dict[str, str] = {}
# `method.key` of a result (dots for inner keys, `*` for any) to why it is not compared.
LEFT_OUT: dict[str, str] = {}
